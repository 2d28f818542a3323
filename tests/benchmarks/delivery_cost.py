"""What the ledger costs: the engine with it and with one that only remembers, in pairs, each first in turn.

Single runs of one code differ by a third on a shared machine, so that of the processor is the median of many
pairs. Far away it is throughput that is asked for, which differs little.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.delivery_race import ROUNDS, Lane, Result, Row, ours, run_once, spread
from tests.benchmarks.delivery_sinks import Sink

PAIRS = 4 * ROUNDS
Pair = tuple[Result, Result]


def measure(folder: Path, running: Mapping[str, Sink]) -> list[Row]:
    """Give the share of processor time near a mail system, and of throughput far from it."""
    near = _pairs("cheap", 30_000, PAIRS, folder, running)
    far = _pairs("cheap, 20 ms", 24_000, ROUNDS, folder, running)
    processor = [100 * (a.cpu_seconds_per_mail / b.cpu_seconds_per_mail - 1) for a, b in near]
    throughput = [100 * (1 - a.rate / b.rate) for a, b in far]
    return [
        (f"% of processor time that the ledger costs, {len(near)} pairs", spread(processor, 1), "<= 15"),
        (f"% of throughput that it costs at 20 ms, {len(far)} pairs", spread(throughput, 1), "<= 1"),
    ]


def _pairs(sink: str, mails: int, number: int, folder: Path, running: Mapping[str, Sink]) -> list[Pair]:
    if sink not in running:
        return []
    lanes = [ours(f"ledger: {ledger}", sink, mails, ledger=ledger) for ledger in ("sqlite", "memory")]
    return [_pair(lanes, number, running[sink], folder) for number in range(number)]


def _pair(lanes: list[Lane], number: int, sink: Sink, folder: Path) -> Pair:
    found: dict[str, Result] = {}
    for lane in lanes if number % 2 else reversed(lanes):
        result = run_once(lane, sink, folder)
        assert result is not None, "ours is always there"
        found[lane.name] = result
        print(f"pair {number + 1}: {lane.sink:14} {lane.name:16} {result.rate:8,.0f}/s", file=sys.stderr)
    return found[lanes[0].name], found[lanes[1].name]
