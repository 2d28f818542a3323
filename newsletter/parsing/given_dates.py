"""Dates as services, libraries and people write them, to the day or less.

A year or a month alone is no day: `GivenDate.day` is None then, and a paper keeps what was said as a flag
(`dated 2014-05`). Of a moment the day counts that was written, in whatever time zone. A numeric date that
could be read in two ways (05/07/2019) is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEARS = range(1500, 2101)
_MONTHS_IN_A_YEAR = 12
_MAX_CHARS = 100
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?:\s*[-/.]\s*(?P<month>\d{1,2})(?:\s*[-/.]\s*(?P<day>\d{1,2}))?)?"
    r"(?:(?:[T\s]+\d{1,2}:\d{2}\S*(?:\s\S+){0,2})|\s*[-/.]+\s*[^\d]*)?"
)
_PACKED = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T?\d{4,6}Z?)?")
_DAY_FIRST = re.compile(
    rf"(?:[a-z]+,\s*)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}})\b.*",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?:[a-z]+,?\s+)?{_MONTH}\s+(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?"
    rf"(?:\d{{1,2}}:\d{{2}}(?::\d{{2}})?\s+(?:[A-Z]{{1,4}}\s+)?)?(?P<year>\d{{4}})\b.*",
    re.IGNORECASE,
)
_YEAR_MONTH = re.compile(
    rf"(?P<year>\d{{4}})[\s/,-]+{_MONTH}(?:[\s/,-]+(?P<day>\d{{1,2}}))?[\s/]*", re.IGNORECASE
)
_NUMERIC = re.compile(
    r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>\d{4})(?:[,\s]+\d{1,2}:\d{2}.*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDate:
    """A date and how exact it is; `shown` is ISO 8601: 2014, 2014-05 or 2014-05-17."""

    shown: str
    day: date | None


def given_date(text: str) -> GivenDate | None:
    """Read a date; None if the text is none that any calendar has, or none that can be told."""
    text = " ".join(text[:_MAX_CHARS].split())
    for pattern in (_PACKED, _YEAR_FIRST, _YEAR_MONTH, _DAY_FIRST, _MONTH_FIRST):
        if found := pattern.fullmatch(text):
            return date_of(found["year"], found["month"], found["day"])
    if (found := _NUMERIC.fullmatch(text)) and (order := _order(int(found["first"]), int(found["second"]))):
        return date_of(found["year"], *order)
    return None


def date_of(year: object, month: object = None, day: object = None) -> GivenDate | None:
    """Put a date together; a part that is None, "" or 0 was not given."""
    numbers = [_number(part) for part in (year, month, day)]
    if numbers[0] is None or numbers[0] not in _YEARS:
        return None
    if numbers[1] is None or not 1 <= numbers[1] <= _MONTHS_IN_A_YEAR:
        return GivenDate(shown=f"{numbers[0]:04}", day=None) if numbers[1] is None else None
    if numbers[2] is None:
        return GivenDate(shown=f"{numbers[0]:04}-{numbers[1]:02}", day=None)
    try:
        exact = date(numbers[0], numbers[1], numbers[2])
    except ValueError:
        return None
    return GivenDate(shown=exact.isoformat(), day=exact)


def month_number(text: str) -> int | None:
    """Give the month of a name or a number: "Nov.", "november", "11"; None for anything else."""
    name = text.strip().lower()[:3]
    if name in _MONTHS:
        return _MONTHS.index(name) + 1
    number = _number(text)
    return number if number and 1 <= number <= _MONTHS_IN_A_YEAR else None


def _number(part: object) -> int | None:
    if isinstance(part, bool) or not isinstance(part, int | str):
        return None
    if isinstance(part, int):
        return part or None
    text = part.strip()
    if (name := text.lower()[:3]) in _MONTHS:
        return _MONTHS.index(name) + 1
    if not text.isascii() or not text.isdigit() or len(text) > 4:  # noqa: PLR2004 - no year has more
        return None
    return int(text) or None


def _order(first: int, second: int) -> tuple[int, int] | None:
    """Tell the month and the day of two numbers apart, where only one way is possible."""
    if first == second:
        return first, second
    if first > _MONTHS_IN_A_YEAR >= second:
        return second, first
    if second > _MONTHS_IN_A_YEAR >= first:
        return first, second
    return None
