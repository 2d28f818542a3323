"""One request at a time to one host, with a pause between two."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

T = TypeVar("T")


class Clock(Protocol):
    """Tells the time and lets it pass."""

    def now(self) -> datetime:
        """Give the moment in UTC. It may jump."""
        ...

    def monotonic(self) -> float:
        """Give seconds that only grow."""
        ...

    def pause(self, seconds: float, is_over: Callable[[], bool], /) -> None:
        """Let so many seconds pass, or fewer: return soon after `is_over` says so."""
        ...


class Lane(Generic[T]):
    """The way to one host: whoever takes it has it alone, and later than the one before."""

    def __init__(self, line: T, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._lock = threading.Lock()
        self._free_at = float("-inf")
        self._used_at = float("-inf")

    @contextmanager
    def taken(self, pause_seconds: float) -> Iterator[T]:
        """Wait for one's turn, and for `pause_seconds` since the last request was answered."""
        with self._lock:
            wait = max(self._used_at + pause_seconds, self._free_at) - self._clock.monotonic()
            if wait > 0:
                self._clock.pause(wait, _never)
            try:
                yield self._line
            finally:
                self._used_at = self._clock.monotonic()

    def close_for(self, seconds: float) -> None:
        """Let nobody ask before so many seconds are over: the host said so."""
        self._free_at = max(self._free_at, self._clock.monotonic() + seconds)

    @property
    def closed_seconds(self) -> float:
        """How long the host is still to be left alone, as it said."""
        return max(0.0, self._free_at - self._clock.monotonic())

    @property
    def line(self) -> T:
        """What leads to the host."""
        return self._line


class Lanes(Generic[T]):
    """The ways to all hosts, each made when it is first needed."""

    def __init__(self, make: Callable[[], T], clock: Clock) -> None:
        self._make = make
        self._clock = clock
        self._lock = threading.Lock()
        self._lanes: dict[str, Lane[T]] = {}

    def to(self, host: str) -> Lane[T]:
        """Give the one way to a host."""
        with self._lock:
            if host not in self._lanes:
                self._lanes[host] = Lane(self._make(), self._clock)
            return self._lanes[host]

    def drain(self) -> list[T]:
        """Forget all ways, and give what they were made of, to be closed."""
        with self._lock:
            lines = [lane.line for lane in self._lanes.values()]
            self._lanes.clear()
            return lines


def _never() -> bool:
    return False
