"""The race: every client against every sink in turn, round after round, and the ratios that come of it.

A figure is the median over the rounds of a ratio within one round, with the least and the greatest. What is
measured by smtp-source has it run right beside, before and after in turn: a machine that is shared changes
its speed from one minute to the next. Each client runs in a process of its own; what a sink accepted is
checked where it counts. All may use 32 connections; the engine opens fewer of them where a few are quick
enough.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.benchmarks.delivery_sinks import Sink, program
from tests.benchmarks.delivery_store import make

Row = tuple[str, object, str]
ROOT = Path(__file__).parents[2]
CONNECTIONS = 32
ROUNDS = int(os.environ.get("NEWSLETTER_BENCH_ROUNDS", "5"))
# The slow ones need no more: they are far from us, and from each other.
PEER_ROUNDS = 3
SOURCE = "smtp-source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One client against one sink; `mails` take some seconds: how a run begins and ends is no rate."""

    name: str
    sink: str
    client: str
    mails: int
    order: Mapping[str, object] = field(default_factory=dict)
    beside: Lane | None = None  # runs with it each time, and is what it is measured by


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one run of a lane took."""

    rate: float
    cpu_seconds_per_mail: float
    others: float  # the share of all processors that neither the client nor the sinks used
    beside: float | None = None  # the rate of the lane that ran with it


def ours(name: str, sink: str, mails: int, *, beside: Lane | None = None, **order: object) -> Lane:
    return Lane(name=name, sink=sink, client="ours", mails=mails, order=order, beside=beside)


_POSTFIX = Lane(name=SOURCE, sink="smtp-sink", client=SOURCE, mails=6_000)
_CHEAP = Lane(name=SOURCE, sink="cheap", client=SOURCE, mails=30_000)
_FAR = Lane(name=SOURCE, sink="cheap, 20 ms", client=SOURCE, mails=6_000)
LANES = (
    ours("ours", "smtp-sink", 10_000, ledger="sqlite", beside=_POSTFIX),
    Lane(name="smtplib per mail", sink="smtp-sink", client="smtplib per mail", mails=800),
    Lane(name="smtplib reused", sink="smtp-sink", client="smtplib reused", mails=1_000),
    ours("ours", "cheap", 60_000, ledger="sqlite", beside=_CHEAP),
    ours("ours, ed25519", "cheap", 30_000, ledger="sqlite", signing="ed25519", beside=_CHEAP),
    ours("ours, rsa", "cheap", 12_000, ledger="sqlite", signing="rsa", beside=_CHEAP),
    ours("ours, chunking", "cheap, chunking", 60_000, ledger="sqlite", transport="chunking", beside=_CHEAP),
    ours("ours, plain", "cheap", 15_000, ledger="sqlite", transport="plain", beside=_CHEAP),
    Lane(name="smtplib per mail", sink="cheap", client="smtplib per mail", mails=1_000),
    Lane(name="smtplib reused", sink="cheap", client="smtplib reused", mails=1_500),
    Lane(name="django", sink="cheap", client="django", mails=300),
    Lane(name="aiosmtplib", sink="cheap", client="aiosmtplib", mails=500),
    Lane(name="EmailMessage", sink="cheap", client="EmailMessage", mails=150),
    Lane(name="EmailMessage + dkimpy", sink="cheap", client="EmailMessage + dkimpy", mails=80),
    Lane(name="aiosmtplib", sink="cheap, 20 ms", client="aiosmtplib", mails=600),
    ours("ours", "cheap, 20 ms", 24_000, ledger="sqlite", beside=_FAR),
    ours(
        "ours, chunking",
        "cheap, chunking, 20 ms",
        30_000,
        ledger="sqlite",
        transport="chunking",
        beside=_FAR,
    ),
)
# (figure, lane measured, lane it is measured by if not the one beside it, goal)
RATIOS: tuple[tuple[str, tuple[str, str], tuple[str, str] | None, str], ...] = (
    ("x of smtp-source", ("smtp-sink", "ours"), None, ">= 0.9"),
    ("smtplib per mail, x of smtp-source", ("smtp-sink", "smtplib per mail"), ("smtp-sink", SOURCE), "peer"),
    ("smtplib reused, x of smtp-source", ("smtp-sink", "smtplib reused"), ("smtp-sink", SOURCE), "peer"),
    ("x of smtp-source", ("cheap", "ours"), None, ">= 0.7"),
    ("x of smtp-source", ("cheap, chunking", "ours, chunking"), None, ">= 1.2"),
    ("ed25519, x of smtp-source", ("cheap", "ours, ed25519"), None, ">= 0.35"),
    ("rsa-2048, x of smtp-source", ("cheap", "ours, rsa"), None, ">= 0.17"),
    ("plain dialogue, x of smtp-source", ("cheap", "ours, plain"), None, ""),
    ("x of smtplib per mail", ("cheap", "ours"), ("cheap", "smtplib per mail"), "peer"),
    ("x of smtplib reused", ("cheap", "ours"), ("cheap", "smtplib reused"), "peer"),
    ("x of Django's send_messages", ("cheap", "ours"), ("cheap", "django"), "peer"),
    ("x of aiosmtplib", ("cheap", "ours"), ("cheap", "aiosmtplib"), "peer"),
    ("x of an EmailMessage loop", ("cheap", "ours"), ("cheap", "EmailMessage"), ">= 60"),
    (
        "rsa-2048, x of an EmailMessage and dkimpy loop",
        ("cheap", "ours, rsa"),
        ("cheap", "EmailMessage + dkimpy"),
        ">= 30",
    ),
    ("x of smtp-source", ("cheap, 20 ms", "ours"), None, ">= 3.9"),
    ("x of aiosmtplib", ("cheap, 20 ms", "ours"), ("cheap, 20 ms", "aiosmtplib"), ">= 5"),
    ("x of smtp-source", ("cheap, chunking, 20 ms", "ours, chunking"), None, ""),
)
Results = dict[tuple[str, str], list[Result | None]]


def raced(folder: Path, running: Mapping[str, Sink]) -> Results:
    results: Results = defaultdict(list)
    for number in range(ROUNDS):
        for lane in LANES:
            if lane.sink in running:
                is_due = number < PEER_ROUNDS or lane.client == "ours"
                result = _beside(lane, number, folder, running, results) if is_due else None
                results[lane.sink, lane.name].append(result)
    return results


def _beside(
    lane: Lane, number: int, folder: Path, running: Mapping[str, Sink], results: Results
) -> Result | None:
    """Run a lane, and before or after it the one that it is measured by."""
    order = [one for one in (lane, lane.beside) if one and one.sink in running]
    found: dict[str, Result | None] = {}
    for one in reversed(order) if number % 2 else order:
        found[one.name] = result = run_once(one, running[one.sink], folder)
        if result:
            print(f"round {number + 1}: {one.sink:22} {one.name:24} {result.rate:8,.0f}/s", file=sys.stderr)
    result, other = found[lane.name], found.get(SOURCE)
    if other and lane.beside:
        results[lane.beside.sink, SOURCE].append(other)
    return replace(result, beside=other.rate if other else None) if result else None


def run_once(lane: Lane, sink: Sink, folder: Path) -> Result | None:
    """Run a client; None where it is not there."""
    before = sink.count().mails if sink.counts else 0
    clock = _Clock(sink)
    took = _smtp_source(lane, sink, folder) if lane.client == SOURCE else _python(lane, sink, folder)
    if took is None:
        return None
    if sink.counts:
        assert sink.count().mails - before == lane.mails, f"{lane.name}: the sink counted other mails"
    return Result(
        rate=lane.mails / took[0], cpu_seconds_per_mail=took[1] / lane.mails, others=clock.others(sink)
    )


class _Clock:
    """Tells how busy others keep the machine meanwhile; nothing where there is no /proc."""

    def __init__(self, sink: Sink) -> None:
        self._start, self._busy, self._own = time.perf_counter(), busy_seconds(), _own_seconds(sink)

    def others(self, sink: Sink) -> float:
        seconds = (time.perf_counter() - self._start) * (os.cpu_count() or 1)
        others = busy_seconds() - self._busy - _own_seconds(sink) + self._own
        return min(1.0, max(0.0, others / seconds))


def busy_seconds() -> float:
    try:
        words = Path("/proc/stat").read_text().split(None, 9)[1:9]
    except OSError:
        return 0.0
    user, nice, system, _idle, _wait, *interrupts = (int(word) / os.sysconf("SC_CLK_TCK") for word in words)
    return user + nice + system + sum(interrupts)


def _own_seconds(sink: Sink) -> float:
    """Add up this process, the clients that have ended and the sink."""
    return sum(os.times()[:4]) + sink.cpu_seconds()


def _smtp_source(lane: Lane, sink: Sink, folder: Path) -> tuple[float, float] | None:
    found = program(SOURCE)
    if found is None:
        return None
    command = [found, "-d", "-s", str(CONNECTIONS), "-m", str(lane.mails), "-F", str(folder / "message.txt")]
    start, used = time.perf_counter(), os.times()
    subprocess.run([*command, f"127.0.0.1:{sink.port}"], check=True)
    seconds, now = time.perf_counter() - start, os.times()
    return seconds, now.children_user + now.children_system - used.children_user - used.children_system


def _python(lane: Lane, sink: Sink, folder: Path) -> tuple[float, float] | None:
    order = {
        "client": lane.client,
        "port": sink.port,
        "mails": lane.mails,
        "connections": CONNECTIONS,
        "folder": str(folder),
        "store": str(make(folder, lane.mails)) if lane.client == "ours" else None,
        **lane.order,
    }
    told = child("delivery_client", order)
    return None if "missing" in told else (told["seconds"], told["cpu_seconds"])


def child(module: str, order: Mapping[str, object]) -> dict[str, Any]:
    """Run a module of this folder in a process of its own and read what it prints."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", json.dumps(order)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def rows_of(results: Results) -> list[Row]:
    rows: list[Row] = []
    for (sink, name), found in results.items():
        rates = [result.rate for result in found if result]
        if not rates:
            rows.append((f"{sink}: {name}", "not here", ""))
            continue
        rows.append((f"{sink}: {name}, messages per second", round(statistics.median(rates)), ""))
        used = statistics.median(result.cpu_seconds_per_mail for result in found if result)
        rows.append((f"{sink}: {name}, processor seconds for 1,000", round(1000 * used, 3), ""))
    others = [100 * result.others for found in results.values() for result in found if result]
    rows.append(("% of the processors that others used meanwhile", spread(others, 0), "0"))
    for figure, measured, by, goal in RATIOS:
        rows.append((f"{measured[0]}: {figure}", _ratio(results[measured], by and results[by]), goal))
    return rows


def _ratio(measured: list[Result | None], by: list[Result | None] | None) -> str:
    if by is None:
        return spread([one.rate / one.beside for one in measured if one and one.beside])
    return spread([one.rate / other.rate for one, other in zip(measured, by, strict=False) if one and other])


def spread(values: list[float], digits: int = 2) -> str:
    """Show the median, with the least and the greatest."""
    if not values:
        return "not measured"
    median, least, most = statistics.median(values), min(values), max(values)
    return f"{median:.{digits}f} ({least:.{digits}f}-{most:.{digits}f})"
