"""Clocks that are set, and processes that stand still."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.run import deliver
from newsletter.model import Deferred, Outcome, OutgoingMail
from newsletter.store.database import Database, open_database
from newsletter.store.ledger import Ledger
from tests.conftest import PATIENCE_SECONDS
from tests.delivery.killing import Scene
from tests.delivery.puppets import Puppet, accept
from tests.delivery.sink import Sink
from tests.delivery.stage import LeapingClock, Letters, ready

Scenes = Callable[[str, str], Scene]


@pytest.mark.parametrize("days", [(0, -1, 0), (0, 1, 0), (1, 0, -1)])
def test_a_clock_that_is_wrong_by_a_day_between_runs_repeats_nothing(
    scenes: Scenes, days: tuple[float, ...]
) -> None:
    scene, people = scenes("sqlite", "plain"), 60
    issue = ready(scene.database, people)
    with Sink() as sink:
        for shift in days[:-1]:
            scene.nursery.start(scene.job(sink, shift_days=shift, step="after note", count=15)).wait()
        ended = scene.nursery.start(scene.job(sink, shift_days=days[-1])).wait()
        assert ended.report["ending"] == "done", ended
        assert max(sink.counts.values()) == 1
    counts = Ledger(scene.database).books(issue.id).counts
    assert counts["accepted"] + counts["in_doubt"] == people


@pytest.mark.parametrize(
    "jump", [timedelta(days=-1), timedelta(days=1), timedelta(hours=1), timedelta(hours=-1)], ids=str
)
def test_a_clock_that_is_set_while_a_run_is_on_repeats_and_loses_nothing(
    tmp_path: Path, jump: timedelta
) -> None:
    began = datetime(2025, 10, 26, 0, 59, 50, tzinfo=UTC)  # ten seconds before clocks in Europe go back
    database = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    ledger, issue, clock = Ledger(database), ready(database, 60, at=began), LeapingClock(began)

    has_jumped: list[bool] = []

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        if len(backend.taken) == 20 and not has_jumped:
            has_jumped.append(True)
            clock.set(began + jump)
        if attempt == 1 and mail.recipient.endswith("3@d3.example"):
            return Deferred(reason="451 4.3.0 later", code="4.3.0")
        return accept(mail, attempt)

    backend = Puppet(says=says)
    policy = DeliveryPolicy(connections=2, patience_minutes=20)
    report = deliver(issue, ledger, backend, Letters(), policy, clock=clock)
    if report.until:  # by the clock that was put back, it is long till then
        clock.set(report.until)
        report = deliver(issue, ledger, backend, Letters(), policy, clock=clock)
    report.books.balance()
    assert report.books.counts["accepted"] == len(backend.taken) == len(set(backend.taken)) == 60


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_a_process_that_stood_still_for_longer_than_its_lease_sends_nothing_that_others_took_over(
    scenes: Scenes, engine: str
) -> None:
    scene, people = scenes(engine, "plain"), 200
    issue = ready(scene.database, people)
    with Sink(delay=0.005) as sink:
        sleeper = scene.nursery.start(scene.job(sink, lease_seconds=1))
        try:
            sink.wait_for(20)
            _stop_between_transactions(sleeper.pid, scene.database)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while True:
                other = scene.nursery.start(scene.job(sink)).wait()
                if other.report["ending"] == "done":
                    break
                assert time.monotonic() < deadline, other
            os.kill(sleeper.pid, signal.SIGCONT)
            ended = sleeper.wait()
        finally:
            with suppress(ProcessLookupError):
                os.kill(sleeper.pid, signal.SIGKILL)
        assert ended.report["ending"] == "done", ended
        assert max(sink.counts.values()) == 1
    books = Ledger(scene.database).books(issue.id)
    books.balance()
    assert books.counts["accepted"] + books.counts["in_doubt"] == people
    assert books.counts["in_doubt"] <= 2


def _stop_between_transactions(pid: int, database: Database) -> None:
    """Let a process stand still; in the midst of a transaction it would keep everybody from the database."""
    os.kill(pid, signal.SIGSTOP)
    while _is_locked(database):
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, signal.SIGSTOP)


def _is_locked(database: Database) -> bool:
    if database.file:
        try:
            with closing(sqlite3.connect(database.file, timeout=0.5, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False
    others = "datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    with database.reading() as connection:
        return bool(
            connection.exec_driver_sql(f"SELECT count(*) FROM pg_stat_activity WHERE {others}").scalar_one()
        )
