"""Mail after mail over SMTP, on one connection at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.backends.smtp_carrier import Carrier
from newsletter.backends.smtp_dialogue import Dialogue, GoodByeError
from newsletter.backends.smtp_intake import Intake
from newsletter.backends.smtp_wire import HalfWrittenError, HungUpError, WireError
from newsletter.errors import MailError
from newsletter.model import Settled
from newsletter.ports import NO_WAIT, Withheld

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from newsletter.backends.smtp_options import SmtpOptions
    from newsletter.model import OutgoingMail
    from newsletter.ports import BeforeCommit, Wait


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
        intake = Intake(mails, before_commit)
        try:
            while intake.has_more():
                self.connect()
                yield from filter(None, self._serve(intake, waits=True))
        finally:
            self._leave()
        if intake.failure:
            raise intake.failure

    def steps(
        self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /
    ) -> Generator[Settled | None]:
        """Send them likewise over the connection there is."""
        intake = Intake(mails, before_commit)
        try:
            if intake.has_more() and self._is_ready():
                yield from self._serve(intake, waits=False)
        finally:
            self._leave()
        if intake.failure:
            raise intake.failure

    def flush(self) -> Wait:
        """Write as much as there is room for."""
        return self._dialogue.flush() if self._dialogue else NO_WAIT

    @property
    def is_connected(self) -> bool:
        """Whether the connection takes one more mail, as far as we know."""
        return self._dialogue is not None and self._dialogue.is_open and self._dialogue.has_room

    def connect(self) -> None:
        """See that there is a connection that takes one more mail. Raises `MailError`."""
        if self._is_closed:
            raise MailError("the session is closed")
        if self._dialogue and not self._dialogue.has_room:
            self._quit()
        elif self._is_ready():
            return
        elif not self._may_replace:
            raise MailError(
                f"the mail server {self._options.host} lost the connection twice in a row",
                hint="what was not sent can be sent later",
            )
        else:
            self._may_replace = False
        self._dialogue = self._connect()

    def close(self) -> None:
        """Say QUIT, wait briefly for the answer, hang up."""
        self._is_closed = True
        self._quit()

    def _is_ready(self) -> bool:
        """Whether there is a connection with room whose other end is there; what is of no use is dropped."""
        if not self.is_connected:
            return False
        if self._dialogue and not self._dialogue.is_idle():
            self._drop()
        return self._dialogue is not None

    def _serve(self, intake: Intake, *, waits: bool) -> Iterator[Settled | None]:
        dialogue = self._dialogue
        if dialogue is None:
            return
        carrier = Carrier(self._options, dialogue, intake, waits=waits)
        try:
            yield from carrier.run()
        except (WireError, Withheld) as end:
            lost = end if isinstance(end, WireError) else HalfWrittenError("we ended the connection", gone=0)
            # who is silent, or talks nonsense, may not be able to listen to several commands at once
            self._is_careful = self._is_careful or not isinstance(
                lost, HungUpError | HalfWrittenError | GoodByeError
            )
            yield from carrier.settle_lost(lost)
        self._may_replace = self._may_replace or dialogue.has_served
        if not dialogue.is_open:
            self._drop()

    def _leave(self) -> None:
        """Hang up if somebody stopped listening in the midst of a mail: it would end there."""
        if self._dialogue and self._dialogue.in_flight:
            self._drop()

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
