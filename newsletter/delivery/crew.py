"""The threads that bring mail over for one hold."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from newsletter.delivery.server import Server
from newsletter.delivery.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.delivery.run_state import RunState
    from newsletter.delivery.send import Send
    from newsletter.delivery.tally import Count


class Crew:
    """A worker for each connection, and `servers` of them who share what the workers open; with none of
    those, each worker serves its own."""

    def __init__(self, send: Send, state: RunState, *, servers: int) -> None:
        self._servers = [Server(send.mailer, state) for _ in range(servers)]
        workers = [
            Worker(send.backend, send.mailer, state, number=number, servers=self._servers)
            for number in range(send.connections)
        ]
        self.counts: Sequence[Count] = [
            server.count for server in (*self._servers, *(worker.own for worker in workers))
        ]
        runs = [server.run for server in self._servers] + [worker.run for worker in workers]
        self._threads = [Thread(target=run, name="delivery", daemon=True) for run in runs]

    def start(self) -> None:
        """Have all of them begin."""
        for thread in self._threads:
            thread.start()

    def let_go(self) -> None:
        """Let nobody wait for a session to serve: there will be none."""
        for server in self._servers:
            server.let_go()

    @property
    def is_working(self) -> bool:
        """Whether any of them has not ended yet."""
        return any(thread.is_alive() for thread in self._threads)
