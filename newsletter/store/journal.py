"""What a sender writes down between two looks at its rows, so that its death leaves no doubt but about the
mails that were under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.store.ledger_values import Verdict
    from newsletter.store.moves import Hold

# Deliveries by their fence: nearly always one for all of them.
Holdings = Mapping[int, Sequence[int]]


class Journal(Protocol):
    """One sender's. Threads share it; `flush` is called by one of them.

    Two promises. When `intend` has returned, whoever comes after this process finds the intent. And what was
    noted before an `intend` is found as well: so no more is ever in doubt than is under way.
    """

    def intend(self, delivery: int, fence: int, /) -> None:
        """Write down that a delivery is about to be sent. Raises `StoreError` if that cannot be found later,
        `LeaseLost` or `Halted` if it must not be sent."""
        ...

    def note(self, delivery: int, fence: int, verdict: Verdict, at: datetime, /) -> None:
        """Keep an outcome; a disk that is full is told by the next `intend`."""
        ...

    def record(self, noted: Holdings, verdict: Verdict, at: datetime, intended: Holdings, /) -> None:
        """Do `note`, with the same verdict, and then `intend` for many at once."""
        ...

    def forget(self, holds: Sequence[Hold], /) -> None:
        """Take back intents of what no server can have accepted."""
        ...

    def flush(self, *, at: datetime) -> int:
        """Bring what was noted into the rows, and say how many. Raises `StoreError`; then it is kept."""
        ...

    def extend(self, deadline: float, /) -> None:
        """Learn that the lease was renewed until then."""
        ...

    def finish(self, connection: Connection, /) -> None:
        """Bring everything into the rows, intents too, before the sender ends; from here on, `intend` raises
        `LeaseLost`."""
        ...

    def close(self, *, is_finished: bool) -> None:
        """Stop, and let the lock go that says we are alive; nothing is left behind that is in the rows."""
        ...
