"""Which connections are up, and what it means when one fails."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.delivery.clock import Clock

_FIRST_SECONDS, _LONGEST_SECONDS = 1.0, 30.0
_BROKEN_PER_CONNECTION = 3
# While a mail system is near and quick, this many sessions keep one processor busy.
_FEW = 12
_NEAR_SECONDS = 0.02
# Less of one processor than this is used by a process that mostly waits.
_BUSY = 0.5
# Long enough that a machine busy with other things for a moment is no mail system that lets us wait.
_LOOK_SECONDS = 1.0


class Sessions:
    """Decides, for all workers, whether to try again after a session could not be opened or broke.

    While other sessions work, one that fails means fewer connections. When none is up the mail system is
    gone: at once if it never took a mail in this run (a wrong password is tried once, not once per
    connection), else after `outage_seconds`.

    It also decides how many are opened at first: one, to see whether there is anybody, then a few, and the
    rest when the first took long to open or the few turn out to wait for the mail system: then `used`, the
    seconds of the processor that this process has taken, hardly grows. `all_at_once`: they wait for other
    things as well, so all are opened as soon as there is anybody.
    """

    def __init__(
        self,
        *,
        connections: int,
        all_at_once: bool,
        outage_seconds: float,
        accepted: Callable[[], int],
        clock: Clock,
        used: Callable[[], float] = time.process_time,
    ) -> None:
        self._all_at_once = all_at_once
        self._limit = _BROKEN_PER_CONNECTION * connections + 2
        self._outage_seconds = outage_seconds
        self._accepted = accepted
        self._clock, self._used = clock, used
        self._lock = threading.Lock()
        self._up = 0
        self._broken = 0
        self._accepted_then = 0
        self._failing_since: float | None = None
        self._may_few = threading.Event()
        self._may_all = threading.Event()
        self._looked: tuple[float, float] | None = None

    def may_open(self, number: int, wait_seconds: float) -> bool:
        """Tell whether worker `number`, of 0 and more, should open one; wait a little until it should."""
        if number == 0:
            return True
        return (self._may_few if number < _FEW else self._may_all).wait(wait_seconds)

    def opened(self, seconds: float) -> None:
        """Count a session that is up, after so long."""
        with self._lock:
            self._up += 1
            if seconds > _NEAR_SECONDS or self._all_at_once:
                self._may_all.set()
            self._may_few.set()

    def look(self) -> None:
        """Have the rest opened if the few leave us idle. Called by one thread, now and then."""
        if not self._may_few.is_set():
            return
        now = self._clock.monotonic()
        then, before = self._looked = self._looked or (now, self._used())
        if now - then < _LOOK_SECONDS:
            return
        self._looked = now, self._used()
        if self._looked[1] - before < _BUSY * (now - then):
            self._may_all.set()

    def let_go(self) -> None:
        """Let nobody wait any more: the run ends."""
        self._may_few.set()
        self._may_all.set()

    def closed(self) -> None:
        """Count one that is not up any more, whatever the reason."""
        with self._lock:
            self._up -= 1

    def failed(self, tries: int, *, was_open: bool) -> float | None:
        """Say how many seconds to wait before the `tries`-th new try; None: nobody can be served.

        Sessions that open and break, one after the other, while nothing is accepted, serve nobody either.
        """
        with self._lock:
            self._note_failure(was_open=was_open)
            is_gone = self._up == 0 and self._is_lasting()
            if is_gone or self._broken > self._limit:
                return None
        return float(min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** min(tries - 1, 10)))

    def _note_failure(self, *, was_open: bool) -> None:
        accepted = self._accepted()
        if self._failing_since is None or accepted > self._accepted_then:
            self._broken, self._failing_since = 0, self._clock.monotonic()
        self._broken += was_open
        self._accepted_then = accepted

    def _is_lasting(self) -> bool:
        lasts = self._clock.monotonic() - (self._failing_since or 0.0)
        return self._accepted_then == 0 or lasts >= self._outage_seconds
