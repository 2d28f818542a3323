"""The thread that owns the ledger's connection: brings claims, writes verdicts down, knows when to end."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsletter.delivery.watching import Notice
from newsletter.errors import MailError, StoreError
from newsletter.store.ledger import LeaseLost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from newsletter.delivery.crew import Crew
    from newsletter.delivery.permits import Permits
    from newsletter.delivery.run_state import RunState
    from newsletter.delivery.send import Send
    from newsletter.delivery.tally import Tally

_TICK_SECONDS = 0.2
# So many claims at a time, or as many as went in the last second: each time costs as much as many of them.
# Not more: others may want their share, and a power loss leaves all that is claimed in doubt.
_BATCH, _LARGEST_BATCH = 1000, 4000
# What became of mails is in the journal at once; how many go into the rows together, or after how long.
_ENOUGH, _WRITE_SECONDS = 2000, 0.5
# How much each connection has in hand while limits are kept: a chunk, or some would stand idle.
_IN_HAND = 4
_RENEW_SECONDS = 1.0
_RECOVER_SECONDS = 30.0
_PAUSE_SECONDS = 10.0
# How often a sender that waits looks for what others gave back.
_LOOK_SECONDS = 60.0


class Recorder:
    """Runs in the thread that called `deliver`, so that what goes wrong comes out there."""

    def __init__(
        self,
        send: Send,
        state: RunState,
        crew: Crew,
        permits: Permits,
        tally: Tally,
    ) -> None:
        self._issue, self._ledger, self._crew = send.issue.id, send.ledger, crew
        self._hold, self._supply, self._signals = state.hold, state.supply, state.signals
        self._judge, self._clock, self._sessions = state.judge, state.clock, state.sessions
        self._policy, self._watch = send.policy, send.watch
        self._permits, self._tally = permits, tally
        self._connections = send.connections
        self._claimed = 0
        self._postponed = 0
        self._is_exhausted = False
        self._written = 0
        self._write_at = 0.0
        self._pace = 0.0
        self._looked = self._clock.monotonic(), 0
        self._renew_at = 0.0
        self._recover_at = self._clock.monotonic() + _RECOVER_SECONDS
        self._claim_at = 0.0
        self._stay_until: float | None = None
        self._told_until: datetime | None = None

    def run(self) -> None:
        """Send until there is nothing more to do, or a reason to stop. Raises what the ledger raises."""
        self._crew.start()
        try:
            while not self._is_over():
                self._supply.need.wait(_TICK_SECONDS)
                self._supply.need.clear()
        finally:
            self._wind_up()

    def _is_over(self) -> bool:
        """Write down, look around, bring more; true when there is nothing more to do."""
        is_idle = self._is_idle  # asked before, so that whatever came back is written down below
        if is_idle or self._has_enough_to_write():
            self._write_down()
        if self._signals.must_end():
            return True
        self._look_around()
        if self._signals.is_halted:
            return True
        self._bring_more()
        return self._signals.is_halted or (is_idle and self._is_idle and not self._stays())

    @property
    def _is_idle(self) -> bool:
        """Whether every claim that was brought has come back."""
        return self._claimed == self._postponed + self._tally.finished

    def _has_enough_to_write(self) -> bool:
        """Whether a transaction is worth it: the workers wake us more often than that."""
        if self._tally.finished - self._written >= _ENOUGH:
            return True
        return self._clock.monotonic() >= self._write_at

    def _write_down(self) -> None:
        self._written = self._tally.finished
        self._write_at = self._clock.monotonic() + _WRITE_SECONDS
        for until, waiting in self._supply.postponed().items():
            self._hold.give_back(waiting, not_before=until, at=self._clock.now())
            self._permits.give_back(len(waiting))
            self._postponed += len(waiting)
        self._hold.flush(at=self._clock.now())

    def _look_around(self) -> None:
        now = self._clock.monotonic()
        self._sessions.look()
        while self._signals.notices:
            self._watch.notice(self._signals.notices.popleft())
        if now >= self._renew_at:
            self._renew_at = now + _RENEW_SECONDS
            self._pace, self._looked = self._pace_since(*self._looked, now), (now, self._tally.finished)
            self._hold.renew(at=self._clock.now())
            self._signals.is_halted = self._hold.is_halted(self._issue)
            self._watch.progress(self._tally.progress(now))
        if now >= self._recover_at:
            self._recover_at = now + _RECOVER_SECONDS
            self._ledger.recover(at=self._clock.now(), strays=False)

    def _pace_since(self, then: float, finished: int, now: float) -> float:
        return (self._tally.finished - finished) / max(_RENEW_SECONDS, now - then)

    def _bring_more(self) -> None:
        now = self._clock.monotonic()
        if not self._supply.is_low or now < self._claim_at:
            return
        if not self._judge.is_calm and self._judge.everybody_rests_until():
            return
        wanted = self._wanted()
        if wanted <= 0:
            return
        try:
            granted = self._permits.take(wanted, self._tally.finished)
        except MailError as error:
            self._signals.fail(error)
            return
        if not granted:
            return
        claimed = self._hold.claim(self._issue, granted, at=self._clock.now())
        self._permits.give_back(granted - len(claimed.rows))
        self._claimed += len(claimed.rows)
        self._tally.suppressed += claimed.suppressed
        self._signals.is_halted = claimed.is_halted
        self._is_exhausted = claimed.exhausted
        if claimed.exhausted:
            self._claim_at = now + _LOOK_SECONDS
        self._supply.put(claimed.rows)

    def _wanted(self) -> int:
        """Under limits, take little ahead, about as much as went in the last second: leave counts from when
        it is taken, and what is in hand then goes later, perhaps in an hour that it was not counted in."""
        if not self._permits.are_limited:
            return max(_BATCH, min(_LARGEST_BATCH, int(self._pace)))
        in_hand = self._claimed - self._postponed - self._tally.finished
        return min(_BATCH, _IN_HAND * self._connections + int(self._pace) - in_hand)

    def _stays(self) -> bool:
        """Nobody has anything to do: wait for what comes, or find that nothing will in time."""
        due = self._next_moment()
        if due is None:
            return not self._is_exhausted
        if not self._ledger.is_waiting(self._issue):  # not even leave to send is worth waiting for then
            return False
        seconds = max(0.0, (due - self._clock.now()).total_seconds())
        is_for_quota = self._permits.next_at is not None
        if self._stays_for_hours():
            self._stay_until = None  # patience with what was put off begins after the last of them
        elif not is_for_quota and seconds > self._patience_left():
            return False
        self._tell_pause(due, is_for_quota=is_for_quota)
        self._clock.pause(min(seconds, _PAUSE_SECONDS), self._signals.must_end)
        self._supply.need.set()
        if seconds <= _PAUSE_SECONDS:
            self._claim_at = 0.0
        return True

    def _stays_for_hours(self) -> bool:
        return self._policy.stays_for_hours and self._ledger.hours_left(self._issue).people > 0

    def _patience_left(self) -> float:
        """Count the seconds from when nothing but mail that was put off was left. A clock on the wall may be
        set meanwhile: they are not counted by it."""
        now = self._clock.monotonic()
        if self._stay_until is None:
            self._stay_until = now + 60 * self._policy.patience_minutes
        return self._stay_until - now

    def _next_moment(self) -> datetime | None:
        """Say when there is something to do again, as far as one can tell."""
        rests_until = None if self._judge.is_calm else self._judge.everybody_rests_until()
        if rests_until or self._permits.next_at:
            return max(moment for moment in (rests_until, self._permits.next_at) if moment)
        return self._ledger.next_due(self._issue) if self._is_exhausted else None

    def _tell_pause(self, until: datetime, *, is_for_quota: bool) -> None:
        is_long = (until - self._clock.now()).total_seconds() > _PAUSE_SECONDS
        if is_long and (self._told_until is None or until > self._told_until):
            self._told_until = until
            why = "the account's limit is reached" if is_for_quota else self._why_not_now(until)
            self._watch.notice(Notice(topic="waiting", text=f"{why}: waiting", until=until))

    def _why_not_now(self, until: datetime) -> str:
        is_hour = self._ledger.hours_left(self._issue).first == until
        return "readers chose a later hour" if is_hour else "mail was put off"

    def _wind_up(self) -> None:
        """Let the workers finish what they began, write it down, and give the rest back."""
        if self._signals.stop.is_asked:
            self._watch.notice(Notice(topic="stopping", text="ending what was begun"))
        self._signals.is_ending = True
        self._supply.close()
        self._sessions.let_go()
        self._crew.let_go()
        end = time.monotonic() + self._policy.drain_seconds
        while self._crew.is_working and time.monotonic() < end and not self._signals.stop.is_urgent:
            self._supply.need.wait(_TICK_SECONDS / 4)
            self._supply.need.clear()
            self._try_to_write()
        self._signals.is_abandoned = True
        self._try_to_write()
        with self._telling():
            self._permits.settle(self._tally.finished)
        self._return_the_rest()

    def _try_to_write(self) -> None:
        with self._telling():
            self._write_down()

    def _return_the_rest(self) -> None:
        rest = self._supply.drain()
        with self._telling():
            self._hold.give_back([claim.delivery for claim in rest], at=self._clock.now())
            self._permits.give_back(len(rest))

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Go on ending when the ledger fails: what is not in the rows is in the journal, and recovered."""
        try:
            yield
        except LeaseLost:
            self._signals.lose_lease()
        except StoreError as error:
            self._signals.fail(error)
