"""One newsletter's database: opened, brought to this version, and asked within transactions."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from newsletter.errors import StoreError
from newsletter.store import engines
from newsletter.store.indexes import lost_indexes, lost_tables
from newsletter.store.ledger_values import BeingSent
from newsletter.store.recovery import at_work
from newsletter.store.revisions import Revision, migrate, revision_of
from newsletter.store.schema import senders
from newsletter.store.troubles import RESTORE, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine


@dataclass(frozen=True, slots=True)
class Database:
    """A way to a database. `place` names it in messages; `file` is set if it is embedded."""

    engine: Engine
    place: str
    file: Path | None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Look, in one transaction that sees one state. Raises `StoreError`."""
        with told(self.place), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Change, in one transaction: all of it or nothing. Raises `StoreError`."""
        with (
            told(self.place),
            self.engine.connect() as connection,
            engines.for_writing(connection).begin(),
        ):
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Give a connection outside any transaction that nobody uses after us. Raises `StoreError`."""
        with told(self.place), self.engine.connect() as connection:
            connection.detach()
            yield connection

    def revision(self) -> Revision:
        """Say which version its tables have."""
        with self.reading() as connection:
            return revision_of(connection)

    def migrate(self) -> bool:
        """Bring the tables to this version, and make them where there are none.

        False if they were of this version already. Raises `StoreError` for a database that is not ours, and
        `BeingSent` while a sender of an older version is at work.
        """
        if self.file:
            engines.make_private_file(self.file)
        with self.writing() as connection:
            engines.hold_migrations(connection)
            revision = revision_of(connection)
            self.refuse_strangers(revision)
            if not revision.is_current:
                self._refuse_under_a_sender(connection)
                migrate(connection)
            return not revision.is_current

    def make_lost_indexes(self) -> tuple[str, ...]:
        """Make the indexes again that somebody dropped, and name them. Raises `BeingSent` while a sender, who
        would have to wait for that, is at work, and `StoreError` where a whole table was dropped."""
        with self.writing() as connection:
            engines.hold_migrations(connection)
            for table in lost_tables(connection):
                raise StoreError(f"{self.place}: the table {table} is missing", hint=RESTORE)
            lost = lost_indexes(connection)
            if lost and at_work(connection, self.file):
                raise BeingSent(
                    f"{self.place}: an issue is being sent, which would wait for the index {lost[0].name}",
                    hint="make it when that has ended",
                )
            for index in lost:
                index.create(connection)
            return tuple(str(index.name) for index in lost)

    def refuse_strangers(self, revision: Revision) -> None:
        """Raise `StoreError` for another program's database, or one of another version of ours."""
        if revision.is_foreign:
            raise StoreError(
                f"{self.place}: is the database of another program",
                hint="name another file or database in the [store] table of newsletter.toml",
            )
        if not revision.is_known:
            raise StoreError(
                f"{self.place}: was made by another version of newsletter (revision {revision.name})",
                hint="upgrade newsletter; a newer version reads what an older one made",
            )

    def _refuse_under_a_sender(self, connection: Connection) -> None:
        """An embedded database has one writer: nobody begins to send between this and the end of it."""
        if inspect(connection).has_table(senders.name) and at_work(connection, self.file):
            raise BeingSent(
                f"{self.place}: an issue is being sent by an older version of newsletter; its tables must "
                "be changed for this one",
                hint="wait for its end, or stop that process (Ctrl-C); what is left can be sent afterwards",
            )

    def must_be_current(self) -> None:
        """Raise `StoreError` for tables that are not those of this version; changes nothing."""
        revision = self.revision()
        if not revision.is_current:
            self.refuse_strangers(revision)
            raise StoreError(
                f"{self.place}: its tables are not those of this version",
                hint="`newsletter db migrate` makes them so",
            )

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def connect(url: str, password: str | None = None) -> Database:
    """Prepare the way to a database; nothing is opened, made or changed yet."""
    return Database(engines.make_engine(url, password), engines.shown(url), engines.embedded_file(url))


def open_database(url: str, password: str | None = None) -> Database:
    """Open a database ready for use: an embedded one is made and brought to this version by itself, one on
    a server must have been by `newsletter db migrate`. Raises `StoreError`."""
    database = connect(url, password)
    try:
        _make_ready(database)
    except BaseException:
        database.close()
        raise
    return database


def _make_ready(database: Database) -> None:
    if database.file:
        engines.make_private_file(database.file)
    if database.file and not database.revision().is_current:
        database.migrate()
    else:
        database.must_be_current()
