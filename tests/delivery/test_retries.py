"""When a mail that was put off is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.policy import RetryPolicy
from newsletter.delivery.retries import retry_at
from newsletter.model import Deferred

NOW = datetime(2025, 11, 7, 6, 0, tzinfo=UTC)
POLICY = RetryPolicy()

CHANCES = st.floats(0, 1, allow_nan=False)
CAUSES = st.sampled_from([None, "greylisting", "throttling", "reputation", "mailbox-full", "connection"])
CODES = st.sampled_from(["", "421", "450", "451", "4.2.0", "4.2.2", "4.3.2", "4.4.1", "4.7.1", "nonsense"])
PUT_OFF = st.builds(
    Deferred,
    reason=st.text(max_size=20),
    code=CODES,
    cause=CAUSES,
    until=st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    after_seconds=st.none() | st.integers(-10, 10**9),
)


def delay(
    outcome: Deferred, *, attempt: int = 1, chance: float = 0.0, age_hours: float = 0
) -> timedelta | None:
    frozen_at = NOW - timedelta(hours=age_hours)
    at = retry_at(outcome, attempt=attempt, frozen_at=frozen_at, now=NOW, chance=chance, policy=POLICY)
    return None if at is None else at - NOW


def test_greylisting_is_answered_after_about_five_minutes() -> None:
    greylisted = Deferred(reason="450 4.7.1 greylisted", code="4.7.1", cause="greylisting")
    assert delay(greylisted) == timedelta(minutes=5)
    assert delay(greylisted, chance=1.0) == timedelta(minutes=6)


def test_a_delay_that_the_server_named_is_kept_to() -> None:
    assert delay(Deferred(reason="450", code="4.7.1", after_seconds=900)) == timedelta(minutes=15)
    assert delay(Deferred(reason="450", until=NOW + timedelta(hours=2))) == timedelta(hours=2)


def test_a_moment_that_has_passed_is_no_delay() -> None:
    assert delay(Deferred(reason="450", code="450", until=NOW - timedelta(days=1))) == timedelta(minutes=5)


def test_a_full_mailbox_is_left_alone_for_longer_than_a_lost_connection() -> None:
    full = delay(Deferred(reason="452 4.2.2 full", code="4.2.2"))
    lost = delay(Deferred(reason="the connection broke", cause="connection"))
    assert full == timedelta(hours=1)
    assert lost == timedelta(minutes=1)


@pytest.mark.parametrize(("attempt", "hours"), [(4, 48), (9, 200)])
def test_a_mail_is_given_up_when_its_issue_is_old_and_it_was_tried_often(attempt: int, hours: float) -> None:
    assert delay(Deferred(reason="451", code="451"), attempt=attempt, age_hours=hours) is None


def test_an_old_issue_that_is_sent_late_is_still_tried_a_few_times() -> None:
    assert delay(Deferred(reason="451", code="451"), attempt=1, age_hours=1000) is not None


@given(PUT_OFF, st.integers(1, 10**6), CHANCES, st.floats(0, 47))
def test_a_young_mail_is_always_tried_again_later_and_within_a_day_and_a_bit(
    outcome: Deferred, attempt: int, chance: float, age_hours: float
) -> None:
    wait = delay(outcome, attempt=attempt, chance=chance, age_hours=age_hours)
    assert wait is not None
    assert timedelta() < wait <= timedelta(hours=24, minutes=1)


@given(PUT_OFF, st.integers(1, 60), CHANCES)
def test_nobody_is_tried_sooner_for_having_been_tried_more_often(
    outcome: Deferred, attempt: int, chance: float
) -> None:
    sooner, later = (delay(outcome, attempt=n, chance=chance) for n in (attempt, attempt + 1))
    assert sooner is not None
    assert later is not None
    assert sooner <= later


@given(PUT_OFF, st.integers(1, 60), CHANCES)
def test_chance_only_stretches_a_delay(outcome: Deferred, attempt: int, chance: float) -> None:
    least, drawn = delay(outcome, attempt=attempt), delay(outcome, attempt=attempt, chance=chance)
    assert least is not None
    assert drawn is not None
    assert least <= drawn <= least * (1 + POLICY.jitter) + timedelta(microseconds=2)
