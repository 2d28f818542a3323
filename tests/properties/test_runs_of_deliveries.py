"""Outcomes reach the rows they are of, however their numbers lie."""

from __future__ import annotations

from itertools import chain, pairwise

from hypothesis import given
from hypothesis import strategies as st

from newsletter.store.moves import runs_of

NUMBERS = st.lists(st.integers(1, 60) | st.integers(1, 2**40), max_size=80)
DENSE = st.builds(
    lambda first, length, without: [n for n in range(first, first + length) if n - first not in without],
    st.integers(1, 2**40),
    st.integers(0, 300),
    st.sets(st.integers(0, 299), max_size=12),
)


@given(NUMBERS | DENSE)
def test_runs_hold_each_number_once_and_no_other(ids: list[int]) -> None:
    runs = runs_of(ids)
    if runs:
        assert list(chain.from_iterable(range(first, last + 1) for first, last in runs)) == sorted(set(ids))
        assert all(last + 1 < first for (_, last), (first, _) in pairwise(runs)), "each as long as can be"


@given(st.permutations(range(100, 164)))
def test_what_lies_together_is_one_run_in_whatever_order_it_came(ids: list[int]) -> None:
    assert runs_of(ids) == [(100, 163)]


@given(st.integers(1, 2**40), st.sets(st.integers(0, 200), min_size=2))
def test_what_lies_far_apart_is_looked_up_number_by_number(first: int, places: set[int]) -> None:
    assert runs_of([first + 40 * place for place in places]) == ()
