"""What calls cost in processor time, so that what else the machine does matters little."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

Way = tuple[int, Callable[[], object]]


def fastest(ways: Mapping[str, Way], rounds: int = 7) -> dict[str, float]:
    """Give the processor seconds of one call of each, the least of several interleaved rounds; with each
    call comes how often it is made in a round."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (times, run) in ways.items():
            start = time.process_time()
            for _ in range(times):
                run()
            spent[name].append((time.process_time() - start) / times)
    return {name: min(seconds) for name, seconds in spent.items()}
