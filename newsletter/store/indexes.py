"""Tables and indexes that somebody dropped. With an index no row is lost, but what is found by it takes ever
longer, and SQLite refuses a statement that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect

from newsletter.store.all_tables import metadata
from newsletter.store.engines import is_embedded
from newsletter.store.troubles import RESTORE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Index, Table

# Only names are asked for: SQLAlchemy would warn of what others made that it does not understand.
_EMBEDDED = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index'"
_SERVER = "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = current_schema()"


def lost_tables(connection: Connection) -> Sequence[str]:
    """Name those that a database of this version has, and that are not there."""
    return sorted(set(metadata.tables) - _tables(connection))


def lost_indexes(connection: Connection) -> Sequence[Index]:
    """List those that are not at their table, where that is there."""
    statement = _EMBEDDED if is_embedded(connection) else _SERVER
    there = {(table, name.lower()) for table, name in connection.exec_driver_sql(statement)}
    tables = [metadata.tables[name] for name in sorted(_tables(connection) & set(metadata.tables))]
    ours = sorted(
        (table.name, str(index.name), index) for table in tables for index in of_engine(connection, table)
    )
    return [index for table, name, index in ours if (table, name) not in there]


def of_engine(connection: Connection, table: Table) -> Sequence[Index]:
    """List the indexes that a table has here: some are for one kind of database alone."""
    engine = connection.dialect.name
    return [index for index in table.indexes if index.info.get("engine", engine) == engine]


def table_losses(connection: Connection) -> tuple[str, ...]:
    """Say which tables are lost, in sentences."""
    return tuple(f"the table {name} is missing; {RESTORE}" for name in lost_tables(connection))


def index_losses(connection: Connection) -> tuple[str, ...]:
    """Say which indexes are lost, in sentences."""
    return tuple(
        f"the index {index.name} is missing; `newsletter db migrate` makes it again"
        for index in lost_indexes(connection)
    )


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())
