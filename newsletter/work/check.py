"""Check a built issue on the bytes that readers get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter import codec
from newsletter.parsing.text import clean
from newsletter.rendering.checks import Expectations, FinalMail, Finding, check
from newsletter.rendering.checks.known_losses import known_losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Issue
    from newsletter.rendering import Theme
    from newsletter.store.issue_folder import StoredIssue


def check_issue(stored: StoredIssue, theme: Theme, *, size_budget: int) -> tuple[Finding, ...]:
    """Give what a check of its HTML, text and message finds, errors first; `size_budget` is in bytes of HTML.

    Raises `RenderError` if the theme cannot be read.
    """
    mail = FinalMail(html=stored.html, text=stored.text, message=stored.message)
    expected = Expectations(
        budget=size_budget, known_losses=known_losses(theme), quoted=tuple(texts_of(stored.issue))
    )
    return check(mail, expected)


def texts_of(issue: Issue) -> Iterator[str]:
    """Every text that came from a source or a person, as it is shown."""
    waiting = [codec.encode(issue)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield clean(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
