"""When it is a certain hour where a reader lives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issues.hours import moment_of

ZONES = sorted(available_timezones())


@pytest.mark.parametrize(
    ("day", "hour", "timezone", "moment"),
    [
        ("2025-11-07", 7, "Europe/Berlin", "2025-11-07T06:00"),
        ("2025-07-07", 7, "Europe/Berlin", "2025-07-07T05:00"),
        ("2025-11-07", 7, "Asia/Kathmandu", "2025-11-07T01:15"),
        ("2025-11-07", 7, "Pacific/Kiritimati", "2025-11-06T17:00"),
        ("2025-11-07", 23, "Pacific/Pago_Pago", "2025-11-08T10:00"),
        ("2025-03-30", 2, "Europe/Berlin", "2025-03-30T01:00"),  # left out: 2:00 becomes 3:00
        ("2025-10-26", 2, "Europe/Berlin", "2025-10-26T00:00"),  # comes twice: the first
        ("2025-10-05", 2, "Australia/Lord_Howe", "2025-10-04T15:30"),  # half an hour is left out
        ("2025-04-25", 0, "Africa/Cairo", "2025-04-24T22:00"),  # the day begins at 1:00
        ("2011-12-30", 7, "Pacific/Apia", "2011-12-30T10:00"),  # a day that never was
        ("2025-11-07", 7, "Mars/Olympus_Mons", "2025-11-07T07:00"),
        ("2025-11-07", 7, "Europe", "2025-11-07T07:00"),
        ("2025-11-07", 7, "../etc/localtime", "2025-11-07T07:00"),
        ("9999-12-31", 23, "America/New_York", "9999-12-31T23:00"),
        ("0001-01-01", 0, "Asia/Tokyo", "0001-01-01T00:00"),
    ],
)
def test_an_hour_is_a_moment(day: str, hour: int, timezone: str, moment: str) -> None:
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert moment_of(date.fromisoformat(day), hour, timezone) == expected


@given(st.dates(date(1950, 1, 1), date(2037, 12, 31)), st.integers(0, 23), st.sampled_from(ZONES))
def test_before_the_moment_the_hour_has_not_come_and_from_then_on_it_has(
    day: date, hour: int, timezone: str
) -> None:
    moment, wanted = moment_of(day, hour, timezone), datetime.fromisoformat(f"{day}T{hour:02}:00")
    zone = ZoneInfo(timezone)

    def shown(at: datetime) -> datetime:
        return at.astimezone(zone).replace(tzinfo=None)

    assert shown(moment - timedelta(seconds=1)) < wanted <= shown(moment)
