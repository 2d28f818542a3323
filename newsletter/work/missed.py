"""The history of the daily run, with the days on which there was none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from newsletter.store.run_values import RunRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_TOLD_APART = 7
_DAY = timedelta(days=1)


def history(records: Sequence[RunRecord], today: date, limit: int) -> tuple[RunRecord, ...]:
    """List the days, newest first, from today's run or yesterday back to the first run that is given, at most
    `limit`; a day without a run is "missed", and more than a week of them is told in one."""
    found: list[RunRecord] = []
    end = today
    for record in records:
        found += _gap(record.day + _DAY, end - _DAY)
        found.append(_told(record))
        end = record.day
    return tuple(found[:limit])


def _gap(first: date, last: date) -> list[RunRecord]:
    """Tell of the days without a run, newest first."""
    count = (last - first).days + 1
    if count > _TOLD_APART:
        return [_missed(last, f"missed: there was no run from {first} to {last} ({count:,} days)")]
    return [_missed(last - number * _DAY, "missed: there was no run") for number in range(max(count, 0))]


def _missed(day: date, words: str) -> RunRecord:
    at = datetime.combine(day, time(), tzinfo=UTC)
    return RunRecord(day=day, begun_at=at, verdict="missed", words=words)


def _told(record: RunRecord) -> RunRecord:
    if record.verdict != "unfinished" or record.words:
        return record
    words = f"unfinished: the run stopped, or is under way, at the step {record.step!r}; run it again"
    return replace(record, words=words)
