"""What the threads of a run tell each other."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.delivery.stopping import StopRequest
    from newsletter.delivery.watching import Notice

# As many as a person may want to read at once.
_NOTICES = 20


class Signals:
    """Plain flags that a worker reads between two mails without a lock.

    `is_ending`: begin nothing new. `is_abandoned`: not another byte that could be accepted. `failure`: the
    first thing that went wrong for everybody. `is_halted`: the issue was halted. `is_lease_lost`: others took
    over what we had claimed, because this process stood still. `notices` are for the thread that may talk to
    whoever watches.
    """

    def __init__(self, stop: StopRequest) -> None:
        self.stop = stop
        self.is_ending = False
        self.is_abandoned = False
        self.is_halted = False
        self.is_lease_lost = False
        self.failure: BaseException | None = None
        self.notices: deque[Notice] = deque(maxlen=_NOTICES)
        self._lock = threading.Lock()

    def fail(self, error: BaseException) -> None:
        """End the run because of `error`, unless it ends already because of another."""
        with self._lock:
            self.failure = self.failure or error
        self.is_ending = True

    def lose_lease(self) -> None:
        """End this run; another may begin."""
        self.is_lease_lost = True
        self.is_ending = True

    def must_end(self) -> bool:
        """Tell whether there is a reason to begin nothing new."""
        return self.is_ending or self.stop.is_asked
