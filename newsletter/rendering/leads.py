"""Which papers stand for the issue: in the subject, and under "in this issue"."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.model import Entry, Issue

MAX_LEADS = 5


def leads(issue: Issue) -> tuple[Entry, ...]:
    """Choose up to five papers, the best of each section before any section's second.

    Best is what readers of the source noticed most (upvotes, then comments); of equals, what comes first. The
    most noticed of the chosen comes first, since it is the subject's.
    """
    ranked = [sorted(section.entries, key=_unnoticed) for section in issue.sections] or [
        sorted(issue.more, key=_unnoticed)
    ]
    in_turn = (entry for turn in zip_longest(*ranked) for entry in sorted(filter(None, turn), key=_unnoticed))
    chosen = [entry for entry, _ in zip(in_turn, range(MAX_LEADS), strict=False)]
    return tuple(sorted(chosen, key=_unnoticed))


def _unnoticed(entry: Entry) -> tuple[int, int]:
    return -(entry.paper.upvotes or 0), -(entry.paper.comments or 0)
