"""Several sessions of one thread: each goes on when there is something to hear, and none holds up another."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.run import deliver
from newsletter.errors import MailError, StoreError
from newsletter.model import Accepted, DeliveryId, InDoubt, OutgoingMail, Settled
from newsletter.ports import Wait
from newsletter.store.database import open_database
from newsletter.store.ledger import Claim, LeaseLost, Ledger, SenderHold
from tests.conftest import PATIENCE_SECONDS
from tests.delivery.puppets import BeforeCommit, Puppet
from tests.delivery.sending import smtp
from tests.delivery.sink import Sink
from tests.delivery.stage import PEOPLE, Letters, Stage, StandingClock, ready


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """A mail system is never slow but where a test says so."""
    stage.clock = StandingClock()
    return stage


@dataclass
class Exchange(Puppet):
    """A mail system whose answers come when a test says so: `keeps` names the sessions that do not answer,
    until an answer `was_missed`, so that a test that waits in vain soon fails; `breaks` those that end before
    their first mail is whole. `patience` is how long an answer is waited for, `taken` what has been handed
    over, and `log` which sessions took a mail and which were written.
    """

    keeps: Callable[[int, Exchange], bool] = lambda number, exchange: False  # noqa: ARG005
    breaks: tuple[int, ...] = ()
    patience: float = PATIENCE_SECONDS
    was_missed: bool = False
    threads: set[int] = field(default_factory=set)
    log: list[tuple[str, int]] = field(default_factory=list)
    silent: list[ExchangeSession] = field(default_factory=list)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def answer_all(self) -> None:
        """Let those answer who are not kept from it."""
        with self.turn:
            for session in tuple(self.silent):
                if self.was_missed or not self.keeps(session.number, self):
                    self.silent.remove(session)
                    session.speak()

    def open(self) -> ExchangeSession:  # type: ignore[override]
        super().open()
        session = ExchangeSession(self, self.sessions)
        self.answer_all()
        return session


class ExchangeSession:
    """One mail at a time. Its pipe is readable when the answer is there."""

    def __init__(self, exchange: Exchange, number: int) -> None:
        self._exchange, self.number = exchange, number
        self._ears, self._mouth = os.pipe()
        self._until = 0.0

    is_connected = True

    def connect(self) -> None:
        raise AssertionError("it never loses its connection")

    def flush(self) -> Wait:
        self._exchange.log.append(("written", self.number))
        return Wait(self._ears, is_full=False, until=self._until)

    def send(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /) -> Iterator[Settled]:
        return filter(None, self.steps(mails, before_commit))

    def steps(
        self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /
    ) -> Generator[Settled | None]:
        exchange = self._exchange
        for mail in filter(None, mails):
            exchange.threads.add(threading.get_ident())
            if self.number in exchange.breaks:
                raise MailError("the line is dead")
            before_commit(mail.delivery)
            exchange.taken.append(mail.recipient)
            exchange.log.append(("taken", self.number))
            yield from self._answer(mail.delivery)

    def _answer(self, delivery: DeliveryId) -> Iterator[Settled | None]:
        self._exchange.silent.append(self)
        self._exchange.answer_all()
        self._until = time.monotonic() + self._exchange.patience
        yield None
        with self._exchange.turn:
            is_silent = self in self._exchange.silent
            if is_silent:
                self._exchange.silent.remove(self)
                self._exchange.was_missed = True
        if is_silent:
            self._exchange.answer_all()
            yield Settled(delivery=delivery, outcome=InDoubt(reason="no answer in time"))
            return
        assert os.read(self._ears, 1) == b"!"
        self._exchange.answer_all()
        yield Settled(delivery=delivery, outcome=Accepted(reply="250 kept", code="2.0.0"))

    def speak(self) -> None:
        os.write(self._mouth, b"!")

    def close(self) -> None:
        self._exchange.closed += 1
        os.close(self._ears)
        os.close(self._mouth)


def test_one_thread_serves_the_few_sessions_that_a_quick_mail_system_needs(stage: Stage) -> None:
    exchange = Exchange(keeps=lambda _, exchange: exchange.sessions < 4)
    assert stage.send(exchange, connections=32).ending == "done"
    assert len(exchange.taken) == len(set(exchange.taken)) == stage.states()["accepted"]
    assert len(exchange.threads) == 1
    assert 4 <= exchange.sessions == exchange.closed <= 16


def test_where_two_of_many_can_go_on_each_mail_is_written_at_once(stage: Stage) -> None:
    def keeps(number: int, exchange: Exchange) -> bool:
        takers = {taker for what, taker in exchange.log if what == "taken"}
        return len(takers) < 9 or (number not in sorted(takers)[:2] and len(exchange.taken) < PEOPLE)

    exchange = Exchange(keeps=keeps)
    assert stage.send(exchange, connections=32).ending == "done"
    takers = [taker for what, taker in exchange.log if what == "taken"]
    quick = {taker for taker in takers if takers.count(taker) > 3}
    pairs = list(itertools.pairwise(exchange.log))
    later = [behind for (what, taker), behind in pairs if what == "taken" and taker in quick][2:]
    assert len(quick) == 2
    assert len(later) > PEOPLE / 2
    assert {what for what, _ in later} == {"written"}


def test_work_that_processors_can_share_is_done_by_as_many_threads(stage: Stage) -> None:
    exchange = Exchange(keeps=lambda _, exchange: exchange.sessions < 4 or len(exchange.threads) < 2)
    assert stage.send(exchange, connections=32, threads=2).ending == "done"
    assert len(set(exchange.taken)) == stage.states()["accepted"]
    assert len(exchange.threads) == 2
    assert exchange.sessions <= 16


def test_a_session_without_an_answer_holds_nobody_up(stage: Stage) -> None:
    def keeps(number: int, exchange: Exchange) -> bool:
        return number == 1 and len(exchange.taken) < PEOPLE

    exchange = Exchange(keeps=keeps)
    report = stage.send(exchange, connections=8)
    assert report.books.counts["accepted"] == len(exchange.taken) == PEOPLE


def test_a_session_whose_answer_never_comes_is_asked_when_its_time_is_over(stage: Stage) -> None:
    exchange = Exchange(keeps=lambda number, _: number == 1, patience=0.3)
    report = stage.send(exchange, connections=8)
    assert report.books.counts["in_doubt"] >= 1
    assert report.books.counts["accepted"] + report.books.counts["in_doubt"] == len(exchange.taken) == PEOPLE


def test_a_session_that_breaks_gives_its_mail_to_the_others(stage: Stage) -> None:
    exchange = Exchange(breaks=(2, 3))
    assert stage.send(exchange, connections=8).ending == "done"
    assert len(exchange.taken) == len(set(exchange.taken)) == stage.states()["accepted"]
    assert exchange.closed == exchange.sessions


def test_a_failure_of_ours_in_one_session_lets_the_others_hear_their_answers(stage: Stage) -> None:
    class Faulty(Letters):
        def mail(self, claim: Claim, /) -> OutgoingMail:
            if claim.delivery == 15:
                raise ZeroDivisionError
            return super().mail(claim)

    stage.mailer = Faulty()
    exchange = Exchange()
    with pytest.raises(ZeroDivisionError):
        stage.send(exchange, connections=8)
    states = stage.states()
    assert states["accepted"] == len(exchange.taken) >= 7
    assert states["pending"] == sum(states.values()) - states["accepted"]


def test_what_a_round_sends_is_recorded_before_any_of_it_is_written(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange, rounds = Exchange(), list[int]()

    def recorded(hold: SenderHold, accepted: Sequence[int], intents: Sequence[int]) -> None:
        record(hold, accepted, intents)
        rounds.append(len(intents))
        exchange.log.append(("recorded", len(intents)))

    record = SenderHold.record
    monkeypatch.setattr(SenderHold, "record", recorded)
    assert stage.send(exchange, connections=8).ending == "done"
    assert sum(rounds) == len(exchange.taken) == PEOPLE
    assert max(rounds) > 1
    waiting = 0
    for what, number in exchange.log:
        waiting += {"taken": 1, "recorded": -number}.get(what, 0)
        assert what != "written" or waiting == 0


@pytest.mark.parametrize("failure", [StoreError("no room"), LeaseLost("stood still"), ZeroDivisionError()])
def test_of_a_round_that_cannot_be_recorded_nothing_is_written_and_others_hear_their_answers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    exchange, recorded = Exchange(), set[int]()

    def failing(hold: SenderHold, accepted: Sequence[int], intents: Sequence[int]) -> None:
        record(hold, accepted, intents if is_whole() else ())
        if not is_whole():
            exchange.log.append(("failed", 0))
            raise failure
        recorded.update(intents)

    def is_whole() -> bool:
        return len(exchange.taken) < 20 or ("failed", 0) in exchange.log

    record = SenderHold.record
    monkeypatch.setattr(SenderHold, "record", failing)
    if isinstance(failure, LeaseLost):
        assert stage.send(exchange, connections=8).ending == "done"
    else:
        with pytest.raises(type(failure)):
            stage.send(exchange, connections=8)
    after = exchange.log[exchange.log.index(("failed", 0)) :]
    takers = {number for what, number in exchange.log if what == "taken"}
    assert takers
    states = stage.states()
    assert states["accepted"] == len(recorded)
    assert states["accepted"] + states.get("pending", 0) == PEOPLE
    assert exchange.closed == exchange.sessions
    assert isinstance(failure, LeaseLost) or ("taken", 1) not in after


def test_a_stop_lets_every_session_hear_its_answer(stage: Stage) -> None:
    def keeps(number: int, exchange: Exchange) -> bool:
        del number
        if len(exchange.taken) >= 20 and not stage.stop.is_asked:
            stage.stop.ask()
        return False

    exchange = Exchange(keeps=keeps)
    assert stage.send(exchange, connections=8).ending == "interrupted"
    assert stage.states()["accepted"] == len(exchange.taken) < stage.send(Exchange()).books.audience


def sent(tmp_path: Path, sink: Sink, people: int, **options: object) -> dict[str, int]:
    """Send to so many people over eight connections; give what became of them."""
    with closing(open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")) as database:
        ledger, issue = Ledger(database), ready(database, people)
        backend, policy = smtp(sink.port, sink.transport, **options), DeliveryPolicy(connections=8)
        report = deliver(issue, ledger, backend, Letters(), policy, clock=StandingClock())
    assert report.ending == "done"
    return {state: count for state, count in report.books.counts.items() if count}


@pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])
def test_a_mail_whose_end_is_answered_late_holds_no_other_up(tmp_path: Path, transport: str) -> None:
    three_at_once = threading.Barrier(3)

    def taken(number: int) -> None:
        if number <= 3:
            three_at_once.wait(PATIENCE_SECONDS)

    with Sink(transport=transport, taken=taken) as sink:
        assert sent(tmp_path, sink, 60) == {"accepted": 60}


def test_a_server_without_room_for_one_more_session_serves_those_it_has(tmp_path: Path) -> None:
    is_all_there = threading.Event()
    waited: list[bool] = []

    def fault(verb: str, recipient: str) -> None:
        del recipient
        if verb == "CONNECT" and sink.connections > 3:
            waited.append(is_all_there.wait(PATIENCE_SECONDS))

    def taken(number: int) -> None:
        if number == 200:
            is_all_there.set()

    with Sink(transport="plain", fault=fault, taken=taken) as sink:
        assert sent(tmp_path, sink, 200, max_messages_per_connection=1000) == {"accepted": 200}
    assert all(waited)


def test_answers_that_came_while_another_session_kept_the_thread_are_not_late(tmp_path: Path) -> None:
    are_three_there, ends = threading.Event(), itertools.count()

    def fault(verb: str, recipient: str) -> bytes | None:
        del recipient
        if sink.connections >= 3:
            are_three_there.set()
        if verb == "MAIL":
            assert are_three_there.wait(PATIENCE_SECONDS)
        return b"250-half an answer\r\n25" if verb == "." and next(ends) == 0 else None

    with Sink(transport="plain", fault=fault) as sink:
        assert sent(tmp_path, sink, 200, data_seconds=3) == {
            "accepted": 199,
            "in_doubt": 1,
        }


@pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])
def test_connections_that_are_replaced_after_a_few_mails_are_listened_to_as_well(
    tmp_path: Path, transport: str
) -> None:
    with Sink(transport=transport) as sink:
        assert sent(tmp_path, sink, 60, max_messages_per_connection=3) == {"accepted": 60}
        assert sorted(sink.counts.values()) == [1] * 60
        assert sink.connections >= 20
