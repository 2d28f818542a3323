"""Build an issue from a document: read, place, compose, render, address, write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from newsletter.errors import SourceError, StoreError
from newsletter.issues import compose
from newsletter.issues.editing import UNEDITED, Edits, edited
from newsletter.mailing.links import links_of
from newsletter.mailing.message import address
from newsletter.mailing.slots import fill
from newsletter.model import (
    Cadence,
    ComposingPolicy,
    Document,
    Edition,
    Issue,
    Letterhead,
    Mailbox,
    PaperKey,
    Parsed,
    PlacingPolicy,
    RankingPolicy,
    Section,
)
from newsletter.parsing import parse
from newsletter.rendering import SizeBudget, Theme, render
from newsletter.store.issue_folder import StoredIssue, read_issue, write_issue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from newsletter.ports import DocumentParser
    from newsletter.store.past import Past
    from newsletter.topics.background import Background

# Whom the exported message is addressed to: nobody (RFC 2606).
READER = Mailbox(address="reader@example.invalid", name="Reader")
# What its links end in; they open nothing.
_NOBODYS = "PLACEHOLDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that decides what a document becomes."""

    parsers: Mapping[str, DocumentParser]
    sections: tuple[Section, ...]
    placing: PlacingPolicy
    past: Callable[[date], Past]
    composing: ComposingPolicy
    ranking: RankingPolicy
    title: str
    language: str
    theme: Theme
    budget: SizeBudget
    letterhead: Letterhead


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """An issue, and what it was made from."""

    parsed: Parsed
    issue: Issue
    past: Past


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An issue on disk and what was read for it."""

    folder: Path
    parsed: Parsed
    stored: StoredIssue
    past: Past


def build(
    document: Document, recipe: Recipe, *, root: Path, out: Path | None = None, overwrite: bool = False
) -> Built:
    """Make the issue folder `out`, by default the one under `root` that its slug names, from one document.

    What an editor changed in the issue that is there is changed in the new one, too. Raises `SourceError` if
    the document cannot be read or shows no date and none was given.
    """
    composed = compose_document(document, recipe)
    folder = out or root / composed.issue.slug
    stored = draw_edited(composed.issue, recipe, edits_of(folder))
    write_issue(folder, stored, overwrite=overwrite)
    return Built(folder=folder, parsed=composed.parsed, stored=stored, past=composed.past)


def compose_document(document: Document, recipe: Recipe) -> Composed:
    """Read a document and compose its issue, and write nothing. Raises `SourceError` like `build`."""
    parsed = parse(document, recipe.parsers)
    day = _day_of(parsed, document)
    past = recipe.past(day)
    return Composed(parsed=parsed, issue=compose_issue(parsed, recipe, day, past.background), past=past)


def draw(issue: Issue, recipe: Recipe) -> StoredIssue:
    """Give what a folder of this issue would hold, with the looks and the letterhead in force."""
    edition = render(issue, theme=recipe.theme, budget=recipe.budget)
    return export(issue, edition, recipe.letterhead)


def draw_edited(draft: Issue, recipe: Recipe, edits: Edits) -> StoredIssue:
    """Draw an issue as an editor wants it, and keep what was composed."""
    if edits == UNEDITED:
        return draw(draft, recipe)
    stored = draw(edited(draft, edits, recipe.sections), recipe)
    return replace(stored, draft=draft, edits=edits)


def edits_of(folder: Path) -> Edits:
    """Read what an editor changed in an issue; a folder that cannot be read is judged when it is written."""
    try:
        return read_issue(folder).edits
    except StoreError:
        return UNEDITED


def _day_of(parsed: Parsed, document: Document) -> date:
    if not parsed.papers:
        raise SourceError(f"{document.origin}: no paper could be read", hint="`newsletter inspect` lists why")
    if parsed.day is None:
        raise SourceError(
            f"{document.origin}: does not say of which day it is",
            hint="give the day: --date YYYY-MM-DD",
        )
    return parsed.day


def compose_issue(
    parsed: Parsed,
    recipe: Recipe,
    day: date,
    background: Background | None,
    *,
    cadence: Cadence = "daily",
    since: date | None = None,
    seen: Mapping[PaperKey, int] | None = None,
) -> Issue:
    """Place the papers and compose the issue of a day, or of the days from `since` on; `seen` says how many
    times earlier issues showed a paper."""
    from newsletter.topics import discover, place, with_groups  # noqa: PLC0415 - numpy takes its time

    placements = place(parsed.papers, recipe.sections, policy=recipe.placing, background=background)
    groups = discover(
        [placement.paper for placement in placements if placement.section is None],
        taken=[section.title for section in recipe.sections],
    )
    return compose(
        with_groups(placements, groups),
        recipe.sections,
        day=day,
        title=recipe.title,
        language=recipe.language,
        cadence=cadence,
        since=since,
        policy=recipe.composing,
        ranking=recipe.ranking,
        seen=seen,
    )


def export(issue: Issue, edition: Edition, letterhead: Letterhead) -> StoredIssue:
    """Fill the slots with placeholders and address one message to nobody. The same issue gives the same
    bytes: its Date is the issue's day, not the clock's."""
    links = links_of(letterhead, issue.slug, unsubscribe=_NOBODYS, preferences=_NOBODYS)
    html, text = fill(edition, links.slots(letterhead.postal_address))
    message = address(
        edition,
        READER,
        letterhead,
        issue_slug=issue.slug,
        date=datetime.combine(issue.day, time(6), tzinfo=UTC),
        token=_NOBODYS,
    )
    return StoredIssue(
        issue=issue,
        editions=(edition,),
        html=html.encode("utf-8"),
        text=text.encode("utf-8"),
        message=message,
    )
