"""The issues that a folder keeps, and which of them is the newest."""

from __future__ import annotations

import re
from bisect import insort
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newsletter.errors import StoreError
from newsletter.store.issue_folder import DATA, Span, read_span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# How folders are called that nobody named: only these tell a day, and of a week which days it may end on.
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:-(weekdays))?", re.ASCII)
_WEEK = re.compile(r"\d{4}-W\d\d", re.ASCII)
_SUNDAY = timedelta(days=6)
_LATEST_END = timedelta(days=9)  # of the seven days up to Wednesday most lie in the week before


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptIssue:
    """An issue in its folder. `made` is when that was last written, in nanoseconds."""

    folder: Path
    span: Span
    made: int


def newest_folder(root: Path) -> Path | None:
    """Find the newest issue in a folder of them, if there is any."""
    newest = next(newest_first(root), None)
    return newest.folder if newest else None


def newest_first(root: Path) -> Iterator[KeptIssue]:
    """Go through the issues in a folder: by the last day that they cover, of one day the last made first.

    One that cannot be read counts by its name. No more are read than have to be, as there may be years of
    them.
    """
    unread = sorted(((_latest_end(folder.name), folder) for folder in _issues_in(root)), reverse=True)
    read: list[KeptIssue] = []
    for latest_end, folder in unread:
        while read and read[-1].span.day > latest_end:
            yield read.pop()
        insort(read, _looked_at(folder), key=lambda one: (one.span.day, one.made, one.folder.name))
    yield from reversed(read)


def _issues_in(root: Path) -> list[Path]:
    try:
        return [path for path in root.iterdir() if path.name[0] != "." and (path / DATA).is_file()]
    except OSError:
        return []


def _latest_end(name: str) -> date:
    """Say up to which day an issue of this name may reach."""
    if told := _told_by(name):
        return told.day
    monday = _monday_of(name)
    return min(monday, date.max - _LATEST_END) + _LATEST_END if monday else date.max


def _looked_at(folder: Path) -> KeptIssue:
    try:
        made = (folder / DATA).stat().st_mtime_ns
    except OSError:
        made = 0
    return KeptIssue(folder=folder, span=_told_by(folder.name) or _told_within(folder), made=made)


def _told_by(name: str) -> Span | None:
    found = _DAY.fullmatch(name)
    day = _as_date(found[1]) if found else None
    return Span(day=day, cadence="weekdays" if found and found[2] else "daily") if day else None


def _told_within(folder: Path) -> Span:
    try:
        return read_span(folder)
    except StoreError:
        monday = _monday_of(folder.name)
        return Span(day=monday + _SUNDAY, cadence="weekly") if monday else Span(day=date.min, cadence="daily")


def _monday_of(name: str) -> date | None:
    return _as_date(f"{name}-1") if _WEEK.fullmatch(name) else None


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
