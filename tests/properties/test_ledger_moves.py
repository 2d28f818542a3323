"""Whatever senders, clocks and people do, in whatever order: no delivery is lost, none is sent twice, and
none that is settled comes back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, select

from newsletter.errors import StoreError
from newsletter.mailing.addresses import address_key
from newsletter.store import journal_file, sender_hold
from newsletter.store.checking import faults
from newsletter.store.database import open_database
from newsletter.store.ledger import ACCEPTED, FrozenIssue, Ledger, SenderHold, Verdict, Wish
from newsletter.store.ledger_values import FINAL
from newsletter.store.schema import deliveries
from newsletter.store.subscribers import SubscriberStore

PEOPLE = 12
LEASE = 100.0
NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)


@dataclass
class SetClock:
    seconds: float = 1_000.0
    boot: str = "this boot"

    def now(self) -> float:
        return self.seconds


@dataclass
class Sender:
    """A process: what it has claimed and not tried, and what it waits for an answer to."""

    hold: SenderHold
    claimed: list[int] = field(default_factory=list)
    under_way: list[int] = field(default_factory=list)


class Sending(RuleBasedStateMachine):
    """`server` counts what a mail server accepted: the truth, which only its answers tell."""

    base: Path
    frozen: FrozenIssue

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "newsletter.db"
        shutil.copy(self.base, file)
        self.database = open_database(f"sqlite:///{file}")
        self.database.engine.dispose()
        event.listen(self.database.engine, "connect", be_quick)
        self.ledger = Ledger(self.database)
        self.clock = SetClock()
        self.at = NOON
        self.senders: list[Sender] = []
        self.server: Counter[int] = Counter()
        self.final: dict[int, str] = {}
        with self.database.reading() as connection:
            waiting = select(deliveries.c.id, deliveries.c.not_before).where(
                deliveries.c.not_before.is_not(None)
            )
            self.hours: dict[int, datetime] = dict(connection.execute(waiting).all())

    def teardown(self) -> None:
        self.database.close()
        for sender in self.senders:
            kill(sender)
        self.folder.cleanup()

    def pick(self, number: int) -> Sender:
        return self.senders[number % len(self.senders)]

    @initialize()
    def begin_two(self) -> None:
        self.begin()
        self.begin()

    @precondition(lambda self: len(self.senders) < 3)
    @rule()
    def begin(self) -> None:
        self.senders.append(Sender(sender_hold._beside_a_file(self.database, self.clock, LEASE)))

    @precondition(lambda self: self.senders)
    @rule(number=st.integers(0, 2), limit=st.integers(1, 6))
    def claim(self, number: int, limit: int) -> None:
        sender = self.pick(number)
        try:
            rows = sender.hold.claim(self.frozen.id, limit, at=self.at).rows
        except StoreError:
            return
        sender.claimed += [row.delivery for row in rows]
        assert all(self.hours.pop(row.delivery, self.at) <= self.at for row in rows)

    @rule()
    def release_hours(self) -> None:
        self.ledger.release_hours(self.frozen.id)
        self.hours.clear()

    @precondition(lambda self: any(sender.claimed for sender in self.senders))
    @rule(number=st.integers(0, 2), is_accepted=st.booleans())
    def send(self, number: int, is_accepted: bool) -> None:
        sender = self.pick(number)
        if not sender.claimed:
            return
        delivery = sender.claimed.pop(0)
        try:
            sender.hold.intend(delivery)
        except StoreError:
            return
        self.server[delivery] += is_accepted
        sender.under_way.append(delivery)

    @precondition(lambda self: any(sender.under_way for sender in self.senders))
    @rule(number=st.integers(0, 2), answer=st.sampled_from(("told", "later", "lost")))
    def hear(self, number: int, answer: str) -> None:
        sender = self.pick(number)
        if not sender.under_way:
            return
        delivery = sender.under_way.pop(0)
        if answer == "lost":
            verdict = Verdict(state="in_doubt", reason="lost")
        elif self.server[delivery]:
            verdict = ACCEPTED
        elif answer == "later":
            verdict = Verdict(state="pending", not_before=self.at + timedelta(minutes=5))
        else:
            verdict = Verdict(state="refused")
        sender.hold.note(delivery, verdict)

    @precondition(lambda self: any(sender.claimed or sender.under_way for sender in self.senders))
    @rule(number=st.integers(0, 2), most=st.integers(0, 4), is_accepted=st.booleans())
    def go_round(self, number: int, most: int, is_accepted: bool) -> None:
        """Hear every yes, and send several, with one record for all of it."""
        sender = self.pick(number)
        told = [delivery for delivery in sender.under_way if self.server[delivery]]
        sender.under_way = [delivery for delivery in sender.under_way if delivery not in told]
        going, sender.claimed = sender.claimed[:most], sender.claimed[most:]
        try:
            sender.hold.record(told, going)
        except StoreError:
            return
        self.server.update(dict.fromkeys(going, int(is_accepted)))
        sender.under_way += going

    @precondition(lambda self: self.senders)
    @rule(number=st.integers(0, 2))
    def flush(self, number: int) -> None:
        self.pick(number).hold.flush(at=self.at)

    @precondition(lambda self: any(sender.claimed for sender in self.senders))
    @rule(number=st.integers(0, 2), is_later=st.booleans())
    def give_back(self, number: int, is_later: bool) -> None:
        sender = self.pick(number)
        not_before = self.at + timedelta(minutes=1) if is_later else None
        sender.hold.give_back(sender.claimed, not_before=not_before, at=self.at)
        sender.claimed.clear()

    @precondition(lambda self: self.senders)
    @rule(number=st.integers(0, 2))
    def renew(self, number: int) -> None:
        try:
            self.pick(number).hold.renew(at=self.at)
        except StoreError:
            return

    @precondition(lambda self: self.senders)
    @rule(number=st.integers(0, 2), is_kind=st.booleans())
    def end(self, number: int, is_kind: bool) -> None:
        sender = self.pick(number)
        self.senders.remove(sender)
        if is_kind:
            sender.hold.close()
        else:
            kill(sender)

    @rule(seconds=st.sampled_from((1.0, 60.0, 120.0, 400.0)))
    def wait(self, seconds: float) -> None:
        self.clock.seconds += seconds
        self.at += timedelta(seconds=seconds)

    @rule(days=st.sampled_from((-1, 1)))
    def set_the_wall_clock(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule()
    def recover(self) -> None:
        self.ledger.recover(at=self.at, clock=self.clock)

    @rule(is_halted=st.booleans())
    def halt(self, is_halted: bool) -> None:
        if is_halted:
            self.ledger.halt(self.frozen.id, at=self.at, reason="test")
        else:
            self.ledger.unhalt(self.frozen.id, at=self.at)

    @rule(number=st.integers(0, PEOPLE - 1), is_erased=st.booleans())
    def leave(self, number: int, is_erased: bool) -> None:
        key, store = address_key(f"reader{number}@example.org"), SubscriberStore(self.database)
        if is_erased:
            store.erase(key, at=NOON)
        else:
            store.change_status(key, "unsubscribed", at=NOON, reason="test")

    @rule()
    def reconcile(self) -> None:
        """Somebody looks into the server's log, when nobody is at those deliveries any more."""
        busy = {delivery for sender in self.senders for delivery in sender.under_way}
        doubts = {doubt.delivery for doubt in self.ledger.in_doubt(self.frozen.id)} - busy
        for state in ("accepted", "pending"):
            told = [one for one in doubts if bool(self.server[one]) == (state == "accepted")]
            self.ledger.settle_doubts(self.frozen.id, told, state, at=self.at, reason="log")

    @invariant()
    def nothing_is_lost_repeated_or_brought_back(self) -> None:
        books = self.ledger.books(self.frozen.id)
        books.balance()
        assert books.audience == PEOPLE
        states = self.states()
        for delivery, state in self.final.items():
            assert states[delivery] == state
        self.final |= {delivery: state for delivery, state in states.items() if state in FINAL}
        assert max(self.server.values(), default=0) <= 1
        for delivery, state in states.items():
            assert state != "accepted" or self.server[delivery] == 1
            assert state not in ("pending", "refused", "suppressed") or self.server[delivery] == 0

    def states(self) -> dict[int, str]:
        with self.database.reading() as connection:
            return dict(connection.execute(select(deliveries.c.id, deliveries.c.state)).all())

    def finish(self) -> None:
        """All die; whoever comes after settles everything."""
        for sender in self.senders:
            kill(sender)
        self.senders.clear()
        # However often the clock was set back, everybody's hour has come by then.
        self.at = NOON + timedelta(days=365)
        self.recover()
        self.reconcile()
        self.ledger.unhalt(self.frozen.id, at=self.at)
        self.begin()
        [last] = self.senders
        while rows := last.hold.claim(self.frozen.id, 5, at=self.at).rows:
            for row in rows:
                last.hold.intend(row.delivery)
                self.server[row.delivery] += 1
                last.hold.note(row.delivery, ACCEPTED)
        last.hold.close()
        self.senders.clear()
        self.nothing_is_lost_repeated_or_brought_back()
        assert set(self.states().values()) <= set(FINAL)
        assert faults(self.database) == ()


