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


@pytest.fixture
def sessions(clock: StandingClock, processor: Processor) -> Sessions:
    return Sessions(
        connections=32,
        all_at_once=False,
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
    assert allowed(sessions) == 12


def test_all_are_opened_where_each_waits_for_more_than_the_mail_system(clock: StandingClock) -> None:
    sessions = Sessions(connections=32, all_at_once=True, outage_seconds=60, accepted=lambda: 0, clock=clock)
    assert allowed(sessions) == 1
    sessions.opened(0.001)
    assert allowed(sessions) == 32


def test_one_that_took_long_to_reach_is_served_by_all_at_once(sessions: Sessions) -> None:
    sessions.opened(0.04)
    assert allowed(sessions) == 32


def test_one_that_lets_the_few_wait_is_served_by_all(
    sessions: Sessions, clock: StandingClock, processor: Processor
) -> None:
    sessions.opened(0.001)
    sessions.look()
    passing(clock, 0.9)
    sessions.look()
    assert allowed(sessions) == 12  # too soon to tell
    passing(clock, 0.1)
    processor.seconds += 0.4
    sessions.look()
    assert allowed(sessions) == 32


def test_mails_that_wait_for_their_answers_bring_the_other_connections(stage: Stage) -> None:
    more_there = threading.Event()

    def opens(number: int) -> None:
        if number > 12:
            more_there.set()

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        del mail, attempt
        assert more_there.wait(PATIENCE_SECONDS)
        return Accepted()

    assert stage.send(Puppet(says=says, opens=opens), connections=16).ending == "done"


def test_connections_that_were_never_needed_end_with_the_run(stage: Stage) -> None:
    assert stage.send(Puppet(), connections=32).ending == "done"
    assert not [thread for thread in threading.enumerate() if thread.name == "delivery"]
