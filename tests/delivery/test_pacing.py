"""How long mails take under limits."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.pacing import CannotFinish, least_time, require_time, shown
from newsletter.model import Limits

COUNTS = st.none() | st.integers(1, 12)


def simulated_seconds(mails: int, limits: Limits) -> int:
    """Send as fast as every sliding window allows, one mail after the other."""
    counts = (limits.per_second, limits.per_minute, limits.per_hour, limits.per_day)
    sent = [
        (seconds, deque[int](maxlen=count))
        for seconds, count in zip((1, 60, 3600, 86_400), counts, strict=True)
        if count
    ]
    now = 0
    for _ in range(mails):
        for seconds, times in sent:
            if len(times) == times.maxlen:
                now = max(now, times[0] + seconds)
        for _, times in sent:
            times.append(now)
    return now


@pytest.mark.parametrize(
    ("mails", "limits", "expected"),
    [
        (0, Limits(per_day=10), timedelta()),
        (1, Limits(per_second=1), timedelta()),
        (500, Limits(per_day=500), timedelta()),
        (501, Limits(per_day=500), timedelta(days=1)),
        (120_000, Limits(per_second=14, per_day=50_000), timedelta(days=2, seconds=1428)),
        (1_000_000, None, timedelta()),
        (1_000_000, Limits(), timedelta()),
    ],
)
def test_the_least_time_of_a_number_of_mails(mails: int, limits: Limits | None, expected: timedelta) -> None:
    assert least_time(mails, limits) == expected


def test_what_was_sent_today_counts() -> None:
    assert least_time(1, Limits(per_day=500), {"day": 500}) == timedelta(days=1)
    assert least_time(0, Limits(per_day=100), {"day": 500}) == timedelta(), "there is nothing to wait for"


@given(
    st.builds(Limits, per_second=COUNTS, per_minute=COUNTS, per_hour=COUNTS, per_day=COUNTS),
    st.integers(0, 300),
)
def test_the_prediction_is_never_longer_than_the_truth_and_close_to_it(limits: Limits, mails: int) -> None:
    truth, predicted = simulated_seconds(mails, limits), least_time(mails, limits).total_seconds()
    assert predicted <= truth
    assert predicted >= truth * 0.5


def test_a_send_that_cannot_finish_in_its_window_is_refused_with_the_figures() -> None:
    with pytest.raises(CannotFinish, match=r"2,000 mails need 3 days at 500 per day, more than the 24 hours"):
        require_time(2000, Limits(per_day=500), 24)
    assert require_time(500, Limits(per_day=500), 24) == timedelta()
    assert require_time(2000, Limits(per_day=500), None) == timedelta(days=3)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (5, "5 seconds"),
        (100, "2 minutes"),
        (7140, "119 minutes"),
        (7200, "2 hours"),
        (200_000, "2 days"),
    ],
)
def test_lengths_of_time_are_shown_coarsely(seconds: int, words: str) -> None:
    assert shown(timedelta(seconds=seconds)) == words
