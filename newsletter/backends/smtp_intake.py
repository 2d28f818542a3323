"""Where a session gets its mails from, and why that comes to an end."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.model import DeliveryId, OutgoingMail
    from newsletter.ports import BeforeCommit


class Intake:
    """The iterable and `before_commit` of one `send`.

    Once either of them raises, or `stop` is called, no more mail comes; `failure` is to be raised when what
    is on its way is settled.
    """

    def __init__(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit) -> None:
        self._mails = iter(mails)
        self._before_commit = before_commit
        self._held: deque[OutgoingMail] = deque()
        self._is_over = False
        self.failure: Exception | None = None
        # how many senders in a row were put off
        self.put_offs = 0

    def has_more(self) -> bool:
        """Wait for a mail; False when none will come."""
        while not self._held and not self._is_over:
            mail = self.take()
            if mail:
                self._held.append(mail)
        return bool(self._held)

    def take(self) -> OutgoingMail | None:
        """Give the next mail; None when there is none right now, or ever."""
        if self._held:
            return self._held.popleft()
        if self._is_over:
            return None
        try:
            return next(self._mails)
        except StopIteration:
            self._is_over = True
        except Exception as error:  # noqa: BLE001 - raised again when what was taken is settled
            self.stop(error)
        return None

    def give_back(self, mail: OutgoingMail) -> None:
        """Have a mail that was never committed be taken again, after those given back before."""
        if self.failure is None:
            self._held.append(mail)

    def commit(self, delivery: DeliveryId) -> bool:
        """Record that a mail may be accepted from now on; False: it could not be, nothing of it may go."""
        try:
            self._before_commit(delivery)
        except Exception as error:  # noqa: BLE001 - raised again when what was committed is settled
            self.stop(error)
            return False
        return True

    def stop(self, failure: Exception) -> None:
        """Take no more, for this reason; the first one counts."""
        self._is_over = True
        self._held.clear()
        self.failure = self.failure or failure
