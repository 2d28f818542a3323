"""What a changed configuration would have moved."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.topics.difference import Difference, difference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from newsletter.model import Paper
    from newsletter.topics.sorting import Sorting
    from newsletter.work.topics_papers import PastPapers


def compare(
    past: PastPapers,
    old_of: Callable[[date | None], Sorting],
    new_of: Callable[[date | None], Sorting],
    *,
    days: int,
) -> Difference:
    """Place the papers of the last `days` days both ways, counted back from the newest paper, not from
    today, with what was known before these days: papers say too much about themselves. Papers without a day
    are left out as soon as one has a day."""
    lots = list(past.days())
    newest = lots[0][0]
    first: date | None = None
    chosen: Sequence[tuple[Paper, ...]] = [papers for _, papers in lots]
    if newest is not None:
        first = newest - timedelta(days=days - 1)
        chosen = [papers for day, papers in lots if day is not None and day >= first]
    if not chosen:
        raise SourceError("there are no papers to compare with")
    return difference(chosen, old_of(first), new_of(first))
