"""Days without a run, an issue or an answer are made up for, by rule."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.work.late_days import CatchUpPolicy, first_day, late_days

FRIDAY = date(2025, 11, 7)
MERGE, SKIP = CatchUpPolicy(), CatchUpPolicy(catch_up="skip")


def test_nothing_is_late_where_a_source_answered_yesterday() -> None:
    assert late_days(date(2025, 11, 6), FRIDAY, MERGE) == ()


def test_the_days_since_a_source_answered_are_late_oldest_first() -> None:
    assert late_days(date(2025, 11, 4), FRIDAY, MERGE) == (date(2025, 11, 5), date(2025, 11, 6))


def test_a_new_source_is_not_asked_for_the_past() -> None:
    assert late_days(None, FRIDAY, MERGE) == ()


def test_what_is_too_old_is_left() -> None:
    policy = CatchUpPolicy(max_late_days=2)
    assert late_days(date(2025, 10, 1), FRIDAY, policy) == (date(2025, 11, 5), date(2025, 11, 6))


@pytest.mark.parametrize("answered", [date(2025, 11, 1), None, FRIDAY])
def test_skipping_asks_for_no_earlier_day(answered: date | None) -> None:
    assert late_days(answered, FRIDAY, SKIP) == ()
    assert first_day(FRIDAY, SKIP) == FRIDAY


def test_a_day_that_is_run_again_has_no_late_days() -> None:
    assert late_days(FRIDAY, FRIDAY, MERGE) == ()


def test_an_earlier_day_that_is_run_now_has_none_either() -> None:
    assert late_days(FRIDAY + timedelta(days=5), FRIDAY, MERGE) == ()


@given(gap=st.integers(0, 40), most=st.integers(0, 30))
def test_late_days_are_the_gap_or_its_newest_part(gap: int, most: int) -> None:
    policy = CatchUpPolicy(max_late_days=most)
    found = late_days(FRIDAY - timedelta(days=gap), FRIDAY, policy)
    assert len(found) == min(max(gap - 1, 0), most)
    assert list(found) == sorted(set(found))
    assert all(first_day(FRIDAY, policy) <= day < FRIDAY for day in found)
