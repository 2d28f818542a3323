"""The history of the daily run, with the days on which there was none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from newsletter.store.run_values import RunRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


def history(records: Sequence[RunRecord], today: date, limit: int) -> tuple[RunRecord, ...]:
    """List the days, newest first, from today's run or yesterday back to the first run that is given, at most
    `limit`; a day without a run is "missed"."""
    if not records:
        return ()
    known = {record.day: record for record in records}
    first, last = min(known), max(*known, today - timedelta(days=1))
    days = (last - timedelta(days=number) for number in range(min(limit, (last - first).days + 1)))
    return tuple(_told(known[day]) if day in known else missed(day) for day in days)


def missed(day: date) -> RunRecord:
    """Say that there was no run on a day."""
    at = datetime.combine(day, time(), tzinfo=UTC)
    return RunRecord(day=day, begun_at=at, verdict="missed", words="missed: there was no run")


def _told(record: RunRecord) -> RunRecord:
    if record.verdict != "unfinished" or record.words:
        return record
    words = f"unfinished: the run stopped, or is under way, at the step {record.step!r}; run it again"
    return replace(record, words=words)
