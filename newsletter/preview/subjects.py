"""What a person asked to see: a saved page that is built in memory, or an issue folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from newsletter.app import App, read_document
from newsletter.config import Config
from newsletter.config.load import default_sections
from newsletter.config.schema import Schema
from newsletter.errors import StoreError, UsageError
from newsletter.preview.picture import Picture
from newsletter.sources.saved import STANDARD_INPUT
from newsletter.store.issue_folder import DATA, HTML, MESSAGE, TEXT, find_issue, read_issue
from newsletter.store.kept_issues import newest_folder
from newsletter.work.build import Composed, compose_document, draw

if TYPE_CHECKING:
    from newsletter.model import Document
    from newsletter.store.issue_folder import StoredIssue
    from newsletter.work.build import Recipe


# What of a recipe decides nothing about which papers are where; and what is a way to read, not a setting.
_LOOKS = frozenset(("theme", "budget", "letterhead", "parsers", "past"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture, and the same issue in its other form where there is one (see `Scene.other`)."""

    picture: Picture
    other: Picture | None = None


class Subject(Protocol):
    """Draws what a person asked to see, each time anew from files that may have changed."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files it is made from, besides the configuration and the theme."""

    def draw(self, app: App) -> Drawn:
        """Raise a `NewsletterError` for whatever is wrong with a file."""

    def draw_without_configuration(self) -> Drawn | None:
        """Give what can be shown while the configuration is wrong; None if nothing can."""


class PageSubject:
    """A saved document, made into an issue with the recipe in force; nothing is written."""

    def __init__(self, page: str, day: date | None) -> None:
        self._page = page
        self._day = day
        self._input = read_document(page, day) if page == STANDARD_INPUT else None
        self._kept: tuple[object, Composed] | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        return () if self._page == STANDARD_INPUT else (Path(self._page),)

    def document(self) -> Document:
        """Read it as it is now. Raises `SourceError`."""
        return self._input or read_document(self._page, self._day)

    def draw(self, app: App) -> Drawn:
        """Compose and draw; what only changes the looks does not place the papers again."""
        recipe = app.recipe()
        composed = self._composed(self.document(), recipe)
        stored = draw(composed.issue, recipe)
        return Drawn(picture=Picture(stored=stored, app=app, origin=self._page, parsed=composed.parsed))

    def draw_without_configuration(self) -> None:
        """Show nothing: its sections are in the configuration."""

    def _composed(self, document: Document, recipe: Recipe) -> Composed:
        made_of = (
            document,
            *(getattr(recipe, part.name) for part in fields(recipe) if part.name not in _LOOKS),
        )
        if self._kept is None or self._kept[0] != made_of:
            self._kept = made_of, compose_document(document, recipe)
        return self._kept[1]


class FolderSubject:
    """A built issue. It is shown as it lies there, which is what gets sent, until the looks change while it
    is watched: then it is drawn anew, with the same papers in the same sections."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen = b""

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(self.folder / name for name in (HTML, TEXT, MESSAGE, DATA))

    def draw(self, app: App) -> Drawn:
        """Give it as it was built when it is new here, else as it is drawn now."""
        built = read_issue(self.folder)
        anew = draw(built.issue, app.recipe())
        as_built = self._picture(built, app, is_as_built=True)
        if _same(built, anew):
            self._is_new(built)
            return Drawn(picture=as_built)
        now = self._picture(anew, app)
        first, second = (as_built, now) if self._is_new(built) else (now, as_built)
        return Drawn(picture=first, other=second)

    def draw_without_configuration(self) -> Drawn:
        """Show the folder: what is in it needs no configuration."""
        app = App(Config(schema=Schema(), sections=default_sections()))
        picture = self._picture(read_issue(self.folder), app, is_as_built=True)
        return Drawn(picture=replace(picture, is_unconfigured=True))

    def _picture(self, stored: StoredIssue, app: App, *, is_as_built: bool = False) -> Picture:
        return Picture(stored=stored, app=app, origin=str(self.folder), is_as_built=is_as_built)

    def _is_new(self, built: StoredIssue) -> bool:
        before, self._seen = self._seen, hashlib.sha256(built.html + built.text + built.message).digest()
        return before != self._seen


def subject_of(name: str | None, day: date | None, root: Path) -> PageSubject | FolderSubject:
    """Resolve what a person typed: a saved page, an issue, or None for the latest issue under `root`.

    Raises `UsageError` for what is neither.
    """
    if name is None:
        return FolderSubject(_latest(root))
    if name == STANDARD_INPUT or Path(name).is_file():
        return PageSubject(name, day)
    try:
        return FolderSubject(find_issue(name, root=root))
    except StoreError as error:
        raise UsageError(
            f"{name!r} is neither a saved page nor an issue: there is no such file, and no {DATA} in "
            f"{name} or {root / name}",
            hint="give a page of papers to see what it becomes, or a slug such as 2025-11-07",
        ) from error


def _latest(root: Path) -> Path:
    if found := newest_folder(root):
        return found
    raise UsageError(
        f"there is no issue under {root}/ yet",
        hint="give a saved page: newsletter preview PAGE shows what it becomes, and writes nothing",
    )


def _same(one: StoredIssue, other: StoredIssue) -> bool:
    return (one.html, one.text, one.message) == (other.html, other.text, other.message)
