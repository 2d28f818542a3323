"""Who sends: rows of the table `senders`, and the clock their leases run by."""

from __future__ import annotations

from typing import Protocol


class LeaseClock(Protocol):
    """A clock that nobody sets, for how long a claim holds."""

    @property
    def boot(self) -> str:
        """Name what its seconds are counted from; another name means that the machine was started anew."""
        ...

    def now(self) -> float:
        """Give seconds that only grow, also while the machine sleeps."""
        ...
