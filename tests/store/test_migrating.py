"""An upgrade while an older version is still sending waits for its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.store import senders
from newsletter.store.backup import back_up, restore
from newsletter.store.database import Database, connect, open_database
from newsletter.store.ledger import Ledger
from newsletter.store.revisions import migrate

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the version before, on each engine in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'newsletter.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    with closing(connect(url)) as database:
        with database.writing() as connection:
            migrate(connection, until="0004")
        yield database


def test_no_table_is_changed_under_a_sender_that_is_at_work(older: Database) -> None:
    with Ledger(older).sender():
        with pytest.raises(StoreError, match="an issue is being sent by an older version") as caught:
            older.migrate()
        assert "wait for its end" in (caught.value.hint or "")
        assert older.revision().name == "0004"
    assert older.migrate()


def test_a_sender_of_this_version_is_in_nobodys_way(database: Database) -> None:
    with Ledger(database).sender():
        assert not database.migrate()


def test_a_sender_that_was_lost_does_not_stop_an_upgrade(older: Database) -> None:
    with older.writing() as connection:
        senders.begin(connection, "an earlier start", 0.0)
    assert older.migrate()


def test_an_embedded_database_that_is_opened_meanwhile_says_why_it_cannot_be(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'newsletter.db'}"
    with closing(connect(url)) as older:
        with older.writing() as connection:
            migrate(connection, until="0004")
        with Ledger(older).sender(), pytest.raises(StoreError, match="is being sent"):
            open_database(url)
    open_database(url).close()


def test_nobody_is_told_to_move_a_database_away_that_is_at_work(tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    with closing(connect(f"sqlite:///{tmp_path / 'newsletter.db'}")) as older:
        with older.writing() as connection:
            migrate(connection, until="0004")
        back_up(older, backup)
        with Ledger(older).sender(), pytest.raises(StoreError, match="is being sent") as caught:
            restore(older, backup, at=NOON)
    assert "move" not in (caught.value.hint or "")
