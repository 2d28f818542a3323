"""Leave to send, from an account whose limits all senders share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.errors import MailError

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.delivery.clock import Clock
    from newsletter.model import Limits
    from newsletter.store.quotas import Quotas


class Permits:
    """Asks the shared account before mails are claimed. Without limits everything is granted."""

    def __init__(self, quotas: Quotas, account: str, limits: Limits | None, clock: Clock) -> None:
        self._quotas, self._account, self._limits, self._clock = quotas, account, limits, clock
        self._taken_at = clock.now()
        self.next_at: datetime | None = None

    @property
    def are_limited(self) -> bool:
        """Whether there is anything to ask for."""
        return self._limits is not None

    def take(self, wanted: int) -> int:
        """Get leave for up to `wanted` mails; for none, `next_at` says when there is some again.

        Raises `MailError` if there never will be.
        """
        if self._limits is None:
            return wanted
        at = self._clock.now()
        grant = self._quotas.take(self._account, self._limits, wanted, at=at)
        self.next_at = None if grant.granted else grant.next_at
        if not grant.granted and grant.next_at is None:
            raise MailError("the limits of the account let no mail through at all", hint="raise the limits")
        self._taken_at = at if grant.granted else self._taken_at
        return grant.granted

    def give_back(self, count: int) -> None:
        """Return what no mail was sent for."""
        if self._limits is not None and count > 0:
            self._quotas.give_back(self._account, count, at=self._taken_at)
