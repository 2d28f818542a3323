"""Claims on their way from the recorder to the workers."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from newsletter.store.ledger import Claim

_SMALLEST, _LARGEST = 4, 16
_LOW_CHUNKS = 32


class Supply:
    """A queue of small chunks of claims; nothing in it has been shown to a mail system.

    Taking a chunk costs no lock unless there is none. `need` is set when the recorder should bring more.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._low = max(_LOW_CHUNKS, workers)
        self._postponed: deque[tuple[Claim, datetime]] = deque()
        self._chunks: deque[Sequence[Claim]] = deque()
        self._arrival = threading.Condition()
        self._is_closed = False
        self.need = threading.Event()

    @property
    def is_low(self) -> bool:
        """Whether the workers may run out of work before the recorder looks again."""
        return len(self._chunks) < self._low

    def put(self, claims: Sequence[Claim]) -> None:
        """Offer claims, in chunks that keep every worker busy."""
        size = max(_SMALLEST, min(_LARGEST, len(claims) // self._workers))
        with self._arrival:
            self._chunks.extend(claims[start : start + size] for start in range(0, len(claims), size))
            self._arrival.notify_all()

    def put_back(self, claims: Sequence[Claim]) -> None:
        """Offer claims that a worker could not use, before all others."""
        if not claims:
            return
        with self._arrival:
            self._chunks.appendleft(claims)
            self._arrival.notify()

    def wait(self, seconds: float) -> bool:
        """Tell whether there is a chunk to be taken; wait a little until there is."""
        self._tell_need()
        with self._arrival:
            self._arrival.wait_for(lambda: self._chunks or self._is_closed, seconds)
            return bool(self._chunks) and not self._is_closed

    def take(self, wait_seconds: float) -> Sequence[Claim] | None:
        """Take a chunk; None if none arrived in time, or none will."""
        self._tell_need()
        if not self._is_closed:
            try:
                return self._chunks.popleft()
            except IndexError:
                pass
        if wait_seconds <= 0:
            return None
        with self._arrival:
            self._arrival.wait_for(lambda: self._chunks or self._is_closed, wait_seconds)
            return self._chunks.popleft() if self._chunks and not self._is_closed else None

    def _tell_need(self) -> None:
        if self.is_low and not self.need.is_set():
            self.need.set()

    def postpone(self, claim: Claim, until: datetime) -> None:
        """Leave a claim to the recorder: it is not its time yet."""
        self._postponed.append((claim, until))
        self.need.set()

    def postponed(self) -> Mapping[datetime, Sequence[int]]:
        """Take the deliveries that were postponed, by the time they wait for: mostly all of a domain wait for
        the same, and the rows of those that do are written in one go."""
        taken: dict[datetime, list[int]] = {}
        for _ in range(len(self._postponed)):
            claim, until = self._postponed.popleft()
            taken.setdefault(until, []).append(claim.delivery)
        return taken

    def close(self) -> None:
        """Give out nothing more."""
        with self._arrival:
            self._is_closed = True
            self._arrival.notify_all()
        self.need.set()

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will come."""
        return self._is_closed

    def drain(self) -> list[Claim]:
        """Take all that is left, for the recorder to give back."""
        with self._arrival:
            claims = [claim for chunk in self._chunks for claim in chunk]
            self._chunks.clear()
            return claims
