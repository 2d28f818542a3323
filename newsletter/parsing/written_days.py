"""The day of a moment as machines write it: ISO 8601, or as in mails (RFC 5322)."""

from __future__ import annotations

import re
from datetime import date

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MAIL = re.compile(
    rf"(?:[a-z]{{3,9}},?\s+)?(\d{{1,2}})\s+({'|'.join(_MONTHS)})[a-z]{{0,6}}\.?,?\s+(\d{{4}}|\d{{2}})(?!\d)",
    re.IGNORECASE,
)
_FIRST_YEAR = 1991  # of arXiv; listings write years with two digits


def written_day(text: str | None) -> date | None:
    """Give the day that stands in a moment, in whatever time zone it is written; None if there is none.

    `2025-08-20T00:00:00-04:00` is 20 August, as its author meant it, wherever it is read.
    """
    start = (text or "").strip()[:100]
    if found := _ISO.match(start):
        return _exact(int(found[1]), int(found[2]), int(found[3]))
    if found := _MAIL.match(start):
        return _exact(_full_year(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1]))
    return None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - digits of a year
        return year
    return 1900 + year if 1900 + year >= _FIRST_YEAR else 2000 + year


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
