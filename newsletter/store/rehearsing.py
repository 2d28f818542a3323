"""A database on which everything can be tried and nothing lasts."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.store import engines
from newsletter.store.backup import back_up
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

    Of an embedded one it is a copy in the folder `scratch`, so that nobody who writes has to wait; where
    there is none yet, an empty one. Raises `StoreError`.
    """
    if database.file is None:
        with _within_a_transaction(database) as tried:
            yield tried
        return
    copy = scratch / "rehearsal.db"
    if database.file.exists():
        database.must_be_current()
        back_up(database, copy, overwrite=True)
    made = open_database(f"sqlite:///{copy}")
    try:
        yield made
    finally:
        made.close()


@contextmanager
def _within_a_transaction(database: Database) -> Iterator[Database]:
    database.must_be_current()
    with told(database.place), database.engine.connect() as connection:
        transaction = engines.for_writing(connection).begin()
        try:
            yield _Rehearsal(database.engine, database.place, database.file, connection)
        finally:
            transaction.rollback()
