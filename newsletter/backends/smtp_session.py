"""Mail after mail over SMTP, and what became of each."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from newsletter.backends.smtp_replies import CLOSING, GO_AHEAD, Kind, Reply, outcome_of
from newsletter.backends.smtp_setup import Features, set_up
from newsletter.backends.smtp_wire import Deadline, Wire, WireError
from newsletter.errors import MailError
from newsletter.mailing import wire_form
from newsletter.mailing.addresses import masked
from newsletter.model import Deferred, InDoubt, Outcome, OutgoingMail, Refused, Settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.backends.smtp_options import SmtpOptions
    from newsletter.ports import BeforeCommit

_QUIT_SECONDS = 5.0


class SmtpSession:
    """Sends over one connection at a time.

    Only replies to RCPT, DATA and the end of a message are charged to a recipient; a refusal before that
    would meet everybody and is a `MailError`. A connection that is lost on the way puts its mail off and is
    replaced once; a second time only if a mail was settled by the server in between.
    """

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options
        self._wire: Wire | None
        self._wire, self._features = set_up(options)
        self._mails_on_wire = 0
        self._may_replace = True
        self._is_closed = False

    def send(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /) -> Iterator[Settled]:
        """Send one by one; each mail is asked for when the one before is settled."""
        for mail in filter(None, mails):
            yield Settled(delivery=mail.delivery, outcome=self._settle(mail, before_commit))

    def close(self) -> None:
        """Say QUIT, wait briefly for the answer, hang up."""
        self._is_closed = True
        self._quit()

    def _settle(self, mail: OutgoingMail, before_commit: BeforeCommit) -> Outcome:
        wire, features = self._connected()
        refusal = _refusal_before_sending(mail, features)
        if refusal:
            return refusal
        self._mails_on_wire += 1
        transaction = _Transaction(self._options, wire, mail)
        try:
            outcome = transaction.run(before_commit)
        except WireError as lost:
            self._drop()
            if transaction.is_committed:
                return InDoubt(reason=f"{lost.message} after the end of the message")
            return Deferred(reason=lost.message)
        except BaseException:
            # an open transaction: hanging up is the one way to be sure that the server forgets it
            self._drop()
            raise
        if transaction.is_over:
            self._drop()
        else:
            self._may_replace = True
        return outcome

    def _connected(self) -> tuple[Wire, Features]:
        """Give a connection that may take one more mail."""
        if self._is_closed:
            raise MailError("the session is closed")
        if self._wire and self._mails_on_wire >= self._options.max_messages_per_connection:
            self._quit()
        elif self._wire is None and not self._may_replace:
            raise MailError(
                f"the mail server {self._options.host} lost the connection twice in a row",
                hint="what was not sent can be sent later",
            )
        elif self._wire is None:
            self._may_replace = False
        if self._wire is None:
            self._wire, self._features = set_up(self._options)
            self._mails_on_wire = 0
        return self._wire, self._features

    def _quit(self) -> None:
        if self._wire is None:
            return
        deadline = Deadline(min(_QUIT_SECONDS, self._options.command_seconds))
        with contextlib.suppress(WireError):
            self._wire.write(b"QUIT\r\n", deadline)
            self._wire.read_reply(deadline)
        self._drop()

    def _drop(self) -> None:
        if self._wire:
            self._wire.close()
        self._wire = None


class _Transaction:
    """MAIL, RCPT, DATA and the content of one mail.

    `is_committed`: the byte that lets the server accept may be on its way. `is_over`: the server closes.
    """

    def __init__(self, options: SmtpOptions, wire: Wire, mail: OutgoingMail) -> None:
        self._options = options
        self._wire = wire
        self._mail = mail
        self.is_committed = False
        self.is_over = False

    def run(self, before_commit: BeforeCommit) -> Outcome:
        self._begin()
        recipient = self._ask(f"RCPT TO:<{self._mail.recipient}>")
        if not recipient.is_positive:
            return self._rejected(recipient, about="recipient")
        data = self._ask("DATA")
        if data.code != GO_AHEAD:
            return self._rejected(data, about="message")
        return self._end(before_commit)

    def _begin(self) -> None:
        parameters = " BODY=8BITMIME" if not self._mail.message.isascii() else ""
        parameters += " SMTPUTF8" if _needs_utf8(self._mail) else ""
        reply = self._ask(f"MAIL FROM:<{self._mail.sender}>{parameters}")
        if not reply.is_positive:
            raise MailError(
                f"{self._options.host} takes no mail from {masked(self._mail.sender)}: {reply.text}",
                hint="ask who runs it whether you may send from this address",
            )

    def _end(self, before_commit: BeforeCommit) -> Outcome:
        self._wire.write(_stuffed(self._mail.message), Deadline(self._options.data_seconds))
        self._wire.require_silence()
        before_commit(self._mail.delivery)
        self.is_committed = True
        deadline = Deadline(self._options.data_seconds)
        self._wire.write(b".\r\n", deadline)
        reply = self._wire.read_reply(deadline)
        self.is_over = reply.code == CLOSING
        outcome = outcome_of(reply, about="message")
        if outcome is None:
            raise WireError(f"the server answered {reply.text}")
        return outcome

    def _rejected(self, reply: Reply, *, about: Kind) -> Outcome:
        outcome = outcome_of(reply, about=about)
        if outcome is None or reply.is_positive:
            raise WireError(f"the server answered {reply.text} out of turn")
        try:
            self.is_over = not self._ask("RSET").is_positive
        except WireError:
            # the mail is settled; the next one gets a new connection
            self.is_over = True
        return outcome

    def _ask(self, command: str) -> Reply:
        deadline = Deadline(self._options.command_seconds)
        self._wire.write(f"{command}\r\n".encode(), deadline)
        reply = self._wire.read_reply(deadline)
        if reply.code == CLOSING:
            raise WireError(reply.text)
        return reply


def _refusal_before_sending(mail: OutgoingMail, features: Features) -> Refused | None:
    """Say what this server can never take, before it hears of it. Raises `MailError` for a wrong sender."""
    if not wire_form.is_plain_address(mail.sender) or not (
        mail.sender.isascii() or features.offers("SMTPUTF8")
    ):
        raise MailError(f"the sender {masked(mail.sender)} is not an address that this mail server can take")
    if not wire_form.is_plain_address(mail.recipient):
        return Refused(kind="recipient", reason="not a plain address")
    if _needs_utf8(mail) and not features.offers("SMTPUTF8"):
        return Refused(kind="recipient", reason="the mail server takes no address beyond ASCII (SMTPUTF8)")
    fault = wire_form.fault(mail.message)
    if fault:
        return Refused(kind="message", reason=f"the message has {fault}")
    if not mail.message.isascii() and not features.offers("8BITMIME"):
        return Refused(kind="message", reason="the mail server takes no message beyond ASCII (8BITMIME)")
    if features.max_size and len(mail.message) > features.max_size:
        return Refused(
            kind="message", reason=f"larger than the {features.max_size:,} octets the server takes"
        )
    return None


def _needs_utf8(mail: OutgoingMail) -> bool:
    return not (mail.sender.isascii() and mail.recipient.isascii())


def _stuffed(message: bytes) -> bytes:
    """Double each dot at the start of a line, or the server would take it for the end (RFC 5321, 4.5.2)."""
    if message.startswith(b"."):
        message = b"." + message
    return message.replace(b"\r\n.", b"\r\n..")
