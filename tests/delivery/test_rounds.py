"""Sessions of one thread go a round: what came of it is recorded at once, before any of it is written."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from newsletter.delivery import stint
from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.report import DeliveryReport
from newsletter.delivery.run import deliver
from newsletter.delivery.signals import Signals
from newsletter.errors import MailError, StoreError
from newsletter.model import Accepted, DeliveryId, Outcome, OutgoingMail, Refused, Settled
from newsletter.ports import Withheld
from newsletter.store.database import open_database
from newsletter.store.ledger import LeaseLost, Ledger, SenderHold
from tests.conftest import PATIENCE_SECONDS
from tests.delivery.exchange import Exchange, ExchangeSession
from tests.delivery.puppets import BeforeCommit
from tests.delivery.sending import smtp
from tests.delivery.sink import Sink
from tests.delivery.stage import PEOPLE, Letters, Stage, StandingClock, ready

Record = Callable[[SenderHold, Sequence[int], Sequence[int]], None]


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.clock = StandingClock()
    return stage


@pytest.fixture
def recording(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., None]], None]:
    """Put something in the place of `record`; it is given that one before the rest."""

    def replace(replacement: Callable[..., None]) -> None:
        def record(hold: SenderHold, accepted: Sequence[int], intents: Sequence[int]) -> None:
            replacement(original, hold, accepted, intents)

        monkeypatch.setattr(SenderHold, "record", record)

    original = SenderHold.record
    return replace


@contextmanager
def sending(
    tmp_path: Path, sink: Sink, people: int, **policy: object
) -> Iterator[tuple[Ledger, Callable[[], DeliveryReport]]]:
    with closing(open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")) as database:
        ledger, issue = Ledger(database), ready(database, people)
        kept = DeliveryPolicy(**({"connections": 6} | policy))  # type: ignore[arg-type]
        backend, clock = smtp(sink.port, sink.transport, data_seconds=PATIENCE_SECONDS), StandingClock()
        yield ledger, lambda: deliver(issue, ledger, backend, Letters(), kept, clock=clock)


def states(ledger: Ledger) -> dict[str, int]:
    issue = ledger.find("2025-11-07")
    assert issue
    return {state: count for state, count in ledger.books(issue.id).counts.items() if count}


def test_what_a_round_sends_is_recorded_before_any_of_it_is_written(
    stage: Stage, recording: Callable[..., None]
) -> None:
    exchange, rounds = Exchange(), list[int]()

    def recorded(record: Record, hold: SenderHold, accepted: Sequence[int], intents: Sequence[int]) -> None:
        record(hold, accepted, intents)
        rounds.append(len(intents))
        exchange.log.append(("recorded", len(intents)))

    recording(recorded)
    assert stage.send(exchange, connections=8).ending == "done"
    assert sum(rounds) == len(exchange.taken) == PEOPLE
    assert max(rounds) > 1
    waiting = 0
    for what, number in exchange.log:
        waiting += {"taken": 1, "recorded": -number}.get(what, 0)
        assert what != "written" or waiting == 0


@pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])
def test_who_stood_still_sends_nothing_of_that_round_and_then_everything_once(
    tmp_path: Path, recording: Callable[..., None], transport: str
) -> None:
    rounds = itertools.count()

    def stand_still(record: Record, hold: SenderHold, *round_: Sequence[int]) -> None:
        if next(rounds) == 6:
            hold._journal.extend(0.0)
        record(hold, *round_)

    recording(stand_still)
    with Sink(transport=transport, delay=0.002) as sink, sending(tmp_path, sink, 200) as (ledger, send):
        assert send().ending == "done"
        assert states(ledger) == {"accepted": 200}
        assert set(sink.counts.values()) == {1}


@pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])
@pytest.mark.parametrize("is_noted", [True, False])
def test_what_cannot_be_recorded_is_not_sent_and_what_was_under_way_is_heard(
    tmp_path: Path, recording: Callable[..., None], transport: str, is_noted: bool
) -> None:
    rounds = itertools.count()

    def fail(record: Record, hold: SenderHold, accepted: Sequence[int], intents: Sequence[int]) -> None:
        if not intents or next(rounds) < 6:
            record(hold, accepted, intents)
            return
        record(hold, accepted, [])
        raise StoreError("no room") if is_noted else ZeroDivisionError

    recording(fail)
    with Sink(transport=transport, delay=0.002) as sink, sending(tmp_path, sink, 200) as (ledger, send):
        with pytest.raises(StoreError if is_noted else ZeroDivisionError):
            send()
        taken = len(sink.accepted)
        assert 0 < taken < 200
        assert states(ledger) == {"accepted": taken, "pending": 200 - taken}
        recording(lambda record, hold, *round_: record(hold, *round_))
        assert send().ending == "done"
        assert states(ledger) == {"accepted": 200}
        assert set(sink.counts.values()) == {1}


def test_of_a_session_that_cannot_withhold_what_was_under_way_stays_in_doubt_and_is_not_sent_again(
    stage: Stage, recording: Callable[..., None]
) -> None:
    class Deaf(ExchangeSession):
        """Has two on their way at a time, and ends when it is told to withhold anything."""

        def steps(
            self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /
        ) -> Generator[Settled | None]:
            for mail in filter(None, mails):
                before_commit(mail.delivery)
                self._exchange.taken.append(mail.recipient)
                self._exchange.silent.append(self)
                self._exchange.answer_all()
                yield None

    def fail(record: Record, hold: SenderHold, accepted: Sequence[int], intents: Sequence[int]) -> None:
        record(hold, accepted, intents if len(exchange.taken) < 2 else [])
        if len(exchange.taken) >= 2:
            raise StoreError("no room")

    exchange = Exchange(session=Deaf)
    recording(fail)
    with pytest.raises(StoreError):
        stage.send(exchange, connections=1)
    assert stage.states() == {"in_doubt": 1, "pending": PEOPLE - 1}


def test_a_mail_that_was_sent_although_it_was_to_be_withheld_is_not_sent_again(
    stage: Stage, recording: Callable[..., None]
) -> None:
    class Defiant(ExchangeSession):
        def steps(
            self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /
        ) -> Generator[Settled | None]:
            for mail in filter(None, mails):
                before_commit(mail.delivery)
                with suppress(Withheld):
                    yield None
                yield Settled(delivery=mail.delivery, outcome=Accepted(reply="250 kept", code="2.0.0"))

    def fail(_record: Record, _hold: SenderHold, _accepted: Sequence[int], intents: Sequence[int]) -> None:
        if intents:
            raise StoreError("no room")

    recording(fail)
    with pytest.raises(StoreError):
        stage.send(Exchange(session=Defiant), connections=1)
    assert stage.states() == {"accepted": 1, "pending": PEOPLE - 1}


def test_ten_who_are_refused_in_one_round_among_many_accepted_stop_nobody(tmp_path: Path) -> None:
    ends = itertools.count()

    def fault(verb: str, recipient: str) -> bytes | None:
        del recipient
        return b"554 5.7.1 not this one\r\n" if verb == "." and next(ends) % 5 == 4 else None

    with (
        Sink(transport="chunking", fault=fault) as sink,
        sending(tmp_path, sink, 600, connections=12) as (ledger, send),
    ):
        report = send()
        assert (report.ending, report.failure) == ("done", None)
        assert states(ledger) == {"accepted": 480, "refused": 120}


def test_a_halt_that_is_known_lets_nothing_more_be_begun(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Signals] = []

    def keep(*arguments: object) -> Signals:
        kept.append(Signals(*arguments))  # type: ignore[arg-type]
        return kept[-1]

    def keeps(number: int, exchange: Exchange) -> bool:
        del number
        kept[-1].is_halted = kept[-1].is_halted or len(exchange.taken) >= 20
        return False

    monkeypatch.setattr(stint, "Signals", keep)
    exchange = Exchange(keeps=keeps)
    assert stage.send(exchange, connections=8).ending == "halted"
    assert len(exchange.taken) == stage.states()["accepted"] == 20


class Hasty(ExchangeSession):
    """Settles each mail without a flush: as `outcome` says."""

    outcome: Outcome = Accepted(reply="250 kept", code="2.0.0")

    def steps(
        self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /
    ) -> Generator[Settled | None]:
        for mail in filter(None, mails):
            before_commit(mail.delivery)
            self._exchange.taken.append(mail.recipient)
            yield Settled(delivery=mail.delivery, outcome=self.outcome)


class Unlucky(Hasty):
    outcome = Refused(kind="recipient", reason="nobody of that name", code="5.1.1")


def test_a_session_that_sends_before_it_is_flushed_ends_the_run_at_its_first_mail(stage: Stage) -> None:
    exchange = Exchange(session=Hasty)
    with pytest.raises(RuntimeError, match="Hasty sends mail before it is flushed"):
        stage.send(exchange, connections=1)
    assert len(exchange.taken) == stage.states()["accepted"] == 1


def test_what_came_to_nothing_before_a_flush_was_never_intended(
    stage: Stage, recording: Callable[..., None]
) -> None:
    recorded: list[int] = []
    recording(lambda _record, _hold, _accepted, intents: recorded.extend(intents))
    exchange = Exchange(session=Unlucky)
    assert stage.send(exchange, connections=2).ending == "done"
    assert (len(exchange.taken), recorded) == (PEOPLE, [])


def test_a_session_that_ends_right_after_it_told_of_a_mail_leaves_no_intent(
    stage: Stage, recording: Callable[..., None]
) -> None:
    class Frail(ExchangeSession):
        def _answer(self, delivery: DeliveryId) -> Iterator[Settled | None]:
            if self.number in (2, 3):
                self._exchange.taken.pop()
                raise MailError("the line is dead")
            return super()._answer(delivery)

    recorded: list[int] = []

    def note(record: Record, hold: SenderHold, accepted: Sequence[int], intents: Sequence[int]) -> None:
        recorded.extend(intents)
        record(hold, accepted, intents)

    recording(note)
    exchange = Exchange(session=Frail)
    assert stage.send(exchange, connections=8).ending == "done"
    assert len(exchange.taken) == len(recorded) == len(set(recorded)) == PEOPLE


def test_a_session_whose_steps_cannot_even_begin_is_of_no_use(stage: Stage) -> None:
    class Stillborn(ExchangeSession):
        def steps(
            self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /
        ) -> Generator[Settled | None]:
            del mails, before_commit
            raise MailError("no way to begin")

    assert stage.send(Exchange(session=Stillborn), connections=2).ending == "failed"
    assert stage.states() == {"pending": PEOPLE}


def test_a_lease_that_is_lost_in_a_round_lets_another_stint_send_the_rest(
    stage: Stage, recording: Callable[..., None]
) -> None:
    rounds = itertools.count()

    def lose(record: Record, hold: SenderHold, accepted: Sequence[int], intents: Sequence[int]) -> None:
        if next(rounds) == 3:
            record(hold, accepted, [])
            raise LeaseLost("stood still")
        record(hold, accepted, intents)

    recording(lose)
    exchange = Exchange()
    assert stage.send(exchange, connections=8).ending == "done"
    assert stage.states() == {"accepted": PEOPLE}
    assert exchange.closed == exchange.sessions
