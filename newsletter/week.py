"""Which week an issue of seven days is about."""

from __future__ import annotations

from datetime import date, timedelta

DAYS = 7


def monday_of(day: date) -> date:
    """Give the Monday of the ISO 8601 week that most of the seven days up to `day` lie in.

    So an issue that comes on a Monday is about the week before, and one on a Friday about the week it ends.
    """
    middle = day - min(timedelta(days=DAYS // 2), day - date.min)
    return middle - timedelta(days=middle.weekday())


def name_of(day: date) -> str:
    """Name that week: "2025-W45"."""
    year, week, _ = monday_of(day).isocalendar()
    return f"{year}-W{week:02}"
