"""When it is a certain hour where a reader lives."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def moment_of(day: date, hour: int, timezone: str, *, minute: int = 0) -> datetime:
    """Give the moment, in UTC, at which a day reaches an hour in an IANA time zone.

    An hour that the clocks leave out is the first moment after the gap, one that comes twice is the first of
    both. A zone that nobody knows (any more) counts as UTC: a reader's zone is no reason to send nothing.
    """
    local = datetime.combine(day, time(hour, minute), tzinfo=zone_of(timezone))
    try:
        moment = local.astimezone(UTC)
        if _shows(moment, local):
            return moment
        return _end_of_gap(local.replace(fold=1).astimezone(UTC), moment, local.tzinfo or UTC)
    except OverflowError:  # the first or the last day there is
        return local.replace(tzinfo=UTC)


@lru_cache(maxsize=1024)
def zone_of(timezone: str) -> tzinfo:
    """Find the data of a zone; UTC where there is none."""
    try:
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):  # OSError: "Europe" is a folder
        return UTC


def _shows(moment: datetime, local: datetime) -> bool:
    return moment.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)


def _end_of_gap(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Find the second at which the clocks are put forward."""
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
