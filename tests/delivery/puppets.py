"""A mail system that does what a test says."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from newsletter.errors import MailError
from newsletter.model import Accepted, DeliveryId, Limits, Outcome, OutgoingMail, Settled

BeforeCommit = Callable[[DeliveryId], None]
Says = Callable[[OutgoingMail, int], Outcome]


def accept(mail: OutgoingMail, attempt: int) -> Outcome:
    del mail, attempt
    return Accepted(reply="250 kept", code="2.0.0")


@dataclass
class Puppet:
    """`says` decides about a mail and how often it was tried; it may raise `MailError`. `opens` is called
    with the number of the session before it opens. `limits` makes it a service that counts."""

    says: Says = accept
    opens: Callable[[int], None] = lambda _: None
    limits: Limits | None = None
    account: str = "puppet"
    connections: int = 2
    idempotency_header: str | None = None
    reaches_people: bool = False
    taken: list[str] = field(default_factory=list)
    sessions: int = 0
    closed: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._tries: Counter[str] = Counter()

    def open(self) -> PuppetSession:
        with self._lock:
            self.sessions += 1
            number = self.sessions
        self.opens(number)
        return PuppetSession(self)

    def tried(self, recipient: str) -> int:
        """How often a mail to them was tried."""
        return self._tries[recipient]

    def answer(self, mail: OutgoingMail, before_commit: BeforeCommit) -> Outcome:
        with self._lock:
            self._tries[mail.recipient] += 1
            attempt = self._tries[mail.recipient]
        before_commit(mail.delivery)
        outcome = self.says(mail, attempt)
        if isinstance(outcome, Accepted):
            self.taken.append(mail.recipient)
        return outcome


class PuppetSession:
    """One mail after the other."""

    def __init__(self, puppet: Puppet) -> None:
        self._puppet = puppet

    def send(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /) -> Iterator[Settled]:
        for mail in mails:
            if mail is not None:
                yield Settled(delivery=mail.delivery, outcome=self._puppet.answer(mail, before_commit))

    def close(self) -> None:
        self._puppet.closed += 1


def gone(*_: object) -> Outcome:
    """A mail system that is not there."""
    raise MailError("the mail server is gone")
