"""At which moments the daily run is called."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.issues.hours import moment_of, zone_of

if TYPE_CHECKING:
    from datetime import date

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTES = 60
_DAYS_OF_YEAR = 366
_ZONES = "zoneinfo/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Once a day `at` a time of an IANA `timezone`, when the day's issue is made; where it `is_hourly`, every
    hour at the same minute besides, so that readers get it at theirs."""

    at: time
    timezone: str
    is_hourly: bool = False

    def next_after(self, moment: datetime) -> datetime:
        """Give the first call later than a moment. A time that the clocks leave out comes right after the
        gap, and one that comes twice counts once."""
        return self._next_hour(moment) if self.is_hourly else self._next_day(moment)

    def day_of(self, moment: datetime) -> date:
        """Say of which day an issue is made or sent at a moment: where calls come every hour, those before
        the time of the day still belong to the day before."""
        today = moment.astimezone(zone_of(self.timezone)).date()
        return today if not self.is_hourly or self._moment_on(today) <= moment else today - _DAY

    def left_out_after(self, moment: datetime) -> date | None:
        """Give the first day within a year on which the clocks leave the time out; cron and systemd may make
        no call on it."""
        zone = zone_of(self.timezone)
        today = moment.astimezone(zone).date()
        days = (today + _DAY * number for number in range(_DAYS_OF_YEAR))
        gone = (day for day in days if self._moment_on(day).astimezone(zone).time() != self.at)
        return None if self.is_hourly else next(gone, None)

    def _next_day(self, moment: datetime) -> datetime:
        today = moment.astimezone(zone_of(self.timezone)).date()
        later = (self._moment_on(today + _DAY * number) for number in (-1, 0, 1, 2))
        return min(one for one in later if one > moment)

    def _next_hour(self, moment: datetime) -> datetime:
        offset = moment.astimezone(zone_of(self.timezone)).utcoffset() or timedelta()
        minute = (self.at.minute - int(offset.total_seconds() // _MINUTES)) % _MINUTES
        found = moment.astimezone(UTC).replace(minute=minute, second=0, microsecond=0)
        return found if found > moment else found + _HOUR

    def _moment_on(self, day: date) -> datetime:
        return moment_of(day, self.at.hour, self.timezone, minute=self.at.minute)


def machine_zone(localtime: Path = Path("/etc/localtime")) -> str | None:
    """Name the zone of this machine's clock, as far as it can be told."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if named:
        return named
    try:
        target = str(localtime.readlink())
    except OSError:
        return None
    return target.partition(_ZONES)[2] or None
