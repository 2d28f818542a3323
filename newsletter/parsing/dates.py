"""The year of a date that is shown without one.

The site omits the year of the current year only, so every year it shows is a past one, and no paper lies
after the day of the page. The clock is never asked: a saved page means the same next year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? (\d{1,2})(?:,? (\d{4}))?",
    re.IGNORECASE | re.ASCII,
)
_PLAUSIBLE_YEARS = range(1900, 2100)
_LEAP_CYCLE = 8  # 29 February comes back after eight years at most (1896, 1904)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDate:
    """A date as a page shows it; `year` is None where it shows none."""

    month: int
    day: int
    year: int | None = None

    def __str__(self) -> str:
        shown = f"{_MONTHS[self.month - 1].capitalize()} {self.day}"
        return shown if self.year is None else f"{shown}, {self.year}"


def read_date(text: str) -> ShownDate | None:
    """Read `Oct 9, 2023` or `Nov 7`; None if the text is no such date. The day may not exist."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    month = _MONTHS.index(found[1][:3].lower()) + 1
    return ShownDate(month=month, day=int(found[2]), year=int(found[3]) if found[3] else None)


def exact(shown: ShownDate, year: int) -> date | None:
    """Give the date in that year; None if there is no such day."""
    try:
        return date(year, shown.month, shown.day)
    except ValueError:
        return None


def latest_until(shown: ShownDate, limit: date) -> date | None:
    """Give the last such day that is not after `limit`; None if there is no such day in any year."""
    for year in range(limit.year, max(limit.year - _LEAP_CYCLE, 1) - 1, -1):
        day = exact(shown, year)
        if day is not None and day <= limit:
            return day
    return None


def year_of_page(shown_years: Iterable[int]) -> int | None:
    """Infer the year in which a page was shown: the one after the newest it names. None without any; years
    that no paper of this site can have say nothing."""
    newest = max((year for year in shown_years if year in _PLAUSIBLE_YEARS), default=None)
    return None if newest is None else newest + 1
