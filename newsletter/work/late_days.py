"""Which earlier days an issue makes up for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

CatchUp = Literal["merge", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUpPolicy:
    """What becomes of the papers of days on which there was no run, no issue, or no answer of a source:
    "merge" puts them into today's issue if they are at most `max_late_days` old, "skip" leaves them."""

    catch_up: CatchUp = "merge"
    max_late_days: int = 7


def first_day(day: date, policy: CatchUpPolicy) -> date:
    """Say from which day on papers that nobody was shown go into the issue of a day."""
    late = policy.max_late_days if policy.catch_up == "merge" else 0
    return day - timedelta(days=late)


def late_days(answered_on: date | None, day: date, policy: CatchUpPolicy) -> tuple[date, ...]:
    """List the days, oldest first, that a source is asked for besides today: all since it last answered that
    are not too old; none for a source that was never asked."""
    if answered_on is None:
        return ()
    begin = max(answered_on + timedelta(days=1), first_day(day, policy))
    return tuple(begin + timedelta(days=number) for number in range((day - begin).days))
