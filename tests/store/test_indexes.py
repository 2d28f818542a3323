"""Tables and indexes that somebody dropped: found by a check; indexes are made again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.store.all_tables import metadata
from newsletter.store.backup import back_up, restore
from newsletter.store.checking import damage, faults
from newsletter.store.database import Database, open_database
from newsletter.store.indexes import lost_indexes, of_engine
from newsletter.store.ledger import Ledger
from newsletter.store.ledger_values import BeingSent
from newsletter.store.overview import overview
from newsletter.store.papers import PaperArchive
from tests.store.test_backup import NOON


@pytest.fixture(autouse=True)
def _whole_again(database: Database) -> Iterator[None]:
    yield
    database.make_lost_indexes()  # a server's tables stay for the next test


def names_on(database: Database) -> list[str]:
    """Name the indexes that a database of this kind has."""
    with database.reading() as connection:
        indexes = [index for table in metadata.tables.values() for index in of_engine(connection, table)]
    return sorted(str(index.name) for index in indexes)


def run(database: Database, statement: str) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql(statement)


def test_all_of_ours_are_there(database: Database) -> None:
    assert len(names_on(database)) > 8
    with database.reading() as connection:
        assert lost_indexes(connection) == []


def test_a_check_names_an_index_that_is_not_there_but_calls_it_no_damage(database: Database) -> None:
    for name in names_on(database):
        assert faults(database) == ()
        run(database, f"DROP INDEX {name}")
        [found] = faults(database)
        assert found == f"the index {name} is missing; `newsletter db migrate` makes it again"
        assert damage(database) == ()
        assert database.make_lost_indexes() == (name,)


def test_what_is_missing_is_made_again_and_nothing_else(database: Database) -> None:
    dropped = names_on(database)[:3]
    for name in dropped:
        run(database, f"DROP INDEX {name}")
    assert sorted(database.make_lost_indexes()) == dropped
    assert faults(database) == ()
    assert database.make_lost_indexes() == ()


def test_an_index_of_the_same_name_elsewhere_is_another(database: Database) -> None:
    run(database, "DROP INDEX ix_subscribers_status")
    run(database, "CREATE INDEX ix_subscribers_status ON papers (id)")
    try:
        [found] = faults(database)
        assert found.startswith("the index ix_subscribers_status is")
    finally:
        run(database, "DROP INDEX ix_subscribers_status")


def test_an_index_of_somebody_else_is_nothing_to_speak_of(
    database: Database, recwarn: pytest.WarningsRecorder
) -> None:
    run(database, "CREATE INDEX theirs ON subscribers (lower(name))")
    try:
        assert faults(database) == ()
        assert database.make_lost_indexes() == ()
        assert list(recwarn) == []
    finally:
        run(database, "DROP INDEX theirs")


def test_no_sender_has_to_wait_for_an_index(database: Database) -> None:
    run(database, "DROP INDEX ix_papers_day")
    with Ledger(database).sender(), pytest.raises(BeingSent, match="would wait for the index ix_papers_day"):
        database.make_lost_indexes()
    assert database.make_lost_indexes() == ("ix_papers_day",)


def test_whoever_needs_a_lost_table_is_told_where_to_look(database: Database) -> None:
    run(database, "ALTER TABLE papers RENAME TO elsewhere")
    try:
        with pytest.raises(StoreError) as caught:
            PaperArchive(database).count()
        assert caught.value.hint == "`newsletter db check` says what is missing"
        missing = overview(database).missing
        assert missing[0].startswith("the table papers is missing")
    finally:
        run(database, "ALTER TABLE elsewhere RENAME TO papers")


def test_a_lost_table_is_damage_that_a_backup_mends(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'a.db'}")) as database:
        back_up(database, tmp_path / "copy.db")
        for table in ("paper_names", "senders"):
            run(database, f"DROP TABLE {table}")
        assert faults(database) == tuple(
            f"the table {table} is missing; `newsletter db restore BACKUP` puts a backup back"
            for table in ("paper_names", "senders")
        )
        with pytest.raises(StoreError, match="the table paper_names is missing"):
            database.make_lost_indexes()
    with closing(open_database(f"sqlite:///{tmp_path / 'b.db'}")) as database:
        run(database, "DROP TABLE paper_names")
        restore(database, tmp_path / "copy.db", at=NOON)
        assert faults(database) == ()
