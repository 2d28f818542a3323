"""A journal in the rows of a server's database: intents of many threads are committed together.

An intent is a change of the row itself, on condition that it is still ours and the issue not halted, so no
clock has to be trusted. Outcomes that wait ride along with the next intents.
"""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING

from newsletter.errors import StoreError
from newsletter.store.ledger_values import Halted, LeaseLost
from newsletter.store.moves import Hold, fly, gathered, halted_among, settle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.store.database import Database
    from newsletter.store.journal import Holdings
    from newsletter.store.ledger_values import SenderId, Verdict
    from newsletter.store.moves import Outcome

_PATIENCE_SECONDS = 60.0


class GroupedCommits:
    """A journal with a thread that commits whatever waits."""

    def __init__(self, database: Database, sender: SenderId) -> None:
        self._database, self._sender = database, sender
        self._arrival = Condition()
        self._committing = Lock()
        self._waiting: list[tuple[Hold, Future[None]]] = []
        self._noted: list[Outcome] = []
        self._settled = 0
        self._is_closed = False
        self._thread = Thread(target=self._serve, name=f"journal-{sender}", daemon=True)
        self._thread.start()

    def intend(self, delivery: int, fence: int) -> None:
        """Wait until it is committed; who did not get through is told so."""
        self._wait_for(self._promised(delivery, fence))

    def note(self, delivery: int, fence: int, verdict: Verdict, at: datetime) -> None:
        """Keep an outcome for the next commit."""
        with self._arrival:
            self._noted.append((delivery, fence, verdict, at))

    def record(self, noted: Holdings, verdict: Verdict, at: datetime, intended: Holdings) -> None:
        """Wait until the intents are committed, mostly in one go; one that did not get through takes back
        none of the others."""
        for fence, deliveries in noted.items():
            for delivery in deliveries:
                self.note(delivery, fence, verdict, at)
        promises = [self._promised(one, fence) for fence, some in intended.items() for one in some]
        for promise in promises:
            self._wait_for(promise)

    def _promised(self, delivery: int, fence: int) -> Future[None]:
        promise: Future[None] = Future()
        with self._arrival:
            if self._is_closed:
                raise LeaseLost("this sender has ended")
            self._waiting.append((Hold(delivery, fence), promise))
            self._arrival.notify()
        return promise

    def _wait_for(self, promise: Future[None]) -> None:
        try:
            promise.result(_PATIENCE_SECONDS)
        except FutureTimeoutError as error:
            raise StoreError(f"{self._database.place}: does not answer") from error

    def forget(self, holds: Sequence[Hold]) -> None:
        """Nothing: intents are in the rows alone."""

    def flush(self, *, at: datetime) -> int:
        """Commit outcomes without waiting for an intent; those that rode along with one count as well."""
        del at  # each outcome has its own time
        self._commit([])
        settled, self._settled = self._settled, 0
        return settled

    def extend(self, deadline: float) -> None:
        """Nothing: the rows say what is ours."""

    def finish(self, connection: Connection) -> None:
        """Write what is left into the rows."""
        self._stop()
        settle(connection, self._sender, gathered(self._noted))

    def close(self, *, is_finished: bool) -> None:
        """Stop the thread."""
        del is_finished
        self._stop()

    def _stop(self) -> None:
        with self._arrival:
            self._is_closed = True
            self._arrival.notify()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            with self._arrival:
                self._arrival.wait_for(lambda: self._waiting or self._is_closed)
                waiting, self._waiting = self._waiting, []
            if not waiting:
                return
            try:
                self._commit(waiting)
            except BaseException as error:  # noqa: BLE001 - it belongs to those who wait, each in their thread
                for _, promise in waiting:
                    promise.set_exception(error)

    def _commit(self, waiting: Sequence[tuple[Hold, Future[None]]]) -> None:
        with self._committing:
            with self._arrival:
                noted, self._noted = self._noted, []
            if not noted and not waiting:
                return
            try:
                with self._database.writing() as connection:
                    settled = settle(connection, self._sender, gathered(noted))
                    through = fly(connection, self._sender, [hold for hold, _ in waiting])
                    stopped = [hold.delivery for hold, _ in waiting if hold.delivery not in through]
                    halted = halted_among(connection, stopped) if stopped else frozenset()
            except BaseException:
                with self._arrival:
                    self._noted = noted + self._noted
                raise
            self._settled += settled
        for hold, promise in waiting:
            if hold.delivery in through:
                promise.set_result(None)
            elif hold.delivery in halted:
                promise.set_exception(Halted("the issue was halted"))
            else:
                promise.set_exception(LeaseLost("another sender took over what this one had claimed"))
