"""A database on which everything can be tried and nothing lasts."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.store import engines
from newsletter.store.database import Database, open_database
from newsletter.store.troubles import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class _Rehearsal(Database):
    """All of it happens within one transaction, in steps that can fail on their own."""

    connection: Connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Look at what there would be."""
        with told(self.place), self.connection.begin_nested():
            yield self.connection

    writing = reading


@contextmanager
def rehearsal(database: Database, scratch: Path) -> Iterator[Database]:
    """Give a database that holds what this one holds, and forgets what is done to it when the block ends.

    Others wait meanwhile who want to write to an embedded one. Where there is none yet, an empty one in the
    folder `scratch` stands for it. Raises `StoreError`.
    """
    if database.file and not database.file.exists():
        made = open_database(f"sqlite:///{scratch / 'empty.db'}")
        try:
            yield made
        finally:
            made.close()
        return
    database.must_be_current()
    with told(database.place), database.engine.connect() as connection:
        transaction = engines.for_writing(connection).begin()
        try:
            yield _Rehearsal(database.engine, database.place, database.file, connection)
        finally:
            transaction.rollback()
