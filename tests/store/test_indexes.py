"""Indexes that somebody dropped: found by a check, made again by a migration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Index, inspect

from newsletter.errors import StoreError
from newsletter.store.all_tables import metadata
from newsletter.store.checking import faults
from newsletter.store.database import Database

OURS = sorted(
    (index for table in metadata.tables.values() for index in table.indexes),
    key=lambda index: str(index.name),
)


@pytest.fixture(autouse=True)
def _whole_again(database: Database) -> Iterator[None]:
    yield
    database.migrate()  # a server's tables stay for the next test


def drop(database: Database, index: Index) -> None:
    with database.writing() as connection:
        index.drop(connection)


def names(database: Database) -> set[str | None]:
    with database.reading() as connection:
        looking = inspect(connection)
        return {found["name"] for table in metadata.tables for found in looking.get_indexes(table)}


@pytest.mark.parametrize("index", OURS, ids=lambda index: index.name)
def test_a_check_names_an_index_that_is_not_there(database: Database, index: Index) -> None:
    assert faults(database) == ()
    drop(database, index)
    [found] = faults(database)
    assert found.startswith(f"the index {index.name} is missing")
    assert "`newsletter db migrate` makes it again" in found


def test_a_migration_makes_again_what_is_missing_and_nothing_else(database: Database) -> None:
    before = names(database)
    for index in OURS[:3]:
        drop(database, index)
    assert database.migrate()
    assert names(database) == before
    assert faults(database) == ()
    assert not database.migrate()


def test_what_needs_an_index_says_where_to_look(database: Database) -> None:
    if database.file is None:
        pytest.skip("a server does without, slowly")
    [fresh] = [index for index in OURS if index.name == "ix_deliveries_fresh"]
    drop(database, fresh)
    with pytest.raises(StoreError) as caught, database.reading() as connection:
        connection.exec_driver_sql("SELECT id FROM deliveries INDEXED BY ix_deliveries_fresh")
    assert "ix_deliveries_fresh" in caught.value.message
    assert caught.value.hint == "`newsletter db check` says what is missing"
