"""At which moments the daily run is called."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.work.schedule.timetable import Timetable, machine_zone

ZONES = sorted(available_timezones())
BERLIN = Timetable(at=time(6, 30), timezone="Europe/Berlin")
EVERY_HOUR = Timetable(at=time(6, 30), timezone="Europe/Berlin", is_hourly=True)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def times(timetable: Timetable, begin: str, count: int) -> list[str]:
    found, moment = [], utc(begin)
    for _ in range(count):
        moment = timetable.next_after(moment)
        found.append(f"{moment:%m-%d %H:%M}")
    return found


def test_a_day_has_one_call_at_its_time_where_the_newsletter_is() -> None:
    assert times(BERLIN, "2025-11-07T05:29", 3) == ["11-07 05:30", "11-08 05:30", "11-09 05:30"]
    assert times(BERLIN, "2025-11-07T05:30", 1) == ["11-08 05:30"]


def test_a_change_of_clocks_skips_and_repeats_no_day() -> None:
    night = Timetable(at=time(2, 30), timezone="Europe/Berlin")
    assert times(night, "2025-03-28T12:00", 3) == ["03-29 01:30", "03-30 01:00", "03-31 00:30"]
    assert times(night, "2025-10-24T12:00", 3) == ["10-25 00:30", "10-26 00:30", "10-27 01:30"]


def test_a_day_without_that_time_is_known_before() -> None:
    night = Timetable(at=time(2, 30), timezone="America/New_York")
    assert night.left_out_after(utc("2026-11-26T00:00")) == date(2027, 3, 14)
    assert BERLIN.left_out_after(utc("2026-11-26T00:00")) is None
    hourly = Timetable(at=time(2, 30), timezone="America/New_York", is_hourly=True)
    assert hourly.left_out_after(utc("2026-11-26T00:00")) is None


def test_every_hour_has_its_call_through_a_change_of_clocks() -> None:
    assert times(EVERY_HOUR, "2025-03-29T23:31", 3) == ["03-30 00:30", "03-30 01:30", "03-30 02:30"]
    nepal = Timetable(at=time(6, 0), timezone="Asia/Kathmandu", is_hourly=True)
    assert times(nepal, "2025-11-07T05:29", 2) == ["11-07 06:15", "11-07 07:15"]


def test_before_its_time_an_hourly_call_is_about_the_day_before() -> None:
    assert EVERY_HOUR.day_of(utc("2025-11-07T05:29")) == date(2025, 11, 6)
    assert EVERY_HOUR.day_of(utc("2025-11-07T05:30")) == date(2025, 11, 7)
    assert EVERY_HOUR.day_of(utc("2025-11-07T23:30")) == date(2025, 11, 7)


def test_a_day_is_that_of_the_zone_and_not_of_greenwich() -> None:
    tokyo = Timetable(at=time(6, 0), timezone="Asia/Tokyo")
    assert tokyo.day_of(utc("2025-11-06T21:00")) == date(2025, 11, 7)
    assert BERLIN.day_of(utc("2025-11-07T00:10")) == date(2025, 11, 7)


@given(MOMENTS, st.times(), st.sampled_from(ZONES))
def test_the_next_call_is_later_and_within_two_days_and_none_lies_between(
    moment: datetime, at: time, zone: str
) -> None:
    timetable = Timetable(at=at.replace(second=0, microsecond=0), timezone=zone)
    found = timetable.next_after(moment)
    assert moment < found <= moment + timedelta(hours=26)
    assert timetable.next_after(found - timedelta(seconds=1)) == found
    local = found.astimezone(ZoneInfo(zone))
    assert (
        local.time() >= timetable.at
        or local.utcoffset() != (found - timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset()
    )


@given(MOMENTS, st.times(), st.sampled_from(ZONES))
def test_hourly_calls_are_an_hour_apart_and_their_days_never_go_back(
    moment: datetime, at: time, zone: str
) -> None:
    timetable = Timetable(at=at.replace(second=0, microsecond=0), timezone=zone, is_hourly=True)
    found = timetable.next_after(moment)
    assert moment < found <= moment + timedelta(hours=1, minutes=30)
    assert timetable.day_of(found) >= timetable.day_of(moment)


def test_the_machine_tells_its_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    link = tmp_path / "localtime"
    assert machine_zone(link) is None
    link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    assert machine_zone(link) == "Europe/Berlin"
    monkeypatch.setenv("TZ", ":Asia/Tokyo")
    assert machine_zone(link) == "Asia/Tokyo"
