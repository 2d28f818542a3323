"""Which connections are up, and what it means when one fails."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.delivery.clock import Clock

_FIRST_SECONDS, _LONGEST_SECONDS = 1.0, 30.0
_FAILURES_PER_CONNECTION = 3


class Sessions:
    """Decides, for all workers, whether to try again after a session could not be opened or broke.

    While other sessions work, one that fails means fewer connections. When none is up the mail system is
    gone: at once if it never took a mail in this run (a wrong password is tried once, not once per
    connection), else after `outage_seconds`.
    """

    def __init__(
        self, *, connections: int, outage_seconds: float, accepted: Callable[[], int], clock: Clock
    ) -> None:
        self._limit = _FAILURES_PER_CONNECTION * connections + 2
        self._outage_seconds = outage_seconds
        self._accepted = accepted
        self._clock = clock
        self._lock = threading.Lock()
        self._up = 0
        self._failures = 0
        self._accepted_then = 0
        self._failing_since = 0.0
        self.first_opened = threading.Event()

    def opened(self) -> None:
        """Count a session that is up."""
        with self._lock:
            self._up += 1
        self.first_opened.set()

    def closed(self) -> None:
        """Count one that is not up any more, whatever the reason."""
        with self._lock:
            self._up -= 1

    def failed(self, tries: int) -> float | None:
        """Say how many seconds to wait before the `tries`-th new try; None: nobody can be served."""
        with self._lock:
            self._note_failure()
            is_gone = self._up == 0 and self._is_lasting()
            if is_gone or self._failures > self._limit:
                return None
        return float(min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** min(tries - 1, 10)))

    def _note_failure(self) -> None:
        accepted, now = self._accepted(), self._clock.monotonic()
        if self._failures == 0 or accepted > self._accepted_then:
            self._failures, self._failing_since = 0, now
        self._failures += 1
        self._accepted_then = accepted

    def _is_lasting(self) -> bool:
        lasts = self._clock.monotonic() - self._failing_since
        return self._accepted_then == 0 or lasts >= self._outage_seconds
