"""Leave to send, from an account whose limits all senders share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.delivery.clock import Clock
    from newsletter.model import Limits
    from newsletter.store.quotas import Quotas


class Permits:
    """Asks the shared account before mails are claimed. Without limits everything is granted."""

    def __init__(self, quotas: Quotas, account: str, limits: Limits | None, clock: Clock) -> None:
        self._quotas, self._account, self._limits, self._clock = quotas, account, limits, clock
        self.next_at: datetime | None = None

    def take(self, wanted: int) -> int:
        """Get leave for up to `wanted` mails; for none, `next_at` says when there is some again."""
        if self._limits is None:
            return wanted
        grant = self._quotas.take(self._account, self._limits, wanted, at=self._clock.now())
        self.next_at = None if grant.granted else grant.next_at
        return grant.granted

    def give_back(self, count: int) -> None:
        """Return what no mail was sent for."""
        if self._limits is not None and count > 0:
            self._quotas.give_back(self._account, count, at=self._clock.now())
