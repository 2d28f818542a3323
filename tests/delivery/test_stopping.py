"""A person stops a send, or halts an issue, while processes are at it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import pytest

from newsletter.store.ledger import Ledger
from tests.delivery.killing import Scene
from tests.delivery.processes import RUN_SECONDS
from tests.delivery.sink import Sink
from tests.delivery.stage import NOON, ready

Scenes = Callable[[str, str], Scene]
# What a server needs for a mail: how many it took tells how long a sender went on that should have stopped,
# and a busy machine makes them fewer.
_SLOW_SECONDS = 0.05


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_a_sender_end_what_it_began_and_the_next_run_goes_on(
    scenes: Scenes, number: signal.Signals
) -> None:
    scene = scenes("sqlite", "chunking")
    issue = ready(scene.database, 3000)
    ledger = Ledger(scene.database)
    with Sink(transport="chunking", delay=_SLOW_SECONDS) as sink:
        running = scene.nursery.start(scene.job(sink))
        sink.wait_for(10)
        os.kill(running.pid, number)
        ended = running.wait()
        assert ended.report["ending"] == "interrupted", ended
        assert len(sink.accepted) < 1500
        counts = ledger.books(issue.id).counts
        assert counts["accepted"] == len(sink.accepted)
        assert counts["in_doubt"] == counts["claimed"] == counts["in_flight"] == 0
        sink.delay = 0
        assert scene.nursery.start(scene.job(sink)).wait().report["ending"] == "done"
        assert len(sink.counts) == len(sink.accepted) == 3000


def test_a_second_signal_does_not_wait_for_a_server_that_says_nothing(scenes: Scenes) -> None:
    scene = scenes("sqlite", "plain")
    issue = ready(scene.database, 50)
    silence = threading.Event()

    def say_nothing(_number: int) -> None:
        silence.wait(RUN_SECONDS)

    with Sink(taken=say_nothing) as sink:
        running = scene.nursery.start(scene.job(sink, drain_seconds=3600))
        sink.wait_for(2)
        for number in (signal.SIGTERM, signal.SIGINT):  # two of a kind at once are one
            os.kill(running.pid, number)
        ended = running.wait(RUN_SECONDS / 2)
        silence.set()
    assert ended.report["ending"] == "interrupted", ended
    counts = Ledger(scene.database).books(issue.id).counts
    assert (counts["in_doubt"], counts["pending"]) == (2, 48)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_halt_stops_every_sender_within_seconds(scenes: Scenes, engine: str) -> None:
    scene = scenes(engine, "pipelining")
    issue = ready(scene.database, 20_000)
    ledger = Ledger(scene.database)
    with Sink(transport="pipelining", delay=_SLOW_SECONDS) as sink:
        running = [scene.nursery.start(scene.job(sink)) for _ in range(3)]
        sink.wait_for(30)
        ledger.halt(issue.id, at=NOON, reason="the wrong day")
        ends = [process.wait() for process in running]
        assert [ended.report["ending"] for ended in ends] == ["halted"] * 3, ends
        books = ledger.books(issue.id)
        books.balance()
        assert books.counts["accepted"] + books.counts["in_doubt"] == len(sink.accepted) < 10_000
