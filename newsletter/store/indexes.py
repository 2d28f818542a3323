"""Indexes that somebody dropped. No row is lost with one, but what is found by it takes ever longer, and
SQLite refuses a statement that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect

from newsletter.store.all_tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, Index


def missing(connection: Connection) -> list[Index]:
    """List those of ours that are not there, by name; all tables are."""
    looking = inspect(connection)
    there = {found["name"] for table in metadata.tables for found in looking.get_indexes(table)}
    ours = {str(index.name): index for table in metadata.tables.values() for index in table.indexes}
    return [ours[name] for name in sorted(ours) if name not in there]


def make_missing(connection: Connection) -> bool:
    """Make them again; false if there was nothing to do."""
    gone = missing(connection)
    for index in gone:
        index.create(connection)
    return bool(gone)
