"""One connection to a mail server: what was asked, what was answered, and who is waiting for it."""

from __future__ import annotations

import contextlib
from collections import deque
from typing import TYPE_CHECKING

from newsletter.backends.smtp_outgoing import Outgoing
from newsletter.backends.smtp_replies import CLOSING, Reply
from newsletter.backends.smtp_setup import set_up
from newsletter.backends.smtp_transaction import (
    ADDRESSED,
    GRANTED,
    Transaction,
    Verb,
    envelope,
    is_out_of_step,
    stuffed,
)
from newsletter.backends.smtp_transport import choose
from newsletter.backends.smtp_usual import usual_replies
from newsletter.backends.smtp_wire import Deadline, HalfWrittenError, HungUpError, WireError
from newsletter.errors import MailError
from newsletter.model import Accepted, Settled
from newsletter.ports import Wait

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from newsletter.backends.smtp_options import SmtpOptions
    from newsletter.model import OutgoingMail

# With several in flight, the RSET behind each that is not taken counts as a command that brings no mail. Exim
# hangs up after ten of those (smtp_accept_max_nonmail).
_FRUITLESS = 10
# How long to wait for good-byes, and for answers from a server that has said its own.
_LAST_SECONDS = 5.0
_DOT = b".\r\n"
_END: tuple[Verb, ...] = ("END",)
_WHOLE: tuple[Verb, ...] = (*ADDRESSED, *_END)


class GoodByeError(WireError):
    """The server answered 421: it takes no more commands."""


class OutOfStepError(WireError):
    """The server does not answer in the order of the commands (RFC 2920, 3.2)."""


