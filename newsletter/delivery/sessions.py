"""Which connections are up, and what it means when one fails."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.delivery.clock import Clock

_FIRST_SECONDS, _LONGEST_SECONDS = 1.0, 30.0
_BROKEN_PER_CONNECTION = 3


class Sessions:
    """Decides, for all workers, whether to try again after a session could not be opened or broke.

    While other sessions work, one that fails means fewer connections. When none is up the mail system is
    gone: at once if it never took a mail in this run (a wrong password is tried once, not once per
    connection), else after `outage_seconds`.
    """

    def __init__(
        self, *, connections: int, outage_seconds: float, accepted: Callable[[], int], clock: Clock
    ) -> None:
        self._limit = _BROKEN_PER_CONNECTION * connections + 2
        self._outage_seconds = outage_seconds
        self._accepted = accepted
        self._clock = clock
        self._lock = threading.Lock()
        self._up = 0
        self._broken = 0
        self._accepted_then = 0
        self._failing_since: float | None = None
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
