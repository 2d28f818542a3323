"""How many sessions are opened, and when."""

from __future__ import annotations

import threading

import pytest

from newsletter.delivery.sessions import Sessions
from newsletter.model import Accepted, Outcome, OutgoingMail
from tests.conftest import PATIENCE_SECONDS
from tests.delivery.puppets import Puppet
from tests.delivery.stage import Stage, StandingClock


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


class Processor:
    """What this process has used of it."""

    seconds = 0.0


@pytest.fixture
def processor() -> Processor:
    return Processor()


@pytest.fixture(params=[1, 2], ids=["one thread", "two threads"])
def threads(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def sessions(clock: StandingClock, processor: Processor, threads: int) -> Sessions:
    return Sessions(
        connections=32,
        threads=threads,
        outage_seconds=60,
        accepted=lambda: 0,
        clock=clock,
        used=lambda: processor.seconds,
    )


def allowed(sessions: Sessions) -> int:
    return sum(sessions.may_open(number, 0) for number in range(32))


def passing(clock: StandingClock, seconds: float) -> None:
    clock.pause(seconds, lambda: False)


def test_until_one_is_open_nobody_else_tries(sessions: Sessions) -> None:
    sessions.look()
    assert allowed(sessions) == 1


def test_a_quick_mail_system_is_served_by_a_few(
    sessions: Sessions, clock: StandingClock, processor: Processor
) -> None:
    sessions.opened(0.001)
    for _ in range(10):
        sessions.look()
        passing(clock, 1.1)
        processor.seconds += 0.6
    assert allowed(sessions) == 8


def serving(sessions: Sessions) -> set[int]:
    return {sessions.server_of(number) for number in range(8)}


def test_few_sessions_that_need_not_wait_themselves_are_served_by_few_threads(
    sessions: Sessions, threads: int
) -> None:
    assert len(serving(sessions)) == 8
    sessions.opened(0.001, is_interleaved=True)
    assert len(serving(sessions)) == threads
    assert [sessions.server_of(number) for number in range(8, 32)] == list(range(8, 32))


@pytest.mark.parametrize(("seconds", "is_interleaved"), [(0.001, False), (0.04, True)])
def test_far_sessions_and_those_that_wait_themselves_have_a_thread_each(
    sessions: Sessions, seconds: float, *, is_interleaved: bool
) -> None:
    sessions.opened(seconds, is_interleaved=is_interleaved)
    assert len(serving(sessions)) == 8


def test_all_are_opened_where_each_has_a_thread_anyway(clock: StandingClock) -> None:
    sessions = Sessions(connections=32, threads=32, outage_seconds=60, accepted=lambda: 0, clock=clock)
    assert allowed(sessions) == 1
    sessions.opened(0.001, is_interleaved=True)
    assert allowed(sessions) == 32


def test_one_that_took_long_to_reach_is_served_by_all_at_once(sessions: Sessions) -> None:
    sessions.opened(0.04, is_interleaved=True)
    assert allowed(sessions) == 32


@pytest.mark.parametrize("is_interleaved", [False, True])
def test_one_that_lets_the_few_wait_is_served_by_all(
    sessions: Sessions, clock: StandingClock, processor: Processor, *, is_interleaved: bool
) -> None:
    sessions.opened(0.001, is_interleaved=is_interleaved)
    sessions.look()
    passing(clock, 0.9)
    sessions.look()
    assert allowed(sessions) == 8  # too soon to tell
    passing(clock, 0.1)
    processor.seconds += 0.4
    sessions.look()
    assert allowed(sessions) == 32


def test_mails_that_wait_for_their_answers_bring_the_other_connections(stage: Stage) -> None:
    more_there = threading.Event()

    def opens(number: int) -> None:
        if number > 8:
            more_there.set()

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        del mail, attempt
        assert more_there.wait(PATIENCE_SECONDS)
        return Accepted()

    assert stage.send(Puppet(says=says, opens=opens), connections=12).ending == "done"


def test_connections_that_were_never_needed_end_with_the_run(stage: Stage) -> None:
    assert stage.send(Puppet(), connections=32).ending == "done"
    assert not [thread for thread in threading.enumerate() if thread.name == "delivery"]
