"""What every engine must do when a sender dies, or stands still: lose nothing, repeat nothing, and say what
nobody knows. Both kinds of journal stand behind it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from newsletter.store import moves, sender_hold
from newsletter.store.checking import faults
from newsletter.store.database import Database
from newsletter.store.journal_file import journal_paths
from newsletter.store.ledger import ACCEPTED, FrozenIssue, LeaseLost, Ledger, Recovered, SenderHold, Verdict
from newsletter.store.moves import Hold
from newsletter.store.senders import BootClock
from tests.conftest import PATIENCE_SECONDS

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
REFUSED = Verdict(state="refused", code="5.1.1", reason="no such user")
LEASE = 120.0


@dataclass
class SetClock:
    """A clock that a test sets."""

    seconds: float = 1_000.0
    boot: str = "this boot"

    def now(self) -> float:
        return self.seconds


class Doomed:
    """A sender that dies as if by kill -9: its locks are free, and nothing is brought to an end."""

    def __init__(self, database: Database, clock: SetClock, stack: ExitStack) -> None:
        self._database = database
        self._session: Any = None
        if database.file:
            self.hold = sender_hold._beside_a_file(database, clock, LEASE)
        else:
            self._session = stack.enter_context(database.alone())
            self.hold = sender_hold._on_a_server(database, self._session, clock, LEASE)

    def die(self) -> None:
        if self._session:
            self._session.close()
            # The server lets the lock go when it notices, a moment later: who asks for it waits until then.
            with self._database.writing() as another:
                another.exec_driver_sql("SELECT pg_advisory_xact_lock(1313166164, %s::int)", (self.hold.id,))
        else:
            journal: Any = self.hold._journal
            for mapped in journal._maps:
                mapped.close()
            for handle in journal._handles:
                os.close(handle)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def doom(database: Database, clock: SetClock) -> Iterator[Callable[[], Doomed]]:
    with ExitStack() as stack:
        yield lambda: Doomed(database, clock, stack)


def claim(hold: SenderHold, issue: FrozenIssue, limit: int = 100) -> list[int]:
    return [row.delivery for row in hold.claim(issue.id, limit, at=NOON).rows]


def counts(ledger: Ledger, issue: FrozenIssue) -> dict[str, int]:
    books = ledger.books(issue.id)
    books.balance()
    return {state: count for state, count in books.counts.items() if count}


def test_what_was_claimed_and_not_intended_goes_back(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], doom: Callable[[], Doomed], clock: SetClock
) -> None:
    frozen = enrol(ledger.database, 3)
    sender = doom()
    claim(sender.hold, frozen)
    assert ledger.recover(at=NOON, clock=clock) == Recovered(), "it lives"
    assert counts(ledger, frozen) == {"claimed": 3}
    assert faults(ledger.database) == ()
    sender.die()
    assert faults(ledger.database) == (
        "1 senders are gone and left deliveries behind; `newsletter send ISSUE` takes them over",
    )
    assert ledger.recover(at=NOON, clock=clock) == Recovered(senders=1, returned=3)
    assert counts(ledger, frozen) == {"pending": 3}
    assert faults(ledger.database) == ()
    with ledger.sender(clock=clock) as hold:
        assert [row.attempt for row in hold.claim(frozen.id, 9, at=NOON).rows] == [1, 1, 1]


def test_what_was_intended_is_in_doubt_and_what_became_of_the_rest_is_known(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], doom: Callable[[], Doomed], clock: SetClock
) -> None:
    frozen = enrol(ledger.database, 6)
    sender = doom()
    one, two, three, four, _, _ = claim(sender.hold, frozen)
    sender.hold.intend(one)
    sender.hold.note(one, ACCEPTED)
    sender.hold.flush(at=NOON)
    sender.hold.intend(two)
    sender.hold.note(two, REFUSED)
    sender.hold.intend(three)  # what was noted before an intent is as safe as the intent
    sender.hold.intend(four)
    sender.die()
    found = ledger.recover(at=NOON, clock=clock)
    assert (found.senders, found.in_doubt, found.returned) == (1, 2, 2)
    assert counts(ledger, frozen) == {"accepted": 1, "refused": 1, "in_doubt": 2, "pending": 2}
    assert [doubt.delivery for doubt in ledger.in_doubt(frozen.id)] == [three, four]
    refused = [tally for tally in ledger.books(frozen.id).tallies if tally.state == "refused"]
    assert [(tally.code, tally.reason) for tally in refused] == [("5.1.1", "no such user")]


def test_what_is_held_by_a_sender_that_is_in_no_books_goes_back_when_strays_are_looked_for(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], clock: SetClock
) -> None:
    frozen = enrol(ledger.database, 4)
    with ledger.sender() as hold:
        claim(hold, frozen, 3)
        with ledger.database.writing() as connection:
            connection.exec_driver_sql("UPDATE deliveries SET sender_id = 999 WHERE state = 'claimed'")
    assert faults(ledger.database)
    assert ledger.recover(at=NOON, clock=clock, strays=False) == Recovered()
    # beside a file nobody can tell whether a sender without a journal had begun to send
    lost = "in_doubt" if ledger.database.file else "returned"
    assert ledger.recover(at=NOON, clock=clock) == Recovered(senders=1, **{lost: 3})
    assert faults(ledger.database) == ()


def test_a_put_off_delivery_keeps_its_time_through_a_death(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], doom: Callable[[], Doomed], clock: SetClock
) -> None:
    frozen = enrol(ledger.database, 2)
    later = datetime(2025, 11, 7, 13, 0, 0, 250_000, tzinfo=UTC)
    sender = doom()
    one, two = claim(sender.hold, frozen)
    sender.hold.intend(one)
    sender.hold.note(one, Verdict(state="pending", not_before=later, reason="greylisted"))
    sender.hold.intend(two)
    sender.die()
    ledger.recover(at=NOON, clock=clock)
    assert ledger.next_due(frozen.id) == later
    assert counts(ledger, frozen) == {"pending": 1, "in_doubt": 1}


def test_recovering_again_or_at_once_changes_nothing_more(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], doom: Callable[[], Doomed], clock: SetClock
) -> None:
    frozen = enrol(ledger.database, 40)
    for _ in range(4):
        sender = doom()
        for number in claim(sender.hold, frozen, 10)[:5]:
            sender.hold.intend(number)
        sender.die()
    found: list[Recovered] = []
    threads = [Thread(target=lambda: found.append(ledger.recover(at=NOON, clock=clock))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert sum(one.in_doubt for one in found) == 20
    assert ledger.recover(at=NOON, clock=clock) == Recovered()
    assert counts(ledger, frozen) == {"pending": 20, "in_doubt": 20}


def test_who_stands_still_is_taken_over_and_sends_nothing_when_they_wake(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], doom: Callable[[], Doomed], clock: SetClock
) -> None:
    frozen = enrol(ledger.database, 3)
    sleeper = doom()
    one, two, _ = claim(sleeper.hold, frozen)
    sleeper.hold.intend(one)
    clock.seconds += LEASE + 1
    assert ledger.recover(at=NOON, clock=clock) == Recovered(), "not late without a doubt"
    clock.seconds += 60
    assert ledger.recover(at=NOON, clock=clock) == Recovered(senders=1, in_doubt=1, returned=2)
    for number in (two, one):
        with pytest.raises(LeaseLost):
            sleeper.hold.intend(number)
    with pytest.raises(LeaseLost):
        sleeper.hold.renew(at=NOON)
    with pytest.raises(LeaseLost):
        claim(sleeper.hold, frozen)
    sleeper.hold.give_back([two], at=NOON)
    sleeper.hold.note(one, ACCEPTED)
    assert sleeper.hold.flush(at=NOON) == 1, "it alone knows what became of the delivery in doubt"
    sleeper.hold.close()
    assert counts(ledger, frozen) == {"accepted": 1, "pending": 2}


def test_a_sleeper_cannot_undo_what_was_decided_meanwhile(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], doom: Callable[[], Doomed], clock: SetClock
) -> None:
    frozen = enrol(ledger.database, 1)
    sleeper = doom()
    [one] = claim(sleeper.hold, frozen)
    sleeper.hold.intend(one)
    clock.seconds += LEASE + 60
    ledger.recover(at=NOON, clock=clock)
    ledger.settle_doubts(frozen.id, None, "pending", at=NOON, reason="resend")
    with ledger.sender(clock=clock) as hold:
        assert claim(hold, frozen) == [one]
        sleeper.hold.note(one, REFUSED)
        assert sleeper.hold.flush(at=NOON) == 0
        hold.intend(one)
        hold.note(one, ACCEPTED)
    sleeper.hold.close()
    assert counts(ledger, frozen) == {"accepted": 1}


def test_a_lease_that_is_renewed_holds(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], doom: Callable[[], Doomed], clock: SetClock
) -> None:
    frozen = enrol(ledger.database, 1)
    sender = doom()
    [one] = claim(sender.hold, frozen)
    for _ in range(5):
        clock.seconds += LEASE - 1
        sender.hold.renew(at=NOON)
        assert ledger.recover(at=NOON, clock=clock) == Recovered()
    sender.hold.intend(one)
    sender.hold.note(one, ACCEPTED)
    sender.hold.close()
    assert counts(ledger, frozen) == {"accepted": 1}


def test_who_ends_by_an_error_writes_down_what_they_know(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 4)

    def send() -> None:
        with ledger.sender() as hold:
            one, two, *_ = claim(hold, frozen)
            hold.intend(one)
            hold.note(one, ACCEPTED)
            hold.intend(two)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send()
    assert counts(ledger, frozen) == {"accepted": 1, "in_doubt": 1, "pending": 2}
    assert faults(ledger.database) == ()


def test_who_has_ended_can_begin_nothing_more_and_what_they_tell_late_harms_nobody(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 2)
    with ledger.sender() as hold:
        one, two = claim(hold, frozen)
        hold.intend(one)
    with pytest.raises(LeaseLost):
        hold.intend(two)
    hold.note(one, ACCEPTED)
    assert counts(ledger, frozen) == {"in_doubt": 1, "pending": 1}


def test_nothing_can_be_begun_while_a_sender_is_ending(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], doom: Callable[[], Doomed]
) -> None:
    frozen = enrol(ledger.database, 2)
    sender = doom()
    one, two = claim(sender.hold, frozen)
    with ledger.database.writing() as connection:
        sender.hold._journal.finish(connection)
    for number in (one, two):
        with pytest.raises(LeaseLost):
            sender.hold.intend(number)
    sender.hold.note(one, ACCEPTED)
    sender.hold._journal.close(is_finished=True)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_a_sleeper_begins_while_it_is_taken_over_is_in_doubt_and_not_sent_again(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], clock: SetClock
) -> None:
    frozen = enrol(ledger.database, 2)
    with ExitStack() as stack:
        sleeper = Doomed(ledger.database, clock, stack)
        one, _ = claim(sleeper.hold, frozen)
        clock.seconds += LEASE + 60
        recovering = Thread(target=lambda: ledger.recover(at=NOON, clock=clock))
        with ledger.database.writing() as connection:
            assert moves.fly(connection, sleeper.hold.id, [Hold(one, 1)]) == {one}
            recovering.start()
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while recovering.is_alive() and not connection.exec_driver_sql(waiting).scalar():
                pass
        recovering.join()
        assert counts(ledger, frozen) == {"in_doubt": 1, "pending": 1}
        sleeper.hold.note(one, ACCEPTED)
        sleeper.hold.flush(at=NOON)
        assert counts(ledger, frozen) == {"accepted": 1, "pending": 1}
        sleeper.die()


def test_the_intents_of_many_threads_are_all_found(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], doom: Callable[[], Doomed], clock: SetClock
) -> None:
    frozen = enrol(ledger.database, 200)
    sender = doom()
    numbers = claim(sender.hold, frozen, 180)

    def send(mine: list[int]) -> None:
        for number in mine:
            sender.hold.intend(number)
            if number % 3:
                sender.hold.note(number, ACCEPTED)

    threads = [Thread(target=send, args=(numbers[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sender.hold.flush(at=NOON)
    sender.die()
    ledger.recover(at=NOON, clock=clock)
    assert counts(ledger, frozen) == {"accepted": 120, "in_doubt": 60, "pending": 20}


def test_beside_a_file_a_power_loss_puts_all_that_was_claimed_in_doubt_but_what_has_an_outcome(
    ledger: Ledger, enrol: Callable[..., FrozenIssue], doom: Callable[[], Doomed]
) -> None:
    frozen = enrol(ledger.database, 5)
    sender = doom()
    one, two, *_ = claim(sender.hold, frozen, 4)
    sender.hold.intend(one)
    sender.hold.note(one, ACCEPTED)
    sender.hold.intend(two)
    sender.die()
    ledger.recover(at=NOON, clock=SetClock(boot="another boot"))
    on_server = {"accepted": 1, "in_doubt": 1, "pending": 3}
    at_home = {"accepted": 1, "in_doubt": 3, "pending": 1}
    assert counts(ledger, frozen) == (at_home if ledger.database.file else on_server)


def test_the_clock_of_a_machine_only_grows_and_knows_its_boot() -> None:
    clock = BootClock()
    assert clock.now() <= clock.now()
    assert clock.boot == BootClock().boot
    assert clock.boot


PROGRAM = """
import os, signal, sys
from datetime import UTC, datetime
from newsletter.store.database import open_database
from newsletter.store.ledger import Ledger, Verdict
url, sends = sys.argv[1], int(sys.argv[2])
at = datetime(2025, 11, 7, 12, tzinfo=UTC)
with Ledger(open_database(url)).sender() as hold:
    [first, *_] = rows = hold.claim(1, 50, at=at).rows
    for row in rows[:sends]:
        hold.intend(row.delivery)
        print(row.delivery, flush=True)
        if row is not rows[sends - 1]:
            hold.note(row.delivery, Verdict(state="accepted"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def url_of(database: Database) -> str:
    if database.file:
        return f"sqlite:///{database.file}"
    return database.engine.url.render_as_string(hide_password=False)


def test_a_process_that_is_killed_leaves_one_delivery_in_doubt_per_mail_under_way(
    ledger: Ledger, enrol: Callable[..., FrozenIssue]
) -> None:
    frozen = enrol(ledger.database, 60)
    for sends in (1, 20):
        arguments = [sys.executable, "-c", PROGRAM, url_of(ledger.database), str(sends)]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert len(done.stdout.split()) == sends
        found = ledger.recover(at=NOON)
        deadline = time.monotonic() + (0 if ledger.database.file else PATIENCE_SECONDS)
        while not found.senders and time.monotonic() < deadline:  # a server learns of a death within moments
            found = ledger.recover(at=NOON)
        assert (found.senders, found.in_doubt, found.returned) == (1, 1, 50 - sends)
    assert counts(ledger, frozen) == {"accepted": 19, "in_doubt": 2, "pending": 39}
    assert faults(ledger.database) == ()
    if ledger.database.file:
        assert left_files(ledger.database.file) == []


def left_files(file: Path) -> list[str]:
    return [path.name for path in journal_paths(file, 0)[0].parent.iterdir()]  # type: ignore[arg-type]
