"""Mail after mail over SMTP, on one connection at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.backends.smtp_carrier import Carrier
from newsletter.backends.smtp_dialogue import Dialogue, GoodByeError
from newsletter.backends.smtp_intake import Intake
from newsletter.backends.smtp_wire import HalfWrittenError, HungUpError, WireError
from newsletter.errors import MailError
from newsletter.model import Settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.backends.smtp_options import SmtpOptions
    from newsletter.model import OutgoingMail
    from newsletter.ports import BeforeCommit


class SmtpSession:
    """Sends over one connection at a time.

    Only replies to RCPT, DATA and the end of a message are charged to a recipient. Who is refused at MAIL is
    put off, and a `MailError` follows: at once for a 5xx, after the second in a row for a 4xx. A connection
    that is lost on the way puts its mails off, or leaves in doubt what may have arrived whole. It is replaced
    once; a second time only if the server settled a mail in between.
    """

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options
        self._is_careful = False
        self._dialogue: Dialogue | None = self._connect()
        self._may_replace = True
        self._is_closed = False

    def send(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /) -> Iterator[Settled]:
        """Send them; up to `pipeline_depth` mails are in flight at once, and one more is taken."""
        return (step for step in self.steps(mails, before_commit) if isinstance(step, Settled))

    def steps(
        self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /
    ) -> Iterator[Settled | float]:
        """Send them likewise, and tell of every wait for an answer before it begins. Only what a server says
        in the midst of an answer, or while a connection is made, is waited for without a word."""
        intake = Intake(mails, before_commit)
        try:
            while intake.has_more():
                yield from self._serve(self._connected(), intake)
        finally:
            if self._dialogue and self._dialogue.in_flight:
                self._drop()
        if intake.failure:
            raise intake.failure

    def fileno(self) -> int:
        """Give what becomes readable when there is an answer; -1 while there is no connection."""
        return self._dialogue.number if self._dialogue else -1

    def close(self) -> None:
        """Say QUIT, wait briefly for the answer, hang up."""
        self._is_closed = True
        self._quit()

    def _serve(self, dialogue: Dialogue, intake: Intake) -> Iterator[Settled | float]:
        carrier = Carrier(self._options, dialogue, intake)
        try:
            yield from carrier.run()
        except WireError as lost:
            # who is silent, or talks nonsense, may not be able to listen to several commands at once
            self._is_careful = self._is_careful or not isinstance(
                lost, HungUpError | HalfWrittenError | GoodByeError
            )
            yield from carrier.settle_lost(lost)
        self._may_replace = self._may_replace or dialogue.has_served
        if not dialogue.is_open:
            self._drop()

    def _connected(self) -> Dialogue:
        """Give a connection that may take one more mail."""
        if self._is_closed:
            raise MailError("the session is closed")
        if self._dialogue and not self._dialogue.has_room:
            self._quit()
        elif self._dialogue and self._dialogue.is_idle():
            return self._dialogue
        elif not self._may_replace:
            raise MailError(
                f"the mail server {self._options.host} lost the connection twice in a row",
                hint="what was not sent can be sent later",
            )
        else:
            self._drop()
            self._may_replace = False
        self._dialogue = self._connect()
        return self._dialogue

    def _connect(self) -> Dialogue:
        return Dialogue(self._options, is_plain=self._is_careful)

    def _quit(self) -> None:
        if self._dialogue:
            self._dialogue.quit()
        self._dialogue = None

    def _drop(self) -> None:
        if self._dialogue:
            self._dialogue.drop()
        self._dialogue = None
