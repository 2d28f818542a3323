"""The days on which a service has nothing, by its own rules. Pure: no clock, no network."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable

_NEW_YORK = "America/New_York"
_DEADLINE = time(14)  # submissions until then are announced in the evening
_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY, _SUNDAY = 0, 3, 4, 5, 6
_DAY = timedelta(days=1)
_DAY_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def weekend_silence(day: date, service: str) -> str | None:
    """Say that a service has nothing on Saturdays and Sundays."""
    if day.weekday() < _SATURDAY:
        return None
    return f"{service} has nothing on {_DAY_NAMES[day.weekday()]}"


def day_before(day: date, silence: Callable[[date], str | None]) -> date:
    """Give the last day before, but for silent ones."""
    day -= _DAY
    while silence(day):
        day -= _DAY
    return day


def arxiv_silence(day: date) -> str | None:
    """Say why arXiv's listings and feeds may bring nothing on a day; None if they surely do.

    It announces in the evening of New York, Sundays to Thursdays, and dates that with the day after. What
    was submitted until a Friday is announced on Sunday; on holidays no submissions are taken together, so
    that the announcement behind them is left out (https://info.arxiv.org/help/availability.html). Between
    Christmas and New Year it leaves out two or three more, which it chooses anew every year.
    """
    return _sure_silence(day) or _possible_silence(day)


def arxiv_submissions(day: date, announcements: int = 1) -> tuple[datetime, datetime]:
    """Give the time in which the papers were submitted that the last `announcements` until `day` brought.

    Papers that moderators looked at longer are older.
    """
    last = day_before(day + _DAY, _sure_silence)
    first = last
    for _ in range(announcements):
        first = day_before(first, arxiv_silence)
    zone = ZoneInfo(_NEW_YORK)
    start, end = (datetime.combine(_deadline_day(of), _DEADLINE, zone) for of in (first, last))
    return start, end


def _sure_silence(day: date) -> str | None:
    if weekend := weekend_silence(day, "arXiv"):
        return weekend
    deadline = _deadline_day(day)
    name = _holidays(deadline.year).get(deadline)
    return f"arXiv announces nothing after {name} ({deadline})" if name else None


def _possible_silence(day: date) -> str | None:
    deadline = _deadline_day(day)
    if deadline < date(deadline.year, 12, 24):
        return None
    return "arXiv rests on some days between Christmas and New Year"


def _deadline_day(day: date) -> date:
    """Give the day until which papers were submitted that are announced under the date of `day`."""
    back = {_MONDAY: 3, _SUNDAY: 2}.get(day.weekday(), 1)
    return day - back * _DAY


def _holidays(year: int) -> dict[date, str]:
    """Name the holidays of the United States on which arXiv takes no submissions together."""
    return {
        date(year, 1, 1): "New Year's Day",
        _nth(3, _MONDAY, year, 1): "Martin Luther King Day",
        _observed(date(year, 6, 19)): "Juneteenth",
        _observed(date(year, 7, 4)): "Independence Day",
        _nth(1, _MONDAY, year, 9): "Labor Day",
        _nth(4, _THURSDAY, year, 11): "Thanksgiving",
        date(year, 12, 25): "Christmas Day",
    }


def _nth(number: int, weekday: int, year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (number - 1)) * _DAY


def _observed(day: date) -> date:
    """A holiday on a Saturday is kept on Friday, one on a Sunday on Monday."""
    return day + {_SATURDAY: -1, _SUNDAY: 1}.get(day.weekday(), 0) * _DAY
