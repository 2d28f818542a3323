"""Counts of a run for those who watch."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.delivery.pacing import least_time
from newsletter.delivery.watching import Progress
from newsletter.store.ledger_values import FINAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Limits
    from newsletter.store.ledger import Books, State

_LATELY = 10


class Count:
    """What one thread has dealt with; others read it without a lock. Of what was accepted, some is still to
    be recorded."""

    __slots__ = ("accepted", "in_doubt", "put_off", "refused", "unrecorded")

    def __init__(self) -> None:
        self.accepted = self.refused = self.put_off = self.in_doubt = self.unrecorded = 0

    @property
    def finished(self) -> int:
        """How many claims came to anything that the ledger knows of."""
        return self.accepted + self.refused + self.put_off + self.in_doubt - self.unrecorded

    def add(self, state: State) -> None:
        """Count a delivery that is in this state now."""
        match state:
            case "accepted":
                self.accepted += 1
            case "pending":
                self.put_off += 1
            case "in_doubt" | "dropped":
                self.in_doubt += 1
            case _:
                self.refused += 1


class Tally:
    """Adds up what the threads count, without stopping them. `later` people wait for their hour: the time
    that is left is without them."""

    def __init__(
        self, books: Books, counts: Sequence[Count], *, began: float, limits: Limits | None, later: int = 0
    ) -> None:
        self._limits, self._later = limits, later
        self._audience = books.audience
        self._before = sum(books.counts[state] for state in FINAL) + books.counts["in_doubt"]
        self._counts, self._began = counts, began
        self._lately: deque[tuple[float, int]] = deque([(began, 0)], maxlen=_LATELY)
        self.suppressed = 0

    @property
    def accepted(self) -> int:
        """How many mails this run has brought to people so far."""
        return sum(count.accepted for count in self._counts)

    @property
    def finished(self) -> int:
        """How many claims came to anything."""
        return sum(count.finished for count in self._counts)

    def progress(self, now: float) -> Progress:
        """Take a picture at the monotonic second `now`."""
        finished = self.finished
        then, finished_then = self._lately[0]
        self._lately.append((now, finished))
        rate = (finished - finished_then) / (now - then) if now > then else 0.0
        to_go = self._audience - self._before - self.suppressed - self._later - finished
        return Progress(
            audience=self._audience,
            before=self._before,
            accepted=self.accepted,
            refused=sum(count.refused for count in self._counts),
            put_off=sum(count.put_off for count in self._counts),
            in_doubt=sum(count.in_doubt for count in self._counts),
            suppressed=self.suppressed,
            rate=rate,
            elapsed=timedelta(seconds=now - self._began),
            left=self._time_for(max(0, to_go), rate),
        )

    def _time_for(self, mails: int, rate: float) -> timedelta | None:
        """Say how long the rest takes at the rate of late, and by the limits at least."""
        if rate <= 0:
            return None
        return max(timedelta(seconds=mails / rate), least_time(mails, self._limits))
