"""What one sender holds of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from newsletter.store.ledger_values import Claimed, IssueId, SenderId, Verdict


class SenderHold:
    """One sender's claims. Threads may share it; `flush` is called by one of them."""

    id: SenderId

    def claim(self, issue: IssueId, limit: int, *, at: datetime) -> Claimed:
        """Take deliveries that are due, of people who are still active. Raises `LeaseLost`."""
        raise NotImplementedError

    def intend(self, delivery: int) -> None:
        """Record that a delivery is about to be sent, before the byte that may let the server accept it.

        If this raises, that byte must not be sent: `Halted`, `LeaseLost`, or another `StoreError` because
        it cannot be recorded.
        """
        raise NotImplementedError

    def note(self, delivery: int, verdict: Verdict) -> None:
        """Record what became of a delivery; never raises for a disk that is full, but then nothing more can
        be intended."""
        raise NotImplementedError

    def flush(self, *, at: datetime) -> int:
        """Bring what was noted into the rows, in one transaction; say how many. What cannot be written now
        is kept for the next time. Raises `StoreError`."""
        raise NotImplementedError

    def give_back(
        self, deliveries: Collection[int], *, not_before: datetime | None = None, at: datetime
    ) -> None:
        """Return claims that no server can have accepted; this counts as no attempt."""
        raise NotImplementedError

    def renew(self, *, at: datetime) -> None:
        """Keep the claims for another lease, and learn which issues were halted. Raises `LeaseLost`."""
        raise NotImplementedError

    def is_halted(self, issue: IssueId) -> bool:
        """Whether the issue was halted when the database was last asked."""
        raise NotImplementedError
