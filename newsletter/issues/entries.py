"""A placed paper as an issue shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.issues.summaries import summarise
from newsletter.model import Entry

if TYPE_CHECKING:
    from newsletter.model import ComposingPolicy, Placement


def entry_of(placement: Placement, policy: ComposingPolicy) -> Entry:
    """Give a placement the text its card shows."""
    return Entry(placement=placement, summary=summarise(placement.paper, max_chars=policy.summary_chars))
