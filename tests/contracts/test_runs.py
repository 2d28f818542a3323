"""The daily run's memory: the same on both engines."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, select

from newsletter.store.approvals import Approval, ApprovalStore
from newsletter.store.database import Database, connect
from newsletter.store.rehearsing import rehearsal
from newsletter.store.run_lock import running_alone
from newsletter.store.run_values import (
    AlreadyRunning,
    Answer,
    Findings,
    IssueNote,
    RunRecord,
    SourceState,
    Trouble,
)
from newsletter.store.runs import RunStore
from newsletter.store.schema_runs import troubles

AT = datetime(2025, 11, 7, 6, 30, tzinfo=UTC)
DAY = date(2025, 11, 7)
NOTE = IssueNote(slug="2025-11-07", cadence="daily", papers=3, digest="d1", folder="issues/2025-11-07")
BROKEN = Answer(source="arxiv", said="failed", error="timed out", broken_since=AT, late_days=(DAY,))


@pytest.fixture
def store(database: Database) -> RunStore:
    return RunStore(database)


def record(day: date = DAY, **changes: object) -> RunRecord:
    values: dict[str, object] = {
        "day": day,
        "begun_at": AT,
        "verdict": "sent",
        "words": "sent to 3",
        "findings": Findings(answers=(BROKEN,), issues=(NOTE,)),
    }
    return RunRecord(**(values | changes))  # type: ignore[arg-type]


def test_a_run_is_kept_whole(store: RunStore) -> None:
    store.save(record())
    assert store.find(DAY) == record()
    assert store.find(date(2025, 11, 8)) is None


def test_a_day_has_one_run_the_last_one(store: RunStore) -> None:
    store.save(record())
    store.save(record(step="done", ended_at=AT))
    assert store.latest(5) == (record(step="done", ended_at=AT),)


def test_runs_are_listed_newest_first(store: RunStore) -> None:
    for number in (3, 5, 4):
        store.save(record(date(2025, 11, number)))
    assert [one.day.day for one in store.latest(2)] == [5, 4]


def test_a_source_nobody_asked_is_unknown(store: RunStore) -> None:
    assert store.state("hf") == SourceState(source="hf")


def test_what_is_known_of_a_source_is_kept(store: RunStore) -> None:
    known = SourceState(source="hf", answered_on=DAY, moved_on=DAY, broken_since=AT, error="x")
    store.save_state(SourceState(source="hf"))
    store.save_state(known)
    assert store.state("hf") == known


def test_troubles_are_open_until_they_are_over(store: RunStore) -> None:
    arxiv, empty = Trouble(key="source arxiv", words="arxiv fails"), Trouble(key="empty", words="no papers")
    store.note_troubles((arxiv, empty), (), at=AT)
    store.note_troubles((), (empty,), at=AT)
    assert store.troubles() == {"source arxiv": arxiv}


def test_an_approval_is_of_exactly_one_state_of_an_issue(database: Database) -> None:
    approvals = ApprovalStore(database)
    approvals.approve("2025-11-07", "d1", revision=1, at=AT)
    approvals.approve("2025-11-07", "d1", revision=1, at=AT)
    assert approvals.of("2025-11-07", "d1")
    assert not approvals.of("2025-11-07", "d2")
    assert not approvals.of("2025-11-08", "d1")
    approvals.approve("2025-11-07", "d2", revision=2, at=AT)
    assert not approvals.of("2025-11-07", "d1")
    assert approvals.standing("2025-11-07") == Approval(
        slug="2025-11-07", digest="d2", revision=2, approved_at=AT
    )
    assert approvals.standing("2025-11-08") is None
    assert approvals.withdraw("2025-11-07")
    assert not approvals.of("2025-11-07", "d2")


def test_one_run_goes_on_at_a_time(database: Database) -> None:
    refused = pytest.raises(AlreadyRunning, match="another run is under way")
    with running_alone(database), refused, running_alone(database):
        pass
    with running_alone(database):
        pass


def test_who_ends_frees_the_lock_before_the_server_sees_them_gone(migrated_postgres: Database) -> None:
    seen: list[str] = []

    def look(*_: object) -> None:
        try:
            with running_alone(migrated_postgres):
                seen.append("free")
        except AlreadyRunning:
            seen.append("taken")

    event.listen(migrated_postgres.engine, "close_detached", look, once=True)
    with running_alone(migrated_postgres):
        pass
    assert seen == ["free"]


HOLDER = """
import sys
from newsletter.store.database import open_database
from newsletter.store.run_lock import running_alone
with running_alone(open_database(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_run_that_is_killed_leaves_no_lock_behind(database: Database) -> None:
    url = database.engine.url.set(drivername=database.engine.dialect.name)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url.render_as_string(hide_password=False)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning), running_alone(database):
            pass
        holder.kill()
        holder.wait()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:  # a server learns of a death within moments
        try:
            with running_alone(database):
                return
        except AlreadyRunning:
            with database.reading() as connection:
                connection.execute(select(troubles))
    pytest.fail("the lock outlived its holder")


def test_a_rehearsal_sees_what_it_does_and_leaves_nothing(database: Database, tmp_path: Path) -> None:
    RunStore(database).save(record())
    with rehearsal(database, tmp_path) as tried:
        assert RunStore(tried).find(DAY) == record()
        RunStore(tried).save(record(words="tried"))
        found = RunStore(tried).find(DAY)
        assert found is not None
        assert found.words == "tried"
    assert RunStore(database).find(DAY) == record()


def test_a_rehearsal_without_a_database_makes_none(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    absent = connect(f"sqlite:///{tmp_path / 'newsletter.db'}")
    with rehearsal(absent, scratch) as tried:
        assert RunStore(tried).latest(3) == ()
    absent.close()
    assert [path.name for path in tmp_path.iterdir()] == ["scratch"]
