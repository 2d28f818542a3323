"""One mail over SMTP: its commands, and what the answers to them mean for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from newsletter.backends.smtp_replies import CLOSING, GO_AHEAD, Kind, Reply, outcome_of, put_off
from newsletter.backends.smtp_usual import accepted
from newsletter.backends.smtp_wire import WireError
from newsletter.errors import MailError
from newsletter.mailing import wire_form
from newsletter.mailing.addresses import masked
from newsletter.model import Accepted, Deferred, InDoubt, Outcome, OutgoingMail, Refused

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from newsletter.backends.smtp_setup import Features

_BAD_SEQUENCE = 503
# "END" is what follows the content: the final dot, or the last chunk (BDAT n LAST, RFC 3030).
Verb = Literal["RSET", "MAIL", "RCPT", "DATA", "END"]
# What comes before a chunk, and before content that ends with a dot.
ADDRESSED: tuple[Verb, ...] = ("MAIL", "RCPT")
GRANTED: tuple[Verb, ...] = (*ADDRESSED, "DATA")


class Transaction:
    """What the server has said to one mail so far.

    `due`: the commands that are not answered yet. `outcome` is None while it is open. `is_committed`: all of
    it may have arrived at the server, or will have when what is being written is written. `is_for_somebody`:
    the recipient was taken. `is_granted`: DATA was. `sender_refusal`: the answer to MAIL, if that was no.
    """

    __slots__ = (
        "due",
        "is_committed",
        "is_for_somebody",
        "is_granted",
        "mail",
        "outcome",
        "sender_refusal",
    )

    def __init__(self, mail: OutgoingMail) -> None:
        self.mail = mail
        self.due: tuple[Verb, ...] = ()
        self.outcome: Outcome | None = None
        self.is_committed = False
        self.is_granted = False
        self.sender_refusal: Reply | None = None
        self.is_for_somebody = False

    def hear(self, verb: Verb, reply: Reply) -> None:
        """Take one answer, in the order of the commands. Raises `WireError` for one that makes no sense."""
        if reply.code == CLOSING:
            self.outcome = self.outcome or put_off(reply)
            return
        match verb:
            case "END":
                self._hear_of_end(reply)
            case "MAIL":
                self._hear_of_sender(reply)
            case "RCPT":
                self.is_for_somebody = reply.is_positive
                self._charge(reply, about="recipient")
            case "DATA" if reply.code == GO_AHEAD:
                self.is_granted = True
            case "DATA":
                self._refuse_content(reply)
            case "RSET" if not reply.is_positive:
                raise WireError(f"the server cannot forget a mail: {reply.text}")

    def hear_usual(self, usual: re.Match[bytes]) -> None:
        """Take the answers to all that is due when all is well (see `usual_replies`)."""
        due, self.due = self.due, ()
        if "RCPT" in due:
            self.is_for_somebody = True
        if "DATA" in due:
            self.is_granted = True
        if usual.lastindex:
            self.outcome = accepted(usual[1])

    def outcome_of_loss(self, lost: WireError, *, good_bye: Reply | None) -> Outcome:
        """Judge a mail whose connection is gone.

        Who says good-bye (421) and hangs up has done nothing with later commands (RFC 5321, 3.8 and 4.2.1).
        """
        if self.outcome:
            return self.outcome
        if good_bye:
            return put_off(good_bye, cause="connection")
        if self.is_committed:
            return InDoubt(reason=f"{lost.message} after the end of the message")
        return Deferred(reason=lost.message, cause="connection")

    def _hear_of_sender(self, reply: Reply) -> None:
        """A sender who is not taken would be nobody's fault here: the mail is put off, whatever the class."""
        if reply.is_positive:
            return
        if reply.code // 100 not in (4, 5):
            raise WireError(f"the server answered {reply.text} out of turn")
        self.sender_refusal = reply
        self.outcome = put_off(reply, cause="sender")

    def _hear_of_end(self, reply: Reply) -> None:
        if not self.is_committed and reply.is_positive:
            return  # a lone dot, or a "yes" to what it cannot have read to the end
        outcome = outcome_of(reply, about="message")
        if outcome is None:
            raise WireError(f"the server answered {reply.text}")
        if self.outcome is None or (isinstance(outcome, Accepted) and self.is_for_somebody):
            self.outcome = outcome

    def _refuse_content(self, reply: Reply) -> None:
        if reply.is_positive:
            raise WireError(f"the server answered {reply.text} out of turn")
        self._charge(reply, about="message")

    def _charge(self, reply: Reply, *, about: Kind) -> None:
        if reply.is_positive:
            return
        outcome = outcome_of(reply, about=about)
        if outcome is None:
            raise WireError(f"the server answered {reply.text} out of turn")
        self.outcome = self.outcome or outcome


