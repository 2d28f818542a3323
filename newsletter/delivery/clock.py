"""Time, as the send loop knows it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_SLICE_SECONDS = 0.1


class Clock(Protocol):
    """Tells the time and lets it pass; used by several threads."""

    def now(self) -> datetime:
        """Give the moment in UTC, for what is written down. It may jump."""
        ...

    def monotonic(self) -> float:
        """Give seconds that only grow, for how long something takes."""
        ...

    def pause(self, seconds: float, is_over: Callable[[], bool], /) -> None:
        """Let so many seconds pass, or fewer: return soon after `is_over` says so."""
        ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """Read the clock."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Read the other one."""
        return time.monotonic()

    def pause(self, seconds: float, is_over: Callable[[], bool], /) -> None:
        """Sleep in slices."""
        end = time.monotonic() + seconds
        while not is_over() and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_SECONDS))
