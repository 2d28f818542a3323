"""The two engines: how each is opened, and the statements that must differ between them."""

from __future__ import annotations

import os
import sqlite3
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite

from newsletter.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

WAIT_SECONDS = 10
# A machine that is lost, or a process that is stopped, in the middle of a transaction keeps its rows locked:
# the server finds that out in a minute or in five, and not in the two hours that are usual.
_SESSION = {
    "timezone": "UTC",
    "lock_timeout": WAIT_SECONDS * 1000,
    "idle_in_transaction_session_timeout": 300_000,
    "tcp_keepalives_idle": 30,
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
}
_WRITES = "newsletter_writes"
_PREPARATIONS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # Rows that are deleted are overwritten: what was erased can be read in no free page.
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)


def embedded_file(url: str) -> Path | None:
    """Give the file of an embedded database; None for one on a server."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def shown(url: str) -> str:
    """Name a database for people, without a password."""
    file = embedded_file(url)
    return str(file) if file else make_url(url).render_as_string(hide_password=True)


def make_engine(url: str, password: str | None = None) -> Engine:
    """Prepare to connect; nothing is opened yet. Raises `ConfigError` without a driver for a server."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _embedded_engine(parsed)
    if find_spec("psycopg") is None:
        raise ConfigError(
            "a PostgreSQL database needs the package psycopg",
            hint="pip install 'newsletter[postgres]'",
        )
    parsed = parsed.set(drivername="postgresql+psycopg")
    options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    return create_engine(
        parsed if password is None else parsed.set(password=password),
        hide_parameters=True,
        connect_args={"connect_timeout": WAIT_SECONDS, "options": options},
    )


def make_private_file(file: Path) -> bool:
    """Make an empty file that nobody else may read, if there is none; SQLite would make it for everybody.

    True if it was made. Raises `StoreError`."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return False
    except OSError as error:
        raise StoreError(f"{file}: cannot be made ({error.strerror})") from error
    return True


def for_writing(connection: Connection) -> Connection:
    """Let the next transaction be one that writes: on SQLite it waits for its turn at once, not half-way."""
    return connection.execution_options(**{_WRITES: True})


def is_embedded(connection: Connection) -> bool:
    """Whether it is SQLite."""
    return connection.dialect.name == "sqlite"


def embedded(connection: Connection) -> sqlite3.Connection:
    """Give SQLite's own connection, in the same transaction: what SQLAlchemy does around a statement takes
    longer than most of those of a sender. It raises the driver's errors, which `troubles.told` knows too."""
    own: Any = connection.connection.dbapi_connection
    return cast("sqlite3.Connection", own)


def hold_erasures(connection: Connection) -> None:
    """Let nobody be erased until this transaction ends: between the look at who was erased and the insert
    a person could come back. SQLite has one writer anyway."""
    if not is_embedded(connection):
        connection.execute(text("LOCK TABLE erased IN SHARE MODE"))


def hold_settings(connection: Connection) -> None:
    """Let nobody else write settings until this transaction ends. SQLite has one writer anyway."""
    if not is_embedded(connection):
        connection.execute(text("LOCK TABLE settings IN SHARE ROW EXCLUSIVE MODE"))


def insert_unless_there(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Insert, but leave a row alone that already has this value in a unique column."""
    kind = sqlite.insert if is_embedded(connection) else postgresql.insert
    # Drivers count inserted rows, but SQLAlchemy does not pass that on unasked.
    return kind(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def insert_or_add(
    connection: Connection, table: Table, row: dict[str, Any], column: str
) -> sqlite.Insert | postgresql.Insert:
    """Insert a row, or add to one column of the row with its key."""
    kind = sqlite.insert if is_embedded(connection) else postgresql.insert
    inserting = kind(table).values(row)
    added = {column: table.c[column] + inserting.excluded[column]}
    return inserting.on_conflict_do_update(index_elements=[*table.primary_key.columns], set_=added)


def insert_or_replace(
    connection: Connection, table: Table, row: dict[str, Any]
) -> sqlite.Insert | postgresql.Insert:
    """Insert a row, or put it in the place of the row with its key."""
    kind = sqlite.insert if is_embedded(connection) else postgresql.insert
    inserting = kind(table).values(row)
    keys = {column.name for column in table.primary_key.columns}
    changed = {name: inserting.excluded[name] for name in row if name not in keys}
    return inserting.on_conflict_do_update(index_elements=[*table.primary_key.columns], set_=changed)


def pour(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows, all with the same columns, in the quickest way there is: SQLAlchemy's own compiles
    parameters for each row, which takes longer than the insert."""
    if not rows:
        return
    dialect = connection.dialect
    columns = [table.c[name] for name in rows[0]]
    names = ", ".join(map(dialect.identifier_preparer.format_column, columns))
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    values = [
        tuple(
            process(value) if process else value
            for process, value in zip(processors, row.values(), strict=True)
        )
        for row in rows
    ]
    if is_embedded(connection):
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)  # noqa: S608
        return
    raw: Any = connection.connection  # psycopg's
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row_values in values:
            copy.write_row(row_values)


def forget_for_good(connection: Connection) -> None:
    """After an erasure is committed: empty the write-ahead log, in which the row may still stand."""
    if is_embedded(connection):
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def hold_migrations(connection: Connection) -> None:
    """Let one program at a time change the tables. SQLite has one writer anyway."""
    if not is_embedded(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(1313166163)"))


def hold_freezing(connection: Connection) -> None:
    """Let one program at a time freeze an issue, and let it see people as they are at one moment. It must
    come first in a transaction. SQLite has one writer, and each transaction sees one state."""
    if not is_embedded(connection):
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        connection.execute(text("LOCK TABLE choices IN SHARE ROW EXCLUSIVE MODE"))


def hold_quotas(connection: Connection) -> None:
    """Let one program at a time reckon with quotas. SQLite has one writer anyway."""
    if not is_embedded(connection):
        connection.execute(text("LOCK TABLE quota_uses IN SHARE ROW EXCLUSIVE MODE"))


def hold_papers(connection: Connection) -> None:
    """Let one program at a time say which records are one paper. SQLite has one writer anyway."""
    if not is_embedded(connection):
        connection.execute(text("LOCK TABLE papers IN SHARE ROW EXCLUSIVE MODE"))


def plan_with_figures(connection: Connection, table: str) -> None:
    """Tell a server how large a table of ours became; it would plan for an empty one."""
    if not is_embedded(connection):
        connection.exec_driver_sql(f"ANALYZE {table}")


def _embedded_engine(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite", query={}),
        hide_parameters=True,
        connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """The standard library begins transactions when it sees fit, and none around DDL: we do it ourselves."""
    connection.isolation_level = None
    for statement in _PREPARATIONS:
        connection.execute(statement)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    embedded(connection).execute("BEGIN IMMEDIATE" if writes else "BEGIN")
