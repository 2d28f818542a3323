"""Leave to send counts as long as nobody knows that it was used."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from newsletter.delivery.permits import Permits
from newsletter.model import Limits
from newsletter.store.database import Database
from newsletter.store.quotas import Quotas
from tests.delivery.stage import LeapingClock

ACCOUNT = "smtp.example.org/news"


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()


def permits(database: Database, clock: LeapingClock) -> Permits:
    return Permits(Quotas(database), ACCOUNT, Limits(per_minute=10), clock)


def later(clock: LeapingClock, seconds: float) -> None:
    clock.set(clock.now() + timedelta(seconds=seconds))


def test_what_is_in_hand_counts_however_long_it_is_in_hand(database: Database, clock: LeapingClock) -> None:
    ours = permits(database, clock)
    assert ours.take(4, used=0) == 4
    later(clock, 61)
    assert ours.take(10, used=0) == 6
    later(clock, 61)
    assert ours.take(10, used=10) == 0
    later(clock, 62)
    assert ours.take(10, used=10) == 10


def test_the_next_run_knows_when_the_last_mail_went(database: Database, clock: LeapingClock) -> None:
    ours = permits(database, clock)
    assert ours.take(10, used=0) == 10
    later(clock, 50)
    ours.settle(used=10)
    later(clock, 50)
    others = permits(database, clock)
    assert others.take(10, used=0) == 0
    assert isinstance(others.next_at, datetime)
    later(clock, 12)
    assert others.take(10, used=0) == 10


def test_what_is_given_back_is_free_whatever_was_dated_anew(database: Database, clock: LeapingClock) -> None:
    ours = permits(database, clock)
    assert ours.take(10, used=0) == 10
    later(clock, 61)
    ours.settle(used=3)
    ours.give_back(7)
    assert ours.take(10, used=3) == 7


def test_a_clock_that_is_set_back_counts_nothing_twice(database: Database, clock: LeapingClock) -> None:
    ours = permits(database, clock)
    assert ours.take(4, used=0) == 4
    later(clock, -3600)
    assert ours.take(10, used=4) == 6
