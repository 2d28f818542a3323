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
    """Asks the shared account before mails are claimed. Without limits everything is granted.

    Leave that is taken is used later, perhaps much later: where connections take long to open, several
    windows' worth of mail could go in one. So leave counts from the last time that it was not known to be
    used.
    """

    def __init__(self, quotas: Quotas, account: str, limits: Limits | None, clock: Clock) -> None:
        self._quotas, self._account, self._limits, self._clock = quotas, account, limits, clock
        self._dated = clock.now()
        self._open = self._used = 0
        self.next_at: datetime | None = None

    @property
    def are_limited(self) -> bool:
        """Whether there is anything to ask for."""
        return self._limits is not None

    def take(self, wanted: int, used: int) -> int:
        """Get leave for up to `wanted` mails; for none, `next_at` says when there is some again. `used` is as
        for `settle`.

        Raises `MailError` if there never will be.
        """
        if self._limits is None:
            return wanted
        self.settle(used)
        grant = self._quotas.take(self._account, self._limits, wanted, at=self._dated)
        self.next_at = None if grant.granted else grant.next_at
        if not grant.granted and grant.next_at is None:
            raise MailError("the limits of the account let no mail through at all", hint="raise the limits")
        self._open += grant.granted
        return grant.granted

    def settle(self, used: int) -> None:
        """Date what was granted by now: of all of it, so much was `used` since the run began, no later than
        now, and the rest goes later."""
        if self._limits is None:
            return
        at = self._clock.now()
        if self._open:
            self._quotas.date_anew(self._account, self._open, since=self._dated, at=at)
        self._open -= used - self._used
        self._used, self._dated = used, at

    def give_back(self, count: int) -> None:
        """Return what no mail was sent for."""
        if self._limits is not None and count > 0:
            self._quotas.give_back(self._account, count, at=self._dated)
            self._open -= count
