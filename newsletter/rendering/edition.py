"""An issue drawn for its readers."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.codec import encode
from newsletter.errors import RenderError
from newsletter.model import Edition
from newsletter.rendering import html, plain_text
from newsletter.rendering.budget import SizeBudget, draw_within
from newsletter.rendering.note import note_view
from newsletter.rendering.selection import is_empty, only, shown
from newsletter.rendering.theme import Theme
from newsletter.rendering.view import view_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from newsletter.model import Issue, SectionSlug
    from newsletter.rendering.view import View
    from newsletter.rendering.wording import Words

_NONCE_DIGITS = 32
# An edition takes some 150 kB; readers of one issue rarely choose more sets of sections than this.
_MAX_KEPT = 128


class Editions:
    """The editions of one issue, each drawn once however many readers share it.

    An issue knows its language, cadence and revision, so a set of sections is all that tells its editions
    apart. At most 128 are kept: memory does not grow with the audience. Threads may share it.
    """

    def __init__(self, issue: Issue, *, theme: Theme | None = None, budget: SizeBudget | None = None) -> None:
        self.issue = issue
        self.theme = theme or Theme()
        self.budget = budget or SizeBudget()
        self._drawn = lru_cache(maxsize=_MAX_KEPT)(self._draw)

    def of(self, sections: AbstractSet[SectionSlug] | None = None) -> Edition:
        """Give the edition of these sections (see `selection`); None stands for all there is. Where they
        leave nothing, it is a short note that says so."""
        return self._drawn(None if sections is None else shown(self.issue, sections))

    def _draw(self, sections: frozenset[SectionSlug] | None) -> Edition:
        if sections is None:
            return render(self.issue, theme=self.theme, budget=self.budget)
        if is_empty(self.issue, sections):
            return render_note(self.issue, theme=self.theme, budget=self.budget)
        return render(only(self.issue, sections), theme=self.theme, budget=self.budget)


def render(issue: Issue, *, theme: Theme | None = None, budget: SizeBudget | None = None) -> Edition:
    """Draw an issue: the same issue, theme and budget give the same edition. The budget shortens the HTML
    alone: the text has every paper.

    Raises `RenderError` where the theme is wrong or no catalogue speaks the issue's language; the texts of
    papers cannot make it fail.
    """
    from newsletter.rendering.wording import words_in  # noqa: PLC0415 - Babel takes a tenth of a second

    theme, words = theme or Theme(), words_in(issue.language)
    nonce = _nonce(issue)
    return _drawn(view_of(issue, words, theme, nonce=nonce), nonce, words, theme, budget or SizeBudget())


def render_note(issue: Issue, *, theme: Theme | None = None, budget: SizeBudget | None = None) -> Edition:
    """Draw what a reader gets who wants nothing of what is in `issue`. Raises `RenderError` like `render`."""
    from newsletter.rendering.wording import words_in  # noqa: PLC0415 - see `render`

    theme, words = theme or Theme(), words_in(issue.language)
    nonce = _nonce(issue)
    return _drawn(note_view(issue, words, theme, nonce=nonce), nonce, words, theme, budget or SizeBudget())


def _drawn(view: View, nonce: str, words: Words, theme: Theme, budget: SizeBudget) -> Edition:
    drawn, shortened = draw_within(view, theme, words, budget)
    return Edition(
        subject=view.subject,
        preheader=view.preheader,
        html=_with_slots(drawn, view, html.TEMPLATE),
        text=_with_slots(plain_text.draw_plain_text(view, theme, words), view, plain_text.TEMPLATE),
        nonce=nonce,
        language=view.language,
        shortened=shortened,
    )


def _nonce(issue: Issue) -> str:
    """Derive it from all of the issue: a paper would have to hold its own hash to forge a slot."""
    canonical = json.dumps(encode(issue), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:_NONCE_DIGITS]


def _with_slots(drawn: str, view: View, template: str) -> str:
    missing = [slot for slot, mark in view.slots.items() if mark not in drawn]
    if missing:
        raise RenderError(
            f"{template} has no place for {', '.join(missing)}",
            hint=f"write {{{{ view.slots.{missing[0]} }}}} where it belongs: readers must be able to leave",
        )
    return drawn
