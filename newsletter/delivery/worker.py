"""One thread of a run: opens a session, and serves it, and those of others, as there is something to hear."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from newsletter.delivery.lane import Abandoned, Lane
from newsletter.delivery.tally import Count
from newsletter.delivery.turns import Turns
from newsletter.delivery.watching import Notice
from newsletter.errors import MailError
from newsletter.ports import Interleaved
from newsletter.store.ledger import Halted, LeaseLost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.delivery.lane import Mailer
    from newsletter.delivery.run_state import RunState
    from newsletter.ports import MailBackend, MailSession
    from newsletter.store.ledger import Claim

# A connection without work is closed: servers hang up on idle ones, and others may want its place.
_IDLE_SECONDS = 5.0
_LOOK_SECONDS = 0.5


class Worker:
    """Runs in a thread of its own; `count` is written by that thread only and read by others.

    Worker 0 leads: the others wait until it has reached the mail system, so that a wrong password is tried
    once and not once per connection. Each opens and closes a session of its own, and waits where that takes
    time; who of the `workers` serves it is up to `Sessions`.
    """

    def __init__(
        self,
        backend: MailBackend,
        mailer: Mailer,
        state: RunState,
        *,
        number: int,
        workers: Sequence[Worker],
    ) -> None:
        self._backend, self._mailer, self._state = backend, mailer, state
        self._number, self._workers = number, workers
        self._supply, self._sessions = state.supply, state.sessions
        self._signals, self._clock = state.signals, state.clock
        self._hand: deque[Claim] = deque()
        self._turns = Turns()
        self._entrusted: deque[Lane] = deque()
        self._own: Lane | None = None
        self._has_ended = False
        self._tries = 0
        self._accepted_before = 0
        self.count = Count()
        self.thread = threading.Thread(target=self._run, name="delivery", daemon=True)

    def entrust(self, session: MailSession) -> Lane:
        """Have a session served; the lane says when that is over, and why."""
        lane = Lane(session, self._mailer, self._state, self._hand, self.count)
        self._entrusted.append(lane)
        if self._has_ended:
            self._return_entrusted()
        return lane

    def _run(self) -> None:
        try:
            while self._wait_for_work():
                if self._entrusted or self._open():
                    self._serve()
        except BaseException as error:  # noqa: BLE001 - a thread has nobody above it: the recorder raises it
            self._signals.fail(error)
        finally:
            self._has_ended = True
            self._return_entrusted()
            self._supply.need.set()

    def _wait_for_work(self) -> bool:
        """Wait until there is a chunk, or a session of somebody else; false when the run ends. The chunk is
        left to others until a session is open."""
        while not (self._signals.must_end() or self._supply.is_closed):
            if not self._sessions.may_open(self._number, _LOOK_SECONDS):
                continue
            if self._entrusted or self._supply.wait(_LOOK_SECONDS):
                return True
        return False

    def _open(self) -> bool:
        """Open a session to be served here. One that is served elsewhere is waited for, and closed."""
        session = self._opened()
        if session is None:
            return False
        server = self._workers[self._sessions.server_of(self._number)]
        if server is self:
            self._own = self.entrust(session)
            return True
        lane = server.entrust(session)
        lane.is_over.wait()
        self._close(lane)
        return False

    def _opened(self) -> MailSession | None:
        began = self._clock.monotonic()
        try:
            session = self._backend.open()
        except MailError as error:
            self._back_off(error, was_open=False)
            return None
        seconds = self._clock.monotonic() - began
        self._sessions.opened(seconds, is_interleaved=isinstance(session, Interleaved))
        return session

    def _serve(self) -> None:
        """Serve what was entrusted until there is no more work or nothing is left to serve."""
        turns = self._turns
        try:
            while self._has_lanes() and self._has_work():
                idle = turns.idle() if self._hand and not self._signals.must_end() else ()
                for lane in idle or turns.busy():
                    self._go_on(lane)
        finally:
            for lane in tuple(turns.lanes):
                self._end(lane)
            self._return_hand()

    def _has_lanes(self) -> bool:
        while self._entrusted:
            self._turns.add(self._entrusted.popleft())
        return bool(self._turns.lanes)

    def _has_work(self) -> bool:
        """Whether anything is on its way, or could be: waits for that a little."""
        is_busy, must_end = self._turns.is_anybody_busy, self._signals.must_end()
        if not (self._hand or must_end):
            self._hand.extend(self._supply.take(0.0 if is_busy else _IDLE_SECONDS) or ())
        return is_busy or (bool(self._hand) and not must_end)

    def _go_on(self, lane: Lane) -> None:
        """Have a lane go on; the others are served to their end even if it fails."""
        try:
            lane.go_on()
        except MailError as error:
            lane.failure = error
            self._end(lane)
        except BaseException as error:  # noqa: BLE001 - see `_end_run`
            self._end_run(error)
            self._end(lane)
        else:
            self._turns.look_after(lane)

    def _end_run(self, error: BaseException) -> None:
        """Let the run end for what the ledger said, or for what is a bug."""
        match error:
            case Halted():
                self._signals.is_halted = self._signals.is_ending = True
            case Abandoned():
                pass
            case LeaseLost() if self._signals.is_abandoned:
                pass  # the hold is gone because nobody waits for us
            case LeaseLost():
                self._signals.lose_lease()
            case _:
                self._signals.fail(error)

    def _end(self, lane: Lane) -> None:
        """Serve a lane no more; who opened it closes it."""
        self._turns.remove(lane)
        lane.is_over.set()
        if lane is self._own:
            self._own = None
            self._close(lane)

    def _close(self, lane: Lane) -> None:
        self._sessions.closed()
        if lane.failure:
            self._back_off(lane.failure, was_open=True)
        with suppress(MailError):  # all that was begun is settled: how it ends is nobody's trouble
            lane.session.close()

    def _back_off(self, error: MailError, *, was_open: bool) -> None:
        """Leave the work to others and wait a little, unless there is no point in it or lanes are left."""
        accepted = self._workers[self._sessions.server_of(self._number)].count.accepted
        self._tries = 1 if accepted > self._accepted_before else self._tries + 1
        self._accepted_before = accepted
        seconds = self._sessions.failed(self._tries, was_open=was_open)
        if seconds is None:
            self._signals.fail(error)
            return
        self._signals.notices.append(Notice(topic="connection", text=error.message))
        if not self._turns.lanes:
            self._return_hand()
            self._clock.pause(seconds, lambda: self._signals.must_end() or bool(self._entrusted))

    def _return_entrusted(self) -> None:
        with suppress(IndexError):  # two threads may be at it
            while True:
                self._entrusted.popleft().is_over.set()

    def _return_hand(self) -> None:
        self._supply.put_back(tuple(self._hand))
        self._hand.clear()
