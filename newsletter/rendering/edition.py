"""An issue drawn for its readers."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from newsletter.codec import encode
from newsletter.errors import RenderError
from newsletter.model import Edition
from newsletter.rendering import html, plain_text
from newsletter.rendering.budget import SizeBudget, draw_within
from newsletter.rendering.theme import Theme
from newsletter.rendering.view import view_of

if TYPE_CHECKING:
    from newsletter.model import Issue
    from newsletter.rendering.view import View

_NONCE_DIGITS = 32


def render(issue: Issue, *, theme: Theme | None = None, budget: SizeBudget | None = None) -> Edition:
    """Draw an issue: the same issue, theme and budget give the same edition. The budget shortens the HTML
    alone: the text has every paper.

    Raises `RenderError` where the theme is wrong or no catalogue speaks the issue's language; the texts of
    papers cannot make it fail.
    """
    from newsletter.rendering.wording import words_in  # noqa: PLC0415 - Babel takes a tenth of a second

    theme, words = theme or Theme(), words_in(issue.language)
    nonce = _nonce(issue)
    view = view_of(issue, words, theme, nonce=nonce)
    drawn, shortened = draw_within(view, theme, words, budget or SizeBudget())
    return Edition(
        subject=view.subject,
        preheader=view.preheader,
        html=_with_slots(drawn, view, html.TEMPLATE),
        text=_with_slots(plain_text.draw_plain_text(view, theme, words), view, plain_text.TEMPLATE),
        nonce=nonce,
        language=issue.language,
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
