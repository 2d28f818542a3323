"""Leave to send, from an account whose limits all senders share."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from newsletter.errors import MailError

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.delivery.clock import Clock
    from newsletter.model import Limits
    from newsletter.store.quotas import Quotas


class Permits:
    """Asks the shared account before mails are claimed. Without limits everything is granted.

    Leave counts from when it was taken, and the mail goes later: where that takes as long as opening a
    connection does, two seconds' worth of mail could go in one. So what was used is dated anew once it is
    known to have gone.
    """

    def __init__(self, quotas: Quotas, account: str, limits: Limits | None, clock: Clock) -> None:
        self._quotas, self._account, self._limits, self._clock = quotas, account, limits, clock
        self._open: deque[tuple[datetime, int]] = deque()  # leave that is not known to be used, oldest first
        self._used = 0
        self.next_at: datetime | None = None

    @property
    def are_limited(self) -> bool:
        """Whether there is anything to ask for."""
        return self._limits is not None

    def take(self, wanted: int, used: int) -> int:
        """Get leave for up to `wanted` mails; for none, `next_at` says when there is some again. So many were
        `used` up to now, of all that were granted.

        Raises `MailError` if there never will be.
        """
        if self._limits is None:
            return wanted
        at = self._clock.now()
        self._date_anew(used - self._used, at)
        self._used = used
        grant = self._quotas.take(self._account, self._limits, wanted, at=at)
        self.next_at = None if grant.granted else grant.next_at
        if not grant.granted and grant.next_at is None:
            raise MailError("the limits of the account let no mail through at all", hint="raise the limits")
        if grant.granted:
            self._open.append((at, grant.granted))
        return grant.granted

    def give_back(self, count: int) -> None:
        """Return what no mail was sent for."""
        while self._open and count > 0:
            taken_at, granted = self._open.pop()
            back = min(count, granted)
            if granted > back:
                self._open.append((taken_at, granted - back))
            self._quotas.give_back(self._account, back, at=taken_at)
            count -= back

    def _date_anew(self, count: int, at: datetime) -> None:
        while self._open and self._limits and count > 0:
            taken_at, granted = self._open.popleft()
            gone = min(count, granted)
            if granted > gone:
                self._open.appendleft((taken_at, granted - gone))
            self._quotas.date_anew(self._account, self._limits, gone, since=taken_at, at=at)
            count -= gone
