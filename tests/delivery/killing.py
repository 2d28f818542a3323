"""Kill a process that sends, finish its work with another, and see whether anybody was lost or had two."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from newsletter.store.database import Database
from newsletter.store.ledger import Ledger
from newsletter.store.schema import deliveries, subscribers
from tests.delivery.processes import RUN_SECONDS, Nursery, Running
from tests.delivery.sending import WIRE_STEPS, Job
from tests.delivery.sink import Sink
from tests.delivery.stage import freeze, settle_in

# How many messages one connection may have sent without a reply.
DEPTHS = {"plain": 1, "pipelining": 1, "chunking": 4}
CONNECTIONS = 2
_MOST_RUNS = 400


@dataclass(kw_only=True)
class Tried:
    """What came of one issue whose senders were killed."""

    name: str
    people: int
    kills: int = 0
    lost: int = 0
    repeated: int = 0
    falsely_accepted: int = 0
    in_doubt: int = 0
    doubts_accepted: int = 0
    doubts_not_intended: int = 0
    most_doubts: int = 0
    faults: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Hold it to the promise."""
        assert not self.faults, self
        assert (self.lost, self.repeated, self.falsely_accepted, self.doubts_not_intended) == (0, 0, 0, 0), (
            self
        )
        assert self.in_doubt <= self.most_doubts, self


def table(tries: Iterable[Tried]) -> str:
    """Show what came of them."""
    head = f"{'killed':44}{'people':>7}{'kills':>6}{'lost':>5}{'repeated':>9}{'false':>6}"
    head += f"{'in doubt':>9}{'(accepted)':>11}"
    lines = [
        f"{one.name:44}{one.people:7}{one.kills:6}{one.lost:5}{one.repeated:9}{one.falsely_accepted:6}"
        f"{one.in_doubt:9}{one.doubts_accepted:11}"
        for one in tries
    ]
    return "\n".join(("", head, *lines))


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where a killing takes place."""

    database: Database
    url: str
    folder: Path
    nursery: Nursery
    transport: str

    def job(self, sink: Sink, **changes: object) -> Job:
        values: dict[str, object] = {
            "url": self.url,
            "port": sink.port,
            "folder": str(self.folder),
            "transport": self.transport,
            "connections": CONNECTIONS,
        }
        return Job(**(values | changes))  # type: ignore[arg-type]


def kill_at(scene: Scene, step: str, count: int, people: int = 40) -> Tried:
    """Kill the first sender at a step, and let a second one finish."""
    settle_in(scene.database, people)
    tried = Tried(name=f"{scene.transport}, {step} ({count})", people=people)
    with Sink(transport=scene.transport) as sink:
        if step.endswith("recovery"):  # which needs somebody to recover from
            freeze(scene.database)
            _run(scene, sink, tried, step="after intent", count=3)
        elif not step.endswith("freeze"):
            freeze(scene.database)
        if step in WIRE_STEPS:
            _run_and_kill_from_outside(scene, sink, tried, step, count)
        else:
            _run(scene, sink, tried, step=step, count=count, is_freezing=step.endswith("freeze"))
        _finish(scene, sink, tried, is_freezing=step.endswith("freeze"))
        return judged(scene, sink, tried)


def kill_at_random(scene: Scene, kills: int, people: int, seed: int) -> Tried:
    """Kill sender after sender at moments that chance chose, until so many were killed or all is sent."""
    settle_in(scene.database, people)
    freeze(scene.database)
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    tried = Tried(name=f"{scene.transport}, at random (seed {seed})", people=people)
    with Sink(transport=scene.transport, delay=0.002) as sink:
        for _ in range(_MOST_RUNS):
            running = scene.nursery.start(scene.job(sink))
            if chance.random() < 0.5:
                killer = threading.Timer(chance.uniform(0.0, 0.25), _kill, (running,))
                killer.start()
            else:
                sink.taken = _killer_at(running, len(sink.accepted) + chance.randint(1, 30))
                killer = None
            ended = running.wait()
            sink.taken = None
            if killer:
                killer.cancel()
            if ended.code == -signal.SIGKILL:
                tried.kills += 1
            elif ended.report.get("ending") != "done":
                tried.faults.append(str(ended))
                break
            if tried.kills >= kills or ended.code == 0:
                break
        _finish(scene, sink, tried)
        return judged(scene, sink, tried)


def judged(scene: Scene, sink: Sink, tried: Tried) -> Tried:
    """Compare the ledger with what the server accepted."""
    ledger = Ledger(scene.database)
    issue = ledger.find("2025-11-07")
    assert issue
    ledger.books(issue.id).balance()
    with scene.database.reading() as connection:
        who = select(deliveries.c.id, deliveries.c.state, subscribers.c.address).join(
            subscribers, subscribers.c.id == deliveries.c.subscriber_id
        )
        rows = connection.execute(who).all()
    taken, intended = sink.counts, _intended(scene.folder)
    doubts = [row for row in rows if row.state == "in_doubt"]
    tried.lost = sum(row.state not in {"accepted", "in_doubt"} for row in rows) + tried.people - len(rows)
    tried.repeated = sum(taken.values()) - len(taken)
    tried.falsely_accepted = sum(row.state == "accepted" and row.address not in taken for row in rows)
    tried.in_doubt = len(doubts)
    tried.doubts_accepted = sum(row.address in taken for row in doubts)
    tried.doubts_not_intended = sum(row.id not in intended for row in doubts)
    tried.most_doubts = tried.kills * CONNECTIONS * DEPTHS[scene.transport]
    return tried


def _intended(folder: Path) -> Counter[int]:
    record = folder / "intents"
    return Counter(map(int, record.read_text("ascii").split())) if record.exists() else Counter()


def _run(scene: Scene, sink: Sink, tried: Tried, **changes: object) -> None:
    ended = scene.nursery.start(scene.job(sink, **changes)).wait()
    if ended.code == -signal.SIGKILL:
        tried.kills += 1
    else:
        tried.faults.append(f"was not killed at {changes}: {ended}")


def _run_and_kill_from_outside(scene: Scene, sink: Sink, tried: Tried, step: str, count: int) -> None:
    started = threading.Event()
    running: list[Running] = []

    def kill(number: int) -> None:
        if number == count:
            started.wait(RUN_SECONDS)
            _kill(running[0])

    if step == "after the dot":
        sink.taken = kill
    else:
        sink.replied = kill
    running.append(scene.nursery.start(scene.job(sink)))
    started.set()
    ended = running[0].wait()
    sink.taken = sink.replied = None
    tried.kills += ended.code == -signal.SIGKILL
    if ended.code != -signal.SIGKILL:
        tried.faults.append(str(ended))


def _finish(scene: Scene, sink: Sink, tried: Tried, **changes: object) -> None:
    ended = scene.nursery.start(scene.job(sink, **changes)).wait()
    if ended.report.get("ending") != "done":
        tried.faults.append(f"the last run: {ended}")


def _killer_at(running: Running, number: int) -> Callable[[int], None]:
    def kill(now: int) -> None:
        if now == number:
            _kill(running)

    return kill


def _kill(running: Running) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGKILL)
