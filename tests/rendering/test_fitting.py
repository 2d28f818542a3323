"""The search for what fits: right for every falling row of sizes, and sparing with what is dear."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.fitting import first_fit

STEPS = st.lists(st.integers(min_value=0, max_value=500), min_size=1, max_size=400)


def falling(falls: list[int], rest: int) -> list[int]:
    """Sizes from the largest to `rest`."""
    return list(accumulate(reversed(falls), initial=rest))[::-1]


@given(STEPS, st.integers(min_value=0, max_value=60_000), st.data())
def test_what_is_found_fits_and_is_the_first_or_nearly_as_large_as_may_be(
    falls: list[int], room: int, data: st.DataObject
) -> None:
    sizes = falling(falls, rest=1_000)
    wrong = data.draw(st.integers(min_value=-3_000, max_value=3_000))
    share = data.draw(st.floats(min_value=0.8, max_value=1.2))
    last = len(sizes) - 1
    step = first_fit(
        last, estimate=lambda n: round(sizes[n] * share) + wrong, measure=lambda n: sizes[n], room=room
    )
    if sizes[last] > room:
        assert step == last
    else:
        assert sizes[step] <= room
        assert step == 0 or sizes[step] >= room * 0.99 or sizes[step - 1] > room


@pytest.mark.parametrize("share", [0.9, 1.0, 1.1])
@pytest.mark.parametrize("room", [30_000, 100_000, 300_000])
def test_few_measures_are_enough(share: float, room: int) -> None:
    sizes = falling([250] * 500 + [400] * 500 + [300] * 500, rest=12_000)
    measured: list[int] = []

    def measure(step: int) -> int:
        measured.append(step)
        return sizes[step]

    first_fit(
        len(sizes) - 1, estimate=lambda step: round(sizes[step] * share) + 900, measure=measure, room=room
    )
    assert len(measured) <= 4


def test_what_fits_as_it_is_is_measured_once() -> None:
    assert first_fit(10, estimate=lambda step: 100 - step, measure=lambda step: 90 - step, room=90) == 0


def test_an_estimate_that_knows_nothing_costs_time_and_nothing_else() -> None:
    sizes = falling([1] * 300, rest=0)
    step = first_fit(300, estimate=lambda step: 7 * (step % 2), measure=lambda step: sizes[step], room=40)
    assert 39 <= sizes[step] <= 40
