"""Which issues a day asks for, and which days each of them is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newsletter.week import DAYS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from newsletter.model import Cadence
    from newsletter.subscriber import Rhythm

_SATURDAY = 5
# An issue reaches back to the day after the last one, if that came a fortnight ago; what is older is no news.
_FARTHEST = timedelta(days=14)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An issue to be made of the papers that came from the day `since` to `day`, both included."""

    cadence: Cadence
    day: date
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """An issue that went out."""

    cadence: Cadence
    day: date


def issues_due(
    day: date, *, week_day: int, in_use: Collection[Rhythm], gone: Iterable[Gone] = ()
) -> tuple[Due, ...]:
    """Say which issues are due, in the order in which they are to be frozen.

    `week_day` is when weekly issues come (0 is Monday), `in_use` are the rhythms of active readers; without
    any reader there is a daily issue for whoever looks. `gone` are earlier issues, the last fortnight's.

    A "weekdays" reader gets Saturday's and Sunday's papers on Monday. Where daily readers had these already,
    that is an issue of its own, with the cadence "weekdays"; it comes first, because whoever is in it is left
    out of the daily one. A weekly issue has the seven days up to its own, and a week that was missed.
    """
    earlier = [one for one in gone if day - _FARTHEST <= one.day < day]
    due: list[Due] = []
    is_weekend = day.weekday() >= _SATURDAY
    catching_up = None if is_weekend or "weekdays" not in in_use else _after_weekend(day, in_use, earlier)
    if catching_up:
        due.append(Due(cadence="weekdays", day=day, since=catching_up))
    has_daily_readers = "daily" in in_use or not in_use
    if has_daily_readers or ("weekdays" in in_use and not is_weekend and not catching_up):
        due.append(Due(cadence="daily", day=day, since=day))
    if "weekly" in in_use and day.weekday() == week_day:
        due.append(Due(cadence="weekly", day=day, since=_after_last_week(day, earlier)))
    return tuple(due)


def _after_weekend(day: date, in_use: Collection[Rhythm], earlier: list[Gone]) -> date | None:
    """Say since when "weekdays" readers lack papers that the daily issue of `day` will not have."""
    had = [
        one.day
        for one in earlier
        if one.cadence == "weekdays" or (one.cadence == "daily" and one.day.weekday() < _SATURDAY)
    ]
    last = max(had, default=_weekday_before(day))
    lacking = [one for one in _days_between(last, day) if _is_lacking(one, in_use, earlier)]
    return lacking[0] if lacking else None


def _is_lacking(day: date, in_use: Collection[Rhythm], earlier: list[Gone]) -> bool:
    """Tell whether a day without an issue for them may have had papers: a weekend that daily readers had an
    issue of, or that nobody was there to have one of."""
    if day.weekday() < _SATURDAY:
        return False
    return "daily" not in in_use or any(one.cadence == "daily" and one.day == day for one in earlier)


def _weekday_before(day: date) -> date:
    before = day - _DAY
    return before if before.weekday() < _SATURDAY else _weekday_before(before)


def _days_between(first: date, last: date) -> list[date]:
    return [first + _DAY * number for number in range(1, (last - first).days)]


def _after_last_week(day: date, earlier: list[Gone]) -> date:
    """Say where a weekly issue begins: after the one before, if that was not long ago."""
    usual = day - _DAY * (DAYS - 1)
    last = max((one.day for one in earlier if one.cadence == "weekly"), default=None)
    return usual if last is None else last + _DAY