class Dialogue:
    """Transactions on one connection, in the order in which they were begun.

    What is said leaves when it is flushed or attended to; a mail that has become whole leaves when it is
    flushed, or when it is attended to by who waits. Every method that writes or listens raises
    `WireError` when the connection is of no more use.
    """

    def __init__(self, options: SmtpOptions, *, is_plain: bool = False) -> None:
        self._wire, self.features = set_up(options)
        try:
            self.transport = choose(options, self.features, is_plain=is_plain)
        except MailError:
            self._wire.close()
            raise
        self._outgoing = Outgoing(self._wire)
        # a mail became whole by what nobody has flushed yet: somebody may have to record it before
        self._is_unflushed = False
        self._write_until: Deadline | None = None
        self._answer_until = Deadline(options.command_seconds)
        self._failure: WireError | None = None
        self._number = self._wire.fileno()
        self._good_bye: Reply | None = None
        self._mails_left = options.max_messages_per_connection
        # as many as are in flight may turn out not to be taken when this is noticed
        self._fruitless_left = max(1, _FRUITLESS - self.transport.depth)
        self._command_seconds, self._data_seconds = options.command_seconds, options.data_seconds
        self._is_closed = False
        self.in_flight: deque[Transaction] = deque()
        # nothing of a mail that failed may be left at the server
        self._is_clean = True
        # the server has settled a mail of its own accord
        self.has_served = False

    @property
    def has_room(self) -> bool:
        """Whether one more mail may go over this connection."""
        return self._mails_left > 0 and self._fruitless_left > 0

    @property
    def is_open(self) -> bool:
        """Whether nobody has hung up on our side."""
        return not self._is_closed

    def must_wait(self) -> bool:
        """Whether only others can bring it on: who flushes, or the system with room or more to read."""
        return self._is_unflushed or self._write_until is not None or self._wire.must_wait()

    def is_idle(self) -> bool:
        """Tell whether the server is still there, and silent."""
        return not self._is_closed and self._wire.is_idle()

    def begin(self, mail: OutgoingMail) -> Transaction:
        """Begin a mail; `ask` says its commands."""
        self._mails_left -= 1
        transaction = Transaction(mail)
        self.in_flight.append(transaction)
        return transaction

    def ask(self, commands: bytes, transaction: Transaction, verbs: tuple[Verb, ...]) -> None:
        """Say commands of a mail; `hear` reads the answers."""
        self._let_speak(transaction, verbs)
        self._outgoing.put([commands], of=transaction)

    def forget(self, transaction: Transaction) -> None:
        """Leave a mail that was refused before its content, or as a chunk.

        A granted DATA wants its dot (RFC 2920), unless somebody would get an empty mail by that: then only
        hanging up leaves it.
        """
        if transaction.is_granted and transaction.is_for_somebody:
            raise WireError("the server would take a mail from a sender whom it refused")
        if transaction.is_granted:
            self.ask(_DOT, transaction, ("END",))
        elif transaction.sender_refusal is None:
            self.ask(b"RSET\r\n", transaction, ("RSET",))

    def send_content(self, transaction: Transaction, following: OutgoingMail | None) -> Transaction | None:
        """Send the content, its end and the commands of the next mail in one go; give the next."""
        self._let_speak(transaction, _END)
        self._put_whole(transaction, [*stuffed(transaction.mail), _DOT])
        if following is None:
            return None
        opened = self.begin(following)
        opened.due = GRANTED
        self._outgoing.put([envelope(following) + b"DATA\r\n"], of=opened)
        return opened

    def send_chunk(self, transaction: Transaction) -> None:
        """Send the content as one last chunk (RFC 3030)."""
        self._let_speak(transaction, _END)
        self._put_whole(transaction, [_bdat(transaction.mail), *transaction.mail.pieces])

    def send_whole(self, mail: OutgoingMail) -> None:
        """Send a whole mail without waiting for a word.

        RSET makes sure that one which failed before leaves nothing behind that this one would be added to.
        """
        is_clean = self._is_clean and not self.in_flight
        transaction = self.begin(mail)
        head = envelope(mail) + _bdat(mail)
        self._let_speak(transaction, _WHOLE if is_clean else ("RSET", *_WHOLE))
        self._put_whole(transaction, [head if is_clean else b"RSET\r\n" + head, *mail.pieces])

    def wait_for(self, transaction: Transaction) -> None:
        """Begin to wait for the answers to a mail."""
        is_long = transaction.is_committed or "END" in transaction.due
        self._answer_until.restart(self._data_seconds if is_long else self._command_seconds)

    def flush(self) -> Wait:
        """Write what there is room for. If that fails, `attend` will tell, and nothing is waited for."""
        self._is_unflushed = False
        try:
            self._flush(None)
        except WireError as error:
            self._failure = error
            self._answer_until = Deadline(0)
            self._write_until = None
        for_room = self._write_until
        return Wait(self._number, for_room is not None, (for_room or self._answer_until).end)

    def attend(self, *, waits: bool) -> None:
        """Write all that was said and read what is answered; without waiting, as much as there is of both,
        and no mail that was not flushed."""
        if self._failure:
            raise self._failure
        if self._outgoing.size and (waits or not self._is_unflushed):
            self._is_unflushed = False
            self._write_late(waits=waits)
        if not self._write_until:
            self._wire.hear(self._answer_until, waits=waits)

    def hear(self, transaction: Transaction) -> None:
        """Read all answers that are due to a mail, the oldest one in flight."""
        self.wait_for(transaction)
        while not self.overhear(transaction):
            self.attend(waits=True)

    def overhear(self, transaction: Transaction) -> bool:
        """Take the answers that have been read; false if more are due."""
        wire = self._wire
        while due := transaction.due:
            if not wire.unread:
                return False
            # To what was not committed, or refused before, the usual words would mean something else.
            is_open = transaction.outcome is None and ("END" not in due or transaction.is_committed)
            if is_open and (usual := wire.take_usual(usual_replies(due))):
                transaction.hear_usual(usual)
                return True
            if not wire.has_reply:
                return False
            self._hear_one(transaction)
            if self._good_bye:
                raise GoodByeError(self._good_bye.text)
        return True

    def settle(self) -> tuple[Settled, Transaction]:
        """Give what became of the oldest mail in flight."""
        transaction = self.in_flight[0]
        if transaction.outcome is None:
            raise WireError("the server answered out of turn")
        self.in_flight.popleft()
        self._is_clean = isinstance(transaction.outcome, Accepted)
        if not self._is_clean and self.transport.depth > 1:
            self._fruitless_left -= 1
        self.has_served = self.has_served or transaction.sender_refusal is None
        return Settled(delivery=transaction.mail.delivery, outcome=transaction.outcome), transaction

    def settle_lost(self, lost: WireError, *, waits: bool) -> Iterator[tuple[Settled, Transaction] | None]:
        """Hang up, and give what became of all mails in flight after hearing what the server still said; None
        before each wait for that."""
        end = lost
        self._outgoing.withdraw()
        self._is_unflushed = False
        self._write_until = None
        if isinstance(lost, OutOfStepError):
            yield from self._hear_late_end(waits=waits)
        elif isinstance(lost, GoodByeError | HalfWrittenError):
            end = yield from self._hear_rest(waits=waits)
        good_bye = self._good_bye if isinstance(end, HungUpError) else None
        self.drop()
        while self.in_flight:
            transaction = self.in_flight.popleft()
            outcome = transaction.outcome_of_loss(lost, good_bye=good_bye)
            yield Settled(delivery=transaction.mail.delivery, outcome=outcome), transaction

    def quit(self) -> None:
        """Say QUIT, wait briefly for the answer, hang up; at once if a mail is on its way."""
        if not self._is_closed and not self.in_flight:
            deadline = Deadline(min(_LAST_SECONDS, self._command_seconds))
            with contextlib.suppress(WireError):
                self._wire.require_silence()
                self._wire.write(b"QUIT\r\n", deadline)
                self._wire.read_reply(deadline)
        self.drop()

    def drop(self) -> None:
        """Hang up: the one way to be sure that the server forgets what is open."""
        self._is_closed, self._number = True, -1
        self._wire.close()

    def _put_whole(self, transaction: Transaction, parts: Sequence[bytes]) -> None:
        self._outgoing.put(parts, of=transaction, is_whole=True)
        self._is_unflushed = True

    def _flush(self, deadline: Deadline | None) -> None:
        if not self._outgoing.size:
            return
        if self._outgoing.write(deadline):
            self._write_until = None
            self._answer_until.restart()
        elif not self._write_until:
            self._write_until = self._write_deadline()

    def _write_late(self, *, waits: bool) -> None:
        """Write what is left; who was kept from that until its time was over may find room."""
        if not waits:
            self._flush(None)
        if waits or (self._write_until and self._write_until.is_over):
            self._flush(self._write_until or self._write_deadline())

    def _write_deadline(self) -> Deadline:
        return Deadline(self._data_seconds if self._outgoing.has_content else self._command_seconds)

    def _let_speak(self, transaction: Transaction, verbs: tuple[Verb, ...]) -> None:
        """Make sure that the next answers are those to these commands of a mail, or to earlier ones."""
        if (self._wire.unread or not self.transport.is_pipelined) and not self._is_anything_due():
            self._wire.require_silence(looks=not self.transport.is_pipelined)
        transaction.due += verbs

    def _is_anything_due(self) -> bool:
        return any(transaction.due for transaction in self.in_flight)

    def _hear_one(self, transaction: Transaction) -> None:
        verb, *rest = transaction.due
        transaction.due = tuple(rest)
        reply = self._wire.read_reply(self._answer_until)
        if reply.code == CLOSING:
            self._good_bye = self._good_bye or reply
        else:
            self._good_bye = None  # who goes on has not meant it
            self._require_step(transaction, verb, reply)
        transaction.hear(verb, reply)

    def _require_step(self, transaction: Transaction, verb: Verb, reply: Reply) -> None:
        if self._outgoing.has_not_begun(transaction):
            raise WireError("the server answered what it has not heard")
        if self.transport.is_pipelined and is_out_of_step(transaction, verb, reply):
            raise OutOfStepError(f"the server answered out of step: {reply.text}")

    def _wait_for_reply(self, *, waits: bool) -> Iterator[None]:
        while not self._wire.has_reply:
            if self.must_wait():
                yield
            self._wire.hear(self._answer_until, waits=waits)

    def _hear_rest(self, *, waits: bool) -> Generator[None, None, WireError]:
        """Read what is still due for a short while; give why that ended."""
        self._answer_until = Deadline(min(_LAST_SECONDS, self._command_seconds))
        try:
            for transaction in self.in_flight:
                if not (transaction.due or transaction.outcome):
                    break  # nothing of it has left, nor of those behind it
                while transaction.due:
                    yield from self._wait_for_reply(waits=waits)
                    self._hear_one(transaction)
        except WireError as end:
            return end
        return WireError("the server has answered all")

    def _hear_late_end(self, *, waits: bool) -> Iterator[None]:
        """Wait for the acceptance of a mail that comes after the answers to all commands behind it.

        Only the last answer can be it: one before may be about the next mail, and DATA is never answered so.
        """
        transaction = self.in_flight[0]
        if self.transport.is_chunked or not (transaction.is_committed and self._is_anything_due()):
            return
        self._answer_until = Deadline(self._data_seconds)
        last: Reply | None = None
        with contextlib.suppress(WireError):
            for _ in [verb for begun in self.in_flight for verb in begun.due]:
                yield from self._wait_for_reply(waits=waits)
                last = self._wire.read_reply(self._answer_until)
            if last and last.is_positive and not is_out_of_step(transaction, "END", last):
                transaction.hear("END", last)


def _bdat(mail: OutgoingMail) -> bytes:
    return b"BDAT %d LAST\r\n" % mail.size
