"""Dates, counts and lists as a reader sees them, in English."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from newsletter.model import Cadence
    from newsletter.rendering.direction import Direction

DIRECTION: Direction = "ltr"

# Not strftime: its names follow the locale of the machine, and the same issue gives the same bytes.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def written_out(day: date, cadence: Cadence = "daily") -> str:
    """Say which day or week: "Friday, 7 November 2025", "Week of 3 November 2025"."""
    if cadence == "weekly":
        return f"Week of {_day_month_year(day - timedelta(days=day.weekday()))}"
    return f"{_DAYS[day.weekday()]}, {_day_month_year(day)}"


def short_date(day: date) -> str:
    """Write "7 Nov 2025"."""
    return f"{day_and_month(day)} {day.year}"


def day_and_month(day: date) -> str:
    """Write "7 Nov", for places where the year goes without saying."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Write "1 author", "15 authors", "1,204 papers"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(items: Sequence[str]) -> str:
    """Write "A", "A and B", "A, B and C"."""
    if len(items) < 2:  # noqa: PLR2004 - it takes two to need an "and"
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def by_line(names: Sequence[str] | None, number: int | None) -> str:
    """Name up to three authors, or say how many there are; "" where neither is known.

    `number` may be larger than the names we have: a source may list only the first few.
    """
    names = names or ()
    total = max(number or 0, len(names))
    if not names:
        return counted(total, "author") if total else ""
    shown = names if total <= _NAMED else names[: _NAMED - 1]
    others = total - len(shown)
    return listed([*shown, counted(others, "other")] if others else shown)


_NAMED = 3


def _day_month_year(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
