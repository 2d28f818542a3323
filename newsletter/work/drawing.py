"""The editions of an issue: one for each set of sections and language that somebody wants."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsletter import codec
from newsletter.errors import RenderError
from newsletter.model import Edition
from newsletter.rendering import Editions, corrected, is_empty
from newsletter.rendering.languages import spoken
from newsletter.rendering.selection import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from newsletter.model import Issue, SectionSlug
    from newsletter.rendering import SizeBudget, Theme
    from newsletter.store.ledger import Wish

# What tells two drawings apart: the sections shown (None: all there is) and the language.
Kind = tuple[frozenset["SectionSlug"] | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How editions look. `writes_notes`: who has nothing in their sections today is told so in a short mail,
    instead of getting none."""

    theme: Theme
    budget: SizeBudget
    writes_notes: bool = False


class Drawn(Mapping["Wish", "Edition | None"]):
    """What each wish comes to. Editions are kept compressed: there may be a thousand, of 150 kB each."""

    def __init__(self) -> None:
        self._kinds: dict[Wish, Kind | None] = {}
        self._packed: dict[Kind, bytes] = {}

    def __getitem__(self, wish: Wish) -> Edition | None:
        kind = self._kinds[wish]
        return None if kind is None else _unpacked(self._packed[kind])

    def __iter__(self) -> Iterator[Wish]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def add(self, wish: Wish, kind: Kind | None, draw: Callable[[Kind], Edition]) -> None:
        """Note what a wish comes to, drawing what was not drawn yet."""
        if kind is not None and kind not in self._packed:
            self._packed[kind] = _packed(draw(kind))
        self._kinds[wish] = kind


class Drawing:
    """Draws one issue for whatever is wished. `whole`, where it is given, is the edition of all sections in
    the issue's own language: what was looked at in the preview is what gets sent. `is_correction`: its
    readers have a wrong one."""

    def __init__(
        self, issue: Issue, style: Style, *, whole: Edition | None = None, is_correction: bool = False
    ) -> None:
        self.issue = issue
        self.style = style
        self._is_correction = is_correction
        self._whole = whole
        self._editions: dict[str, Editions] = {}

    def kind(self, wish: Wish) -> Kind | None:
        """Say what a wish comes to; None if there is nothing in it today, and no note to be written."""
        language = self._language(wish.language)
        if wish.sections is None:
            return None, language
        sections = shown(self.issue, frozenset(wish.sections))
        if not is_empty(self.issue, sections):
            return sections, language
        return (frozenset(), language) if self.style.writes_notes else None

    def add_to(self, drawn: Drawn, wishes: Collection[Wish], progress: Callable[[int], None]) -> None:
        """Draw what is wished; `progress` hears how many wishes are done."""
        for number, wish in enumerate(wishes, start=1):
            drawn.add(wish, self.kind(wish), self.draw)
            progress(number)

    def draw(self, kind: Kind) -> Edition:
        """Draw what wishes come to."""
        edition = self._plain(*kind)
        return corrected(edition) if self._is_correction else edition

    def _plain(self, sections: frozenset[SectionSlug] | None, language: str) -> Edition:
        if sections is None and language == self.issue.language and self._whole:
            return self._whole
        if language not in self._editions:
            issue = replace(self.issue, language=language)
            self._editions[language] = Editions(issue, theme=self.style.theme, budget=self.style.budget)
        return self._editions[language].of(sections)

    def _language(self, wanted: str | None) -> str:
        """Take the reader's language if there are words for it, else the issue's."""
        if wanted is None:
            return self.issue.language
        try:
            spoken(wanted)
        except RenderError:
            return self.issue.language
        return wanted


def _packed(edition: Edition) -> bytes:
    return zlib.compress(json.dumps(codec.encode(edition)).encode("ascii"), level=1)


def _unpacked(packed: bytes) -> Edition:
    return codec.decode(Edition, json.loads(zlib.decompress(packed)))
