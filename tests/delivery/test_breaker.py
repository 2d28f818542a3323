"""When refusals are about us."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.breaker import Breaker


def test_three_refusals_and_nothing_accepted_stop_a_run() -> None:
    breaker = Breaker()
    assert [breaker.record(0) for _ in range(3)] == [False, False, True]


def test_a_few_refusals_among_many_accepted_do_not() -> None:
    breaker = Breaker()
    assert not any(breaker.record(accepted) for accepted in range(5, 5000, 5))


def test_ten_refusals_with_hardly_anything_accepted_between_them_stop_it_later_on() -> None:
    breaker = Breaker()
    opened = [breaker.record(100_000 + number // 2) for number in range(10)]
    assert opened == [False] * 9 + [True]


def test_a_run_that_brought_nothing_but_one_refusal_counts_as_stopped() -> None:
    breaker = Breaker()
    breaker.record(0)
    assert breaker.end(accepted=0)
    assert not Breaker().end(accepted=0)


@given(st.lists(st.integers(0, 30), max_size=60))
def test_it_never_closes_again_and_never_opens_while_most_mails_are_accepted(steps: list[int]) -> None:
    breaker, accepted, was_open = Breaker(), 1, False
    for step in steps:
        accepted += step
        is_open = breaker.record(accepted)
        assert is_open or not was_open
        was_open = is_open
    if all(step >= 2 for step in steps):
        assert not was_open
