"""The day of a moment, as it was written."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.parsing.written_days import written_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-08-20T00:00:00-04:00", date(2025, 8, 20)),
        ("2016-05-26T17:59:46Z", date(2016, 5, 26)),
        (" 2026-7-3", date(2026, 7, 3)),
        ("Fri, 23 Aug 2024 00:00:00 -0400", date(2024, 8, 23)),
        ("Fri,  9 Jun 23 00:44:20 GMT", date(2023, 6, 9)),
        ("Wed 11 Feb 26 19:00:00 GMT", date(2026, 2, 11)),
        ("Thu, 17 Mar 94 10:00:00 GMT", date(1994, 3, 17)),
        ("Friday, 7 November 2025", date(2025, 11, 7)),
        ("2025-02-30", None),
        ("31 Jun 2025", None),
        ("2025-W38", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_the_day_is_the_one_that_is_written(text: str | None, day: date | None) -> None:
    assert written_day(text) == day
