"""What every engine must say about who is sending an issue just now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsletter.store.database import Database
from newsletter.store.ledger import Ledger, Verdict, Wish
from newsletter.store.pace import pace

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


def senders(ledger: Ledger, issue: Any, at: datetime = LATER) -> int:
    return pace(ledger.database, issue.id, at=at).senders


def test_a_sender_that_waits_for_a_limit_is_still_at_its_issue(ledger: Ledger, enrol: Any) -> None:
    issue = enrol(ledger.database, 3)
    assert senders(ledger, issue) == 0
    with ledger.sender() as hold:
        [claim] = hold.claim(issue.id, 1, at=NOON).rows
        assert senders(ledger, issue) == 1
        hold.intend(claim.delivery)
        hold.note(claim.delivery, Verdict(state="accepted"))
        hold.flush(at=NOON)
        assert senders(ledger, issue) == 1
        assert senders(ledger, issue, NOON + timedelta(days=2)) == 0
    assert senders(ledger, issue) == 0


def test_a_sender_at_another_issue_is_not_at_this_one(ledger: Ledger, enrol: Any, build: Any) -> None:
    left_off = enrol(ledger.database, 3)
    tomorrow = build.freezing(build.issue(slug="2025-11-08"))
    other = ledger.freeze(tomorrow, {Wish(): build.edition()}, at=NOON)
    with ledger.sender() as hold:
        [claim] = hold.claim(left_off.id, 1, at=NOON).rows
        hold.intend(claim.delivery)
        hold.note(claim.delivery, Verdict(state="accepted"))
        hold.flush(at=NOON)
    with ledger.sender() as hold:
        assert hold.claim(other.id, 1, at=NOON).rows
        assert (senders(ledger, left_off), senders(ledger, other)) == (0, 1)
