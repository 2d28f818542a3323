"""Whose turn it is among the lanes that one thread serves."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING

from newsletter.ports import NO_WAIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.delivery.lane import Lane
    from newsletter.ports import Wait

# How long to wait at a time: there may be more lanes, or work for those that are idle.
_WAIT_SECONDS = 0.05
_LOOK_SECONDS = 0.5
# So many times as many lanes are many.
_MANY = 4


class Turns:
    """Waits for what the lanes wait for."""

    def __init__(self) -> None:
        self.lanes: list[Lane] = []
        self._watched = select.poll()
        self._by_number: dict[int, Lane] = {}
        self._look_at = 0.0

    @property
    def is_anybody_busy(self) -> bool:
        """Whether anything is on its way."""
        return any(lane.is_busy for lane in self.lanes)

    def idle(self) -> Sequence[Lane]:
        """Give the lanes that have nothing on its way."""
        return [lane for lane in self.lanes if not lane.is_busy]

    def ready(self) -> Sequence[Lane]:
        """Wait a little until some can go on, and give them."""
        late = self._late()
        return late or [self._by_number[number] for number, _ in self._watched.poll(_WAIT_SECONDS * 1000)]

    def groups(self, able: Sequence[Lane]) -> Sequence[Sequence[Lane]]:
        """Say which of those that can go on do so before anything is written: all of them together, or, where
        they are few of many, each alone. Then all wait for a mail system that is far away and the processor
        for them: no mail should wait for another."""
        are_few = _MANY * len(able) <= len(self.lanes)
        return [[lane] for lane in able] if are_few else [able]

    def add(self, lane: Lane) -> None:
        """Let one more take turns."""
        self.lanes.append(lane)

    def remove(self, lane: Lane) -> None:
        """Let one be, for good."""
        self.lanes.remove(lane)
        self._watch(lane, NO_WAIT)

    def look_after(self, lane: Lane) -> None:
        """Learn what a lane waits for, after it went on."""
        wait, watched = lane.wait, lane.watched
        if wait.number != watched.number or wait.is_full != watched.is_full:
            self._watch(lane, wait)

    def _watch(self, lane: Lane, wait: Wait) -> None:
        """A new connection of a session may have the number of the old, or another."""
        number, before = wait.number, lane.watched.number
        if before not in (NO_WAIT.number, number):
            self._watched.unregister(before)
            del self._by_number[before]
        if number != NO_WAIT.number:
            self._watched.register(number, select.POLLOUT if wait.is_full else select.POLLIN)
            self._by_number[number] = lane
        lane.watched = wait

    def _late(self) -> Sequence[Lane]:
        """Give those that have waited too long: going on, they find that out. Looks now and then."""
        now = time.monotonic()
        if now < self._look_at:
            return ()
        self._look_at = now + _LOOK_SECONDS
        return [lane for lane in self.lanes if lane.is_busy and lane.wait.until <= now]
