"""One thread of a run: takes claims and serves its sessions, each as soon as there is something to hear."""

from __future__ import annotations

import select
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from newsletter.delivery.lane import NOBODY, Abandoned, Lane
from newsletter.delivery.tally import Count
from newsletter.delivery.watching import Notice
from newsletter.errors import MailError
from newsletter.store.ledger import Halted, LeaseLost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.delivery.lane import Mailer
    from newsletter.delivery.run_state import RunState
    from newsletter.ports import MailBackend
    from newsletter.store.ledger import Claim

# A connection without work is closed: servers hang up on idle ones, and others may want its place.
_IDLE_SECONDS = 5.0
_LOOK_SECONDS = 0.5


class Worker:
    """Runs in a thread of its own; `count` is written by that thread only and read by others.

    Worker 0 leads: the others wait until it has reached the mail system, so that a wrong password is tried
    once and not once per connection. How many sessions one thread serves is up to `Sessions`.
    """

    def __init__(self, backend: MailBackend, mailer: Mailer, state: RunState, *, number: int) -> None:
        self._backend, self._mailer, self._state, self._number = backend, mailer, state, number
        self._supply, self._sessions = state.supply, state.sessions
        self._signals, self._clock = state.signals, state.clock
        self._hand: deque[Claim] = deque()
        self._lanes: list[Lane] = []
        self._watched = select.poll()
        self._by_number: dict[int, Lane] = {}
        self._look_at = 0.0
        self._open_at = 0.0
        self._tries = 0
        self._accepted_before = 0
        self.count = Count()
        self.thread = threading.Thread(target=self._run, name="delivery", daemon=True)

    def _run(self) -> None:
        try:
            while self._wait_for_work():
                self._serve()
        except BaseException as error:  # noqa: BLE001 - a thread has nobody above it: the recorder raises it
            self._signals.fail(error)
        finally:
            self._return_hand()
            self._supply.need.set()

    def _wait_for_work(self) -> bool:
        """Wait until there is a chunk in hand; false when the run ends."""
        while not (self._signals.must_end() or self._supply.is_closed):
            if not self._sessions.may_open(self._number, _LOOK_SECONDS):
                continue
            self._hand.extend(self._supply.take(_LOOK_SECONDS) or ())
            if self._hand:
                return True
        return False

    def _serve(self) -> None:
        """Serve as many lanes as may be open until there is no more work, or none of them is left."""
        try:
            self._widen()
            while self._lanes and self._has_work():
                for lane in self._ready():
                    self._go_on(lane)
                self._widen()
        finally:
            for lane in tuple(self._lanes):
                self._close(lane)

    def _has_work(self) -> bool:
        """Whether anything is on its way, or could be: waits for that a little."""
        is_busy = any(lane.is_busy for lane in self._lanes)
        if not (self._hand or self._signals.must_end()):
            self._hand.extend(self._supply.take(0.0 if is_busy else _IDLE_SECONDS) or ())
        return is_busy or (bool(self._hand) and not self._signals.must_end())

    def _ready(self) -> Sequence[Lane]:
        """Give the lanes that can go on; who is alone may as well wait by itself."""
        idle = [lane for lane in self._lanes if not lane.is_busy]
        if idle and self._hand and not self._signals.must_end():
            return idle
        if len(self._lanes) == 1:
            return self._lanes
        return self._late() or [
            self._by_number[number] for number, _ in self._watched.poll(_LOOK_SECONDS * 1000)
        ]

    def _late(self) -> Sequence[Lane]:
        """Give those that have waited too long: going on, they find that out. Looks now and then."""
        now = time.monotonic()
        if now < self._look_at:
            return ()
        self._look_at = now + _LOOK_SECONDS
        return [lane for lane in self._lanes if lane.is_busy and lane.until <= now]

    def _go_on(self, lane: Lane) -> None:
        """Have a lane go on; the others are served to their end even if it fails."""
        try:
            lane.go_on()
        except MailError as error:
            self._close(lane)
            self._back_off(error, was_open=True)
        except BaseException as error:  # noqa: BLE001 - see `_end_run`
            self._close(lane)
            self._end_run(error)
        else:
            self._watch(lane, lane.fileno())

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

    def _watch(self, lane: Lane, number: int) -> None:
        """Watch for what a lane waits for; a new connection of a session may have the number of the old."""
        if number == lane.number:
            return
        if lane.number != NOBODY:
            self._watched.unregister(lane.number)
            del self._by_number[lane.number]
        if number != NOBODY:
            self._watched.register(number, select.POLLIN)
            self._by_number[number] = lane
        lane.number = number

    def _widen(self) -> None:
        """Open sessions while there is work for more of them."""
        while len(self._lanes) < self._sessions.lanes(self._number) and self._may_open():
            lane = self._opened()
            if lane is None:
                return
            self._lanes.append(lane)
            if self._hand:
                self._go_on(lane)

    def _may_open(self) -> bool:
        if not self._hand or self._signals.must_end() or any(not lane.is_busy for lane in self._lanes):
            return False
        return not self._lanes or self._clock.monotonic() >= self._open_at

    def _opened(self) -> Lane | None:
        began = self._clock.monotonic()
        try:
            session = self._backend.open()
        except MailError as error:
            self._back_off(error, was_open=False)
            return None
        lane = Lane(session, self._mailer, self._state, self._hand, self.count)
        self._sessions.opened(self._clock.monotonic() - began, is_interleaved=lane.is_interleaved)
        return lane

    def _close(self, lane: Lane) -> None:
        self._lanes.remove(lane)
        self._watch(lane, NOBODY)
        self._sessions.closed()
        with suppress(MailError):  # all that was begun is settled: how it ends is nobody's trouble
            lane.session.close()

    def _back_off(self, error: MailError, *, was_open: bool) -> None:
        """Try again a little later, unless there is no point in it; with no lane left, leave the work to
        others meanwhile."""
        self._tries = 1 if self.count.accepted > self._accepted_before else self._tries + 1
        self._accepted_before = self.count.accepted
        seconds = self._sessions.failed(self._tries, was_open=was_open)
        if seconds is None:
            self._signals.fail(error)
            return
        self._signals.notices.append(Notice(topic="connection", text=error.message))
        if self._lanes:
            self._open_at = self._clock.monotonic() + seconds
            return
        self._return_hand()
        self._clock.pause(seconds, self._signals.must_end)

    def _return_hand(self) -> None:
        self._supply.put_back(tuple(self._hand))
        self._hand.clear()
