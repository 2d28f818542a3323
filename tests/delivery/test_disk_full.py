"""A disk that is full: nothing is sent that cannot be recorded."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.run import deliver
from newsletter.errors import StoreError
from newsletter.store.database import Database, open_database
from newsletter.store.ledger import Ledger
from tests.delivery.killing import Scene
from tests.delivery.puppets import Puppet
from tests.delivery.sink import Sink
from tests.delivery.stage import LeapingClock, Letters, freeze, ready, settle_in

PEOPLE = 400


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A database with people, and no issue yet: freezing takes room, too."""
    path = tmp_path / "prepared.db"
    database = open_database(f"sqlite:///{path}")
    settle_in(database, PEOPLE)
    with database.alone() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


def pages(path: Path) -> int:
    database = open_database(f"sqlite:///{path}")
    with database.reading() as connection:
        count = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    database.close()
    return count


def limited(path: Path, most_pages: int) -> Database:
    """Open a database that may not grow beyond so many pages."""
    database = open_database(f"sqlite:///{path}")
    database.engine.dispose()

    def limit(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={most_pages}")

    event.listen(database.engine, "connect", limit)
    return database


def send(database: Database, backend: Puppet) -> None:
    issue = freeze(database)
    policy = DeliveryPolicy(connections=2, drain_seconds=120)
    deliver(issue, Ledger(database), backend, Letters(), policy, clock=LeapingClock())


def fits(database: Database, backend: Puppet) -> bool:
    """Send, and tell whether the disk was large enough."""
    try:
        send(database, backend)
    except StoreError as error:
        if "full" not in error.message:
            raise
        return False
    finally:
        database.close()
    return True


def sweep(prepared: Path, folder: Path) -> Iterator[tuple[int, bool]]:
    """Run with one page more each time, until a run succeeds; check what a run with room makes of each."""
    least = pages(prepared)
    for more in range(200):
        path = folder / f"with{more}.db"
        shutil.copy(prepared, path)
        backend = Puppet()
        is_done = fits(limited(path, least + more), backend)
        database = open_database(f"sqlite:///{path}")
        send(database, backend)
        books = Ledger(database).books(freeze(database).id)
        database.close()
        books.balance()
        assert books.counts["accepted"] == len(backend.taken) == len(set(backend.taken)) == PEOPLE
        yield more, is_done
        if is_done:
            return


def test_files_that_cannot_grow_stop_a_send_and_lose_and_repeat_nothing(
    scenes: Callable[[str, str], Scene],
) -> None:
    """The journal among them, and the log of the database."""
    endings, people = [], 150
    for size in (1 << 14, 1 << 17, 1 << 18, 1 << 30):
        scene = scenes("sqlite", "plain")
        issue = ready(scene.database, people)
        with Sink() as sink:
            endings.append(scene.nursery.start(scene.job(sink, largest_file=size)).wait().report["ending"])
            ended = scene.nursery.start(scene.job(sink)).wait()
            assert ended.report["ending"] == "done", ended
            assert len(sink.accepted) == len(sink.counts)
            books = Ledger(scene.database).books(issue.id)
            books.balance()
            assert books.counts["accepted"] + books.counts["in_doubt"] == people
            assert books.counts["accepted"] <= len(sink.accepted) <= people
    assert endings[0] == "error"
    assert endings[-1] == "done"
    assert set(endings) == {"error", "done"}


def test_a_database_that_cannot_grow_stops_a_send_and_loses_and_repeats_nothing(
    prepared: Path, tmp_path: Path
) -> None:
    runs = list(sweep(prepared, tmp_path))
    assert len(runs) > 3, "the database never was too small: this test tests nothing"
    assert runs[-1][1], "it never became large enough"
