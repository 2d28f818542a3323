"""How a person stops a send."""

from __future__ import annotations


class StopRequest:
    """Asked once, a run ends what it has begun; asked twice, it records what is known and goes.

    `is_asked`: nothing new shall be begun. `is_urgent`: replies shall not be waited for. A signal handler may
    ask: nothing here waits for a lock. Whoever works looks every now and then.
    """

    __slots__ = ("is_asked", "is_urgent")

    def __init__(self) -> None:
        self.is_asked = self.is_urgent = False

    def ask(self) -> None:
        """Ask to stop, or to hurry."""
        self.is_asked, self.is_urgent = True, self.is_asked
