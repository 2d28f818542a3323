"""The short edition for readers in whose sections there is nothing: it says so, and where the rest is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.rendering.subject import subject_of_note
from newsletter.rendering.view import View, view_of

if TYPE_CHECKING:
    from newsletter.model import Issue
    from newsletter.rendering.theme import Theme
    from newsletter.rendering.wording import Words


def note_view(issue: Issue, words: Words, theme: Theme, *, nonce: str) -> View:
    """Lay out what a reader gets of `issue` who wants none of it; the same templates draw it."""
    bare = view_of(replace(issue, sections=(), more=()), words, theme, nonce=nonce)
    elsewhere = len(issue.entries)
    return replace(
        bare,
        subject=subject_of_note(issue, words),
        preheader=words.ngettext("%(num)s more paper", "%(num)s more papers", elsewhere),
        extent=words.gettext("There is nothing in your sections this time."),
        papers_left=elsewhere,
    )
