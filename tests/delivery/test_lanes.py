"""Several sessions of one thread: each goes on when there is something to hear, and none holds up another."""

from __future__ import annotations

import itertools
import threading
from contextlib import closing
from pathlib import Path

import pytest

from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.run import deliver
from newsletter.model import OutgoingMail
from newsletter.store.database import open_database
from newsletter.store.ledger import Claim, Ledger
from tests.conftest import PATIENCE_SECONDS
from tests.delivery.exchange import Exchange
from tests.delivery.sending import smtp
from tests.delivery.sink import Sink
from tests.delivery.stage import PEOPLE, Letters, Stage, StandingClock, ready


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """A mail system is never slow but where a test says so."""
    stage.clock = StandingClock()
    return stage


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
