"""What every engine must do for quotas: no window of any length ever holds more than its limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.model import Limits
from newsletter.store.database import Database, open_database
from newsletter.store.quotas import Grant, Quotas
from newsletter.store.schema import quota_uses

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
ACCOUNT = "smtp.example.org/news"
WINDOWS = {"per_second": 1, "per_minute": 60, "per_hour": 3_600, "per_day": 86_400}


@pytest.fixture
def quotas(database: Database) -> Quotas:
    return Quotas(database)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_without_limits_everything_is_granted_and_still_counted(quotas: Quotas) -> None:
    assert quotas.take(ACCOUNT, Limits(), 500, at=NOON) == Grant(granted=500)
    assert quotas.used(ACCOUNT, at=NOON) == dict.fromkeys(("second", "minute", "hour", "day"), 500)
    assert quotas.take(ACCOUNT, Limits(per_day=600), 500, at=after(60)).granted == 100


def test_the_narrowest_limit_decides_and_says_when_there_is_more(quotas: Quotas) -> None:
    limits = Limits(per_second=10, per_minute=25, per_day=1_000)
    assert quotas.take(ACCOUNT, limits, 100, at=NOON).granted == 10
    assert quotas.take(ACCOUNT, limits, 100, at=after(0.5)).granted == 0
    assert quotas.take(ACCOUNT, limits, 100, at=after(2)).granted == 10
    last = quotas.take(ACCOUNT, limits, 100, at=after(4))
    assert last.granted == 5
    assert last.next_at is not None
    assert after(60) < last.next_at <= after(60 + 60 / 50)
    assert quotas.take(ACCOUNT, limits, 1, at=last.next_at - timedelta(milliseconds=1)).granted == 0
    assert quotas.take(ACCOUNT, limits, 1, at=last.next_at).granted == 1


def test_a_limit_of_nothing_is_never_free(quotas: Quotas) -> None:
    assert quotas.take(ACCOUNT, Limits(per_day=0), 5, at=NOON) == Grant(granted=0, next_at=None)


def test_accounts_do_not_share_but_senders_do(quotas: Quotas) -> None:
    limits = Limits(per_hour=100)
    granted: list[int] = []

    def take() -> None:
        for _ in range(10):
            granted.append(quotas.take(ACCOUNT, limits, 7, at=NOON).granted)  # noqa: PERF401 - from many threads

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 100
    assert quotas.take("another", limits, 7, at=NOON).granted == 7


def test_what_was_not_used_is_free_again(quotas: Quotas) -> None:
    limits = Limits(per_minute=10)
    quotas.take(ACCOUNT, limits, 10, at=NOON)
    quotas.give_back(ACCOUNT, 4, at=NOON)
    assert quotas.take(ACCOUNT, limits, 10, at=after(1)).granted == 4
    quotas.give_back(ACCOUNT, 99, at=after(30))
    assert quotas.take(ACCOUNT, limits, 10, at=after(2)).granted == 0, "nothing was taken then"


def test_what_was_used_late_counts_from_then_on_in_every_window(quotas: Quotas) -> None:
    limits = Limits(per_second=5, per_day=8)
    quotas.take(ACCOUNT, limits, 5, at=NOON)
    quotas.date_anew(ACCOUNT, 5, since=NOON, at=after(3))
    assert quotas.take(ACCOUNT, limits, 5, at=after(3.5)).granted == 0
    assert quotas.used(ACCOUNT, at=after(3.5)) == dict.fromkeys(("second", "minute", "hour", "day"), 5)
    assert quotas.take(ACCOUNT, limits, 5, at=after(4.1)).granted == 3
    quotas.date_anew(ACCOUNT, 3, since=after(4.1), at=NOON)  # somebody set the clock back
    assert quotas.used(ACCOUNT, at=after(4.1))["day"] == 8


def test_a_lowered_limit_waits_until_enough_is_over(quotas: Quotas) -> None:
    quotas.take(ACCOUNT, Limits(), 50, at=NOON)
    quotas.take(ACCOUNT, Limits(), 5, at=after(30))
    grant = quotas.take(ACCOUNT, Limits(per_minute=5), 1, at=after(40))
    assert grant.granted == 0
    assert grant.next_at is not None
    assert grant.next_at > after(90)


def test_a_clock_that_is_set_back_frees_nothing_and_does_not_block_for_a_day(quotas: Quotas) -> None:
    limits = Limits(per_minute=10)
    quotas.take(ACCOUNT, limits, 10, at=NOON)
    yesterday = NOON - timedelta(days=1)
    assert quotas.take(ACCOUNT, limits, 1, at=yesterday).granted == 0
    assert quotas.take(ACCOUNT, limits, 10, at=yesterday + timedelta(seconds=62)).granted == 10


Takes = list[tuple[float, int, float]]
LIMITS = st.builds(
    Limits,
    per_second=st.none() | st.integers(1, 20),
    per_minute=st.none() | st.integers(1, 60),
    per_hour=st.none() | st.integers(1, 200),
    per_day=st.none() | st.integers(1, 400),
)
STEPS = st.floats(0, 2) | st.floats(0, 90) | st.floats(0, 5_000) | st.floats(0, 100_000)
# How much time passes, how many are wanted, which part of what was granted goes back.
TAKES = st.lists(st.tuples(STEPS, st.integers(1, 40), st.sampled_from((0.0, 0.0, 0.5))), max_size=25)


@settings(max_examples=30)
@given(LIMITS, TAKES)
def test_no_window_holds_more_than_its_limit_and_what_is_promised_is_given(
    fresh_quotas: Callable[[], Quotas], limits: Limits, takes: Takes
) -> None:
    quotas, at = fresh_quotas(), NOON
    uses: list[tuple[datetime, int]] = []
    for seconds, wanted, returned in takes:
        at += timedelta(seconds=seconds)
        grant = quotas.take(ACCOUNT, limits, wanted, at=at)
        assert 0 <= grant.granted <= wanted
        back = int(grant.granted * returned)
        if back:
            quotas.give_back(ACCOUNT, back, at=at)
        uses.append((at, grant.granted - back))
        for name, length in WINDOWS.items():
            limit = getattr(limits, name)
            within = sum(count for time, count in uses if at - time <= timedelta(seconds=length))
            assert limit is None or within <= limit
        if grant.next_at is not None and grant.granted < wanted and not back:
            at = grant.next_at
            again = quotas.take(ACCOUNT, limits, 1, at=at)
            assert again.granted == 1
            uses.append((at, 1))


@pytest.fixture(scope="module")
def fresh_quotas(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Quotas]:
    """Give quotas that nobody used; one engine will do for arithmetic."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('quotas') / 'newsletter.db'}")

    def fresh() -> Quotas:
        with database.writing() as connection:
            connection.execute(quota_uses.delete())
        return Quotas(database)

    return fresh
