"""Which papers stand for the issue: in the subject, and under "in this issue"."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.model import Entry, Issue

MAX_LEADS = 5


def leads(issue: Issue) -> tuple[Entry, ...]:
    """Choose up to five papers, the best of each section before any section's second.

    Best is what has the highest rank; where an issue has none, what readers of the source noticed most
    (upvotes, then comments). The best of the chosen comes first, since it is the subject's. A paper that was
    taken back stands for nothing.
    """
    lists = [section.entries for section in issue.sections] or [issue.more]
    ranked = [sorted(filter(_may_lead, entries), key=_lowliness) for entries in lists]
    in_turn = (entry for turn in zip_longest(*ranked) for entry in sorted(filter(None, turn), key=_lowliness))
    chosen = [entry for entry, _ in zip(in_turn, range(MAX_LEADS), strict=False)]
    return tuple(sorted(chosen, key=_lowliness))


def _may_lead(entry: Entry) -> bool:
    return not entry.paper.is_taken_back


def _lowliness(entry: Entry) -> tuple[float, int, int]:
    total = entry.rank.total if entry.rank else 0.0
    return -total, -(entry.paper.upvotes or 0), -(entry.paper.comments or 0)