def is_out_of_step(transaction: Transaction, verb: Verb, reply: Reply) -> bool:
    """Tell an answer that belongs to another command of a pipeline.

    Nothing came in the wrong sequence (503) that was not refused before, and the end of a message is not
    answered with the status of an address (2.1.x, RFC 3463).
    """
    if reply.code == _BAD_SEQUENCE:
        return transaction.outcome is None
    return verb == "END" and reply.status.startswith("2.1.")


def envelope(mail: OutgoingMail) -> bytes:
    """Write MAIL and RCPT."""
    parameters = "" if mail.is_wire_ready or mail.message.isascii() else " BODY=8BITMIME"
    if not (mail.sender.isascii() and mail.recipient.isascii()):
        parameters += " SMTPUTF8"
    return f"MAIL FROM:<{mail.sender}>{parameters}\r\nRCPT TO:<{mail.recipient}>\r\n".encode()


def openings(mail: OutgoingMail, *, at_once: bool, data: bool) -> Iterator[tuple[bytes, tuple[Verb, ...]]]:
    """Give the commands before a content, with `data` DATA too: `at_once` (RFC 2920) or one by one."""
    verbs = GRANTED if data else ADDRESSED
    commands = envelope(mail) + b"DATA\r\n" * data
    if at_once:
        yield commands, verbs
        return
    for verb, command in zip(verbs, commands.splitlines(keepends=True), strict=True):
        yield command, (verb,)


def stuffed(mail: OutgoingMail) -> tuple[bytes, ...]:
    """Double each dot at the start of a line, or the server would take it for the end (RFC 5321, 4.5.2)."""
    if mail.is_wire_ready:
        return mail.pieces
    message = mail.message
    if message.startswith(b"."):
        message = b"." + message
    return (message.replace(b"\r\n.", b"\r\n.."),)


def refusal_before_sending(mail: OutgoingMail, features: Features) -> Refused | None:
    """Say what this server can never take, before it hears of it. Raises `MailError` for a wrong sender."""
    if not wire_form.is_plain_address(mail.sender) or not (
        mail.sender.isascii() or features.offers("SMTPUTF8")
    ):
        raise MailError(f"the sender {masked(mail.sender)} is not an address that this mail server can take")
    if not wire_form.is_plain_address(mail.recipient):
        return Refused(kind="recipient", reason="not a plain address")
    if not mail.recipient.isascii() and not features.offers("SMTPUTF8"):
        return Refused(kind="recipient", reason="the mail server takes no address beyond ASCII (SMTPUTF8)")
    if features.max_size and mail.size > features.max_size:
        return Refused(
            kind="message",
            reason=f"larger than the {features.max_size:,} octets the server takes",
            cause="too-large",
        )
    return None if mail.is_wire_ready else _refusal_of_content(mail.message, features)


def _refusal_of_content(message: bytes, features: Features) -> Refused | None:
    fault = wire_form.fault(message)
    if fault:
        return Refused(kind="message", reason=f"the message has {fault}")
    if not message.isascii() and not features.offers("8BITMIME"):
        return Refused(kind="message", reason="the mail server takes no message beyond ASCII (8BITMIME)")
    return None
