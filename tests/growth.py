"""Whether time grows as length does."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sized
from typing import TypeVar

Text = TypeVar("Text", bound=Sized)

TIMES = 1.5
_ALLOWANCE = 0.02  # seconds, for what is too short to be measured
_LOOKS = 4


def grows_with_length(read: Callable[[Text], object], short: Text, long: Text) -> bool:
    """Whether time grows at most by half more than length, in one of a few looks: other programs make a look
    slower, and none makes time that grows with the square look better."""
    times = TIMES * len(long) / len(short)
    return any(
        seconds(read, long) < times * min(seconds(read, short) for _ in range(2)) + _ALLOWANCE
        for _ in range(_LOOKS)
    )


def seconds(read: Callable[[Text], object], text: Text) -> float:
    """Give the processor time of a reading, without what the collector of cycles takes: that grows with all
    that a process holds, whoever made it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        start = time.process_time()
        read(text)
        return time.process_time() - start
    finally:
        if was_on:
            gc.enable()
