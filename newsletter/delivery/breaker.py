"""When refusals are about us and not about people: stop, before a whole audience is condemned."""

from __future__ import annotations

from collections import deque

_AT_ONCE = 3
_WINDOW = 10


class Breaker:
    """Opens when mails fail for a reason that is not their recipient's, about as often as others succeed.

    `record` takes how many mails were accepted so far in the run: the first three failures with none
    accepted, or `window` failures with fewer than that accepted between them, open it for good. Not safe to
    share without a lock.
    """

    def __init__(self, *, at_once: int = _AT_ONCE, window: int = _WINDOW) -> None:
        self._at_once = at_once
        self._accepted_at: deque[int] = deque(maxlen=window)
        self._window = window
        self.failures = 0
        self.is_open = False

    def record(self, accepted: int) -> bool:
        """Count one failure; true if the breaker is open now."""
        self.failures += 1
        self._accepted_at.append(accepted)
        if accepted == 0 and self.failures >= self._at_once:
            self.is_open = True
        if len(self._accepted_at) == self._window and accepted - self._accepted_at[0] < self._window:
            self.is_open = True
        return self.is_open

    def end(self, accepted: int) -> bool:
        """At the end: true if nothing but such failures came of it, however few they were."""
        if self.failures and accepted == 0:
            self.is_open = True
        return self.is_open
