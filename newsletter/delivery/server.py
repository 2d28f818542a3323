"""Serves sessions: hears what there is to hear, sends what there is to send, lets none hold up another."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from newsletter.delivery.lane import Abandoned, Lane
from newsletter.delivery.tally import Count
from newsletter.delivery.turns import Turns
from newsletter.errors import MailError
from newsletter.store.ledger import Halted, LeaseLost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.delivery.lane import Mailer
    from newsletter.delivery.run_state import RunState
    from newsletter.ports import MailSession
    from newsletter.store.ledger import Claim

# A connection without work is closed: servers hang up on idle ones, and others may want its place.
_IDLE_SECONDS = 5.0
_LOOK_SECONDS = 0.5


class Server:
    """Serves the sessions that were entrusted to it, in one thread; `count` is written by that one only.

    It goes round: first each session that can go on does so up to what it has to say next, then the ledger
    hears of it, then all of that is written. One session after the other would take about a third longer:
    each content that is written drives what the other steps need out of the processor's caches.
    """

    def __init__(self, mailer: Mailer, state: RunState) -> None:
        self._mailer, self._state = mailer, state
        self._supply, self._signals = state.supply, state.signals
        self._hand: deque[Claim] = deque()
        self._turns = Turns()
        self._entrusted: deque[Lane] = deque()
        self._news = threading.Event()
        self._has_ended = False
        self.count = Count()

    def entrust(self, session: MailSession) -> Lane:
        """Have a session served; the lane says when that is over, and why."""
        lane = Lane(session, self._mailer, self._state, self._hand, self.count)
        self._entrusted.append(lane)
        self._news.set()
        if self._has_ended:
            self._return_entrusted()
        return lane

    def run(self) -> None:
        """Serve until the run ends."""
        try:
            while not (self._signals.must_end() or self._supply.is_closed):
                if self._news.wait(_LOOK_SECONDS):
                    self._news.clear()
                    self.serve()
        except BaseException as error:  # noqa: BLE001 - a thread has nobody above it: the recorder raises it
            self._signals.fail(error)
        finally:
            self._has_ended = True
            self._return_entrusted()
            self._supply.need.set()

    def let_go(self) -> None:
        """Look at once whether the run ends."""
        self._news.set()

    def serve(self) -> None:
        """Serve what was entrusted until there is no more work or nothing is left to serve."""
        turns = self._turns
        try:
            while self._has_lanes() and self._has_work():
                idle = turns.idle() if self._hand and not self._signals.must_end() else ()
                for group in turns.groups(idle or turns.ready()):
                    self._go_round(group)
        finally:
            for lane in tuple(turns.lanes):
                self._end(lane)
            self._return_entrusted()
            self._return_hand()

    def _go_round(self, lanes: Sequence[Lane]) -> None:
        for lane in lanes:
            self._go_on(lane)
        self._record(lanes)
        for lane in lanes:
            if lane.is_of_use:
                lane.flush()
                self._turns.look_after(lane)
            else:
                self._end(lane)

    def _record(self, lanes: Sequence[Lane]) -> None:
        """Record what was accepted, and then what is about to be sent: so no more is ever in doubt than is
        under way. If that fails, nothing of it is sent, and what was under way before is listened to."""
        accepted = [delivery for lane in lanes for delivery in lane.accepted]
        intending = [lane for lane in lanes if lane.intents]
        if not (accepted or intending):
            return
        for lane in lanes:
            lane.accepted.clear()
        try:
            self._state.hold.record(accepted, [delivery for lane in intending for delivery in lane.intents])
        except BaseException as error:  # noqa: BLE001 - see `_end_run`
            self._end_run(error)
            for lane in intending:
                lane.withhold()
                self._go_on(lane)
            self._record(lanes)
        self.count.unrecorded -= len(accepted)
        for lane in intending:
            lane.intents.clear()

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
        """Have a lane go on. The others are served even if it fails."""
        try:
            lane.go_on()
        except MailError as error:
            lane.failure = error
        except BaseException as error:  # noqa: BLE001 - see `_end_run`
            self._end_run(error)

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
        """Serve a lane no more; its session is left to who opened it."""
        self._turns.remove(lane)
        lane.is_over.set()

    def _return_entrusted(self) -> None:
        with suppress(IndexError):  # two threads may be at it
            while True:
                self._entrusted.popleft().is_over.set()

    def _return_hand(self) -> None:
        self._supply.put_back(tuple(self._hand))
        self._hand.clear()
