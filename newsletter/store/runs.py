"""The days of the daily run, and what is known of each source."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from newsletter.codec import decode, encode
from newsletter.errors import StoreError
from newsletter.store import schema_runs as tables
from newsletter.store.engines import insert_or_replace
from newsletter.store.run_values import Findings, RunRecord, SourceState, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Row

    from newsletter.store.database import Database


@dataclass(frozen=True, slots=True)
class RunStore:
    """Keeps the daily run of one newsletter."""

    database: Database

    def find(self, day: date) -> RunRecord | None:
        """Look the run of a day up."""
        with self.database.reading() as connection:
            row = connection.execute(select(tables.runs).where(tables.runs.c.day == day)).one_or_none()
        return _as_record(row) if row else None

    def latest(self, limit: int) -> tuple[RunRecord, ...]:
        """List runs, the newest day first."""
        with self.database.reading() as connection:
            wanted = select(tables.runs).order_by(tables.runs.c.day.desc()).limit(limit)
            return tuple(map(_as_record, connection.execute(wanted).all()))

    def save(self, record: RunRecord) -> None:
        """Keep a run, in the place of what was kept of its day."""
        row = {field.name: getattr(record, field.name) for field in fields(record)}
        row["findings"] = json.dumps(encode(record.findings), separators=(",", ":"))
        with self.database.writing() as connection:
            connection.execute(insert_or_replace(connection, tables.runs, row))

    def state(self, source: str) -> SourceState:
        """Say what is known of a source; nothing of one that was never asked."""
        with self.database.reading() as connection:
            known = select(tables.source_states).where(tables.source_states.c.source == source)
            row = connection.execute(known).one_or_none()
        return SourceState(**row._asdict()) if row else SourceState(source=source)

    def save_state(self, state: SourceState) -> None:
        """Keep what is known of a source."""
        row = {field.name: getattr(state, field.name) for field in fields(state)}
        with self.database.writing() as connection:
            connection.execute(insert_or_replace(connection, tables.source_states, row))

    def troubles(self) -> Mapping[str, Trouble]:
        """List, by their keys, the troubles that the operator was told of and that are not over."""
        with self.database.reading() as connection:
            rows = connection.execute(select(tables.troubles).order_by(tables.troubles.c.key))
            return {row.key: Trouble(key=row.key, words=row.words) for row in rows}

    def note_troubles(self, begun: Sequence[Trouble], over: Sequence[Trouble], *, at: datetime) -> None:
        """Keep that the operator was told of these."""
        with self.database.writing() as connection:
            for trouble in begun:
                row = {"key": trouble.key, "words": trouble.words, "since": at}
                connection.execute(insert_or_replace(connection, tables.troubles, row))
            for trouble in over:
                connection.execute(delete(tables.troubles).where(tables.troubles.c.key == trouble.key))


def _as_record(row: Row[Any]) -> RunRecord:
    values = row._asdict()
    try:
        values["findings"] = decode(Findings, json.loads(row.findings))
    except ValueError as error:
        raise StoreError(f"what was kept of the run of {row.day} cannot be read: {error}") from error
    return RunRecord(**values)
