"""A mail system in memory: the fake for tests, ours and those of plug-in authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.config.plugin import PluginOptions
from newsletter.errors import MailError
from newsletter.model import Accepted, Outcome, OutgoingMail, Refused, Settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.ports import BeforeCommit


class MemoryBackend:
    """Keeps what it accepts in `delivered`, over all its sessions; passes the contract of real backends."""

    class Options(PluginOptions):
        """Mailboxes that it says do not exist, and whether it can be reached."""

        unknown: tuple[str, ...] = ()
        is_down: bool = False

    def __init__(self, options: Options | None = None) -> None:
        self._options = options or self.Options()
        self.delivered: list[OutgoingMail] = []

    @property
    def reaches_people(self) -> bool:
        """Memory is not people."""
        return False

    def open(self) -> MemorySession:
        """Open a session, unless it was told to be down."""
        if self._options.is_down:
            raise MailError("the mail system in memory is down, as it was told to be")
        return MemorySession(self.delivered, frozenset(self._options.unknown))


class MemorySession:
    """Appends to one list."""

    def __init__(self, delivered: list[OutgoingMail], unknown: frozenset[str]) -> None:
        self._delivered = delivered
        self._unknown = unknown

    def send(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /) -> Iterator[Settled]:
        """Accept each mail but those to unknown mailboxes."""
        for mail in filter(None, mails):
            yield Settled(delivery=mail.delivery, outcome=self._settle(mail, before_commit))

    def close(self) -> None:
        """Nothing is held open."""

    def _settle(self, mail: OutgoingMail, before_commit: BeforeCommit) -> Outcome:
        if mail.recipient in self._unknown:
            return Refused(kind="recipient", reason="550 5.1.1 no such mailbox")
        before_commit(mail.delivery)
        self._delivered.append(mail)
        return Accepted(reply="250 kept")
