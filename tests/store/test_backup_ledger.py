"""A restore sends nothing again: what went out after the backup was made stays sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import StoreError
from newsletter.mailing.addresses import address_key
from newsletter.store.approvals import ApprovalStore
from newsletter.store.backup import back_up, restore
from newsletter.store.checking import faults
from newsletter.store.database import Database, open_database
from newsletter.store.ledger import FrozenIssue, Ledger, Verdict
from newsletter.store.run_values import RunRecord
from newsletter.store.runs import RunStore
from newsletter.store.subscribers import SubscriberStore
from newsletter.subscriber import Consent, Newcomer, Subscriber

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")) as made:
        yield made


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "backup.db"


def send(database: Database, issue: FrozenIssue, count: int) -> None:
    with Ledger(database).sender() as hold:
        for claim in hold.claim(issue.id, count, at=NOON).rows:
            hold.intend(claim.delivery)
            hold.note(claim.delivery, Verdict(state="accepted"))


def counts(database: Database, issue: FrozenIssue) -> dict[str, int]:
    books = Ledger(database).books(issue.id)
    books.balance()
    return {state: count for state, count in books.counts.items() if count}


def add(database: Database, address: str) -> int:
    person = Newcomer(address=address, consent=Consent(source="form"))
    found = SubscriberStore(database).add(person, address_key(address), at=NOON, reason="test").found
    assert isinstance(found, Subscriber)
    return found.id


def test_what_was_sent_since_the_backup_is_not_sent_again(
    database: Database, backup: Path, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(database, 6)
    send(database, frozen, 2)
    back_up(database, backup)
    send(database, frozen, 3)
    newcomer = add(database, "after@example.org")
    restore(database, backup, at=NOON)
    assert counts(database, frozen) == {"accepted": 5, "pending": 1}
    assert Ledger(database).find(frozen.slug) == frozen
    assert add(database, "later@example.org") > newcomer, "no number is given twice"
    send(database, frozen, 9)
    assert counts(database, frozen) == {"accepted": 6}
    assert faults(database) == ()


def test_nothing_is_restored_under_a_sender_that_is_at_work(
    database: Database, backup: Path, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(database, 3)
    back_up(database, backup)
    with Ledger(database).sender() as hold:
        [claim, *_] = hold.claim(frozen.id, 3, at=NOON).rows
        hold.intend(claim.delivery)
        with pytest.raises(StoreError, match="is being sent") as caught:
            restore(database, backup, at=NOON)
        assert "halt" in (caught.value.hint or "")
        hold.note(claim.delivery, Verdict(state="accepted"))
    restore(database, backup, at=NOON)
    assert counts(database, frozen) == {"accepted": 1, "pending": 2}


def test_an_issue_frozen_since_the_backup_stays_frozen(database: Database, backup: Path, build: Any) -> None:
    back_up(database, backup)
    frozen = build.enrol(database, 3)
    send(database, frozen, 2)
    restore(database, backup, at=NOON)
    assert Ledger(database).issue(frozen.id) == build.issue()
    assert counts(database, frozen) == {"accepted": 2, "pending": 1}
    send(database, frozen, 9)
    assert counts(database, frozen) == {"accepted": 2, "suppressed": 1}, "its readers came after the backup"


@pytest.mark.parametrize("is_there", [True, False])
def test_where_nobody_knows_what_was_sent_the_issue_is_halted(
    database: Database, backup: Path, enrol: Callable[..., FrozenIssue], is_there: bool
) -> None:
    frozen = enrol(database, 3)
    send(database, frozen, 1)
    back_up(database, backup)
    database.close()
    assert database.file
    for path in database.file.parent.glob("newsletter.db*"):
        if path.is_file():
            path.unlink()
    if is_there:
        database.migrate()
    restore(database, backup, at=NOON)
    assert counts(database, frozen) == {"accepted": 1, "pending": 2}
    found = Ledger(database).find(frozen.slug)
    assert found
    assert found.is_halted
    assert "does not know" in (found.halt_reason or "")


def test_what_a_run_did_since_the_backup_is_not_done_again(
    database: Database, backup: Path, enrol: Callable[..., FrozenIssue]
) -> None:
    enrol(database)
    back_up(database, backup)
    record = RunRecord(day=NOON.date(), begun_at=NOON, verdict="sent", words="sent to 3")
    RunStore(database).save(record)
    ApprovalStore(database).approve("2025-11-08", "d1", revision=1, at=NOON)
    restore(database, backup, at=NOON)
    assert RunStore(database).find(NOON.date()) == record
    assert ApprovalStore(database).of("2025-11-08", "d1")
