"""How a person stops a send."""

from __future__ import annotations


class StopRequest:
    """Asked once, a run ends what it has begun; asked twice, it records what is known and goes.

    A signal handler may ask: nothing here waits for a lock. Whoever works looks every now and then.
    """

    __slots__ = ("_times",)

    def __init__(self) -> None:
        self._times = 0

    def ask(self) -> None:
        """Ask to stop, or to hurry."""
        self._times += 1

    @property
    def is_asked(self) -> bool:
        """Whether nothing new shall be begun."""
        return self._times > 0

    @property
    def is_urgent(self) -> bool:
        """Whether replies shall not be waited for."""
        return self._times > 1
