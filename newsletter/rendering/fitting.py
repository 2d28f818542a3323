"""The search for a step of a ladder whose result is small enough, and not much smaller."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Sizes = Callable[[int], int]

# Who fills this share of the room need not look for more: it is less than three papers of three hundred.
_GOOD_SHARE = 0.99
# An estimate this far beyond the room need not be proved.
_HOPELESS = 1.5
_MAX_GUESSES = 6


def first_fit(last: int, *, estimate: Sizes, measure: Sizes, room: int) -> int:
    """Give a step from 0 to `last` whose measured size is at most `room`: the first one, or one that fills
    99 % of it. Gives `last` where nothing fits.

    Sizes fall from step to step. `measure` is exact and dear, `estimate` is cheap and may be wrong by about
    the same amount everywhere: each measure mends the estimates that follow.
    """
    measure, estimate = cache(measure), cache(estimate)
    error = 0
    if estimate(0) <= room * _HOPELESS:
        if measure(0) <= room:
            return 0
        error = measure(0) - estimate(0)
    too_large, fits, is_proved = 0, last, False
    for _ in range(_MAX_GUESSES):
        if too_large + 1 >= fits:
            return fits
        guess = _between(too_large, fits, _moved(estimate, error), room)
        if guess == fits and is_proved:
            guess -= 1
        size = measure(guess)
        error = size - estimate(guess)
        if size > room:
            too_large = guess
        elif size >= room * _GOOD_SHARE:
            return guess
        else:
            fits, is_proved = guess, True
    return _between(too_large, fits, measure, room)


def _moved(sizes: Sizes, by: int) -> Sizes:
    return lambda step: sizes(step) + by


def _between(too_large: int, fits: int, sizes: Sizes, room: int) -> int:
    """Find a step that fits and fills 99 % of the room, or the first that fits: by turns where a straight
    line would meet the room, and in the middle, in case that line is far from straight."""
    is_straight = True
    while too_large + 1 < fits:
        above, below = sizes(too_large) - room, room - sizes(fits)
        share = above / (above + below) if is_straight and above > 0 and below > 0 else 0.5
        middle = too_large + round(share * (fits - too_large))
        middle = min(max(middle, too_large + 1), fits - 1)
        if sizes(middle) > room:
            too_large = middle
        elif sizes(middle) >= room * _GOOD_SHARE:
            return middle
        else:
            fits = middle
        is_straight = not is_straight
    return fits