def be_quick(connection: Any, _record: Any) -> None:
    """Processes die in here, machines do not."""
    connection.execute("PRAGMA synchronous = OFF")


def kill(sender: Sender) -> None:
    journal: Any = sender.hold._journal
    for mapped in journal._maps:
        mapped.close()
    for handle in journal._handles:
        os.close(handle)


class SendingToTheEnd(Sending):
    """The same, and at the end everything is settled."""

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            super().teardown()


@pytest.fixture
def machine(tmp_path: Path, build: Any, monkeypatch: pytest.MonkeyPatch) -> type[Sending]:
    monkeypatch.setattr(journal_file, "FILE_BYTES", 4_096)
    monkeypatch.setattr(journal_file, "TURN_BYTES", 100)
    database = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    for first, hour in ((0, 6), (4, 12), (8, 20)):
        build.people(database, PEOPLE // 3, first=first, hour=hour)
    SendingToTheEnd.frozen = Ledger(database).freeze(
        build.freezing(keeps_hours=True), {Wish(): build.edition()}, at=NOON - timedelta(minutes=1)
    )
    database.close()
    SendingToTheEnd.base = tmp_path / "newsletter.db"
    return SendingToTheEnd


def run(machine: type[Sending], examples: int, steps: int) -> None:
    profile = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=profile)


def test_no_order_of_events_loses_repeats_or_brings_back_a_mail(machine: type[Sending]) -> None:
    run(machine, examples=20, steps=40)


@pytest.mark.slow
def test_no_long_order_of_events_does_either(machine: type[Sending]) -> None:
    run(machine, examples=100, steps=60)
