"""The three ways to bring mail after mail over a connection, chosen from what the server offers.

CHUNKING (RFC 3030) with PIPELINING (RFC 2920) has several mails in flight; PIPELINING alone sends the end of
a mail together with the beginning of the next; without it there is one command after another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.backends.smtp_dialogue import Dialogue, OutOfStepError
from newsletter.backends.smtp_transaction import Transaction, openings, refusal_before_sending
from newsletter.errors import MailError
from newsletter.mailing.addresses import masked
from newsletter.model import Accepted, OutgoingMail, Settled

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from newsletter.backends.smtp_intake import Intake
    from newsletter.backends.smtp_options import SmtpOptions
    from newsletter.backends.smtp_wire import WireError

# A sender may be put off (4xx to MAIL: throttling) so many times in a row before nobody is tried any more.
_PUT_OFFS = 2


class Carrier:
    """Carries the mails of one intake over one dialogue, as long as both serve; `waits`: nobody else does."""

    def __init__(self, options: SmtpOptions, dialogue: Dialogue, intake: Intake, *, waits: bool) -> None:
        self._host = options.host
        self._transport = dialogue.transport
        self._looks_ahead = dialogue.transport.is_pipelined and not dialogue.transport.is_chunked
        self._dialogue = dialogue
        self._intake = intake
        self._waits = waits

    def run(self) -> Iterator[Settled | None]:
        """Send until the connection is used up, or nothing is in flight and there is nothing right now.

        Gives what became of the mails, and None before each wait for the server. Raises `WireError` when the
        connection is lost; `settle_lost` tells of what was in flight.
        """
        if self._transport.depth > 1:
            return self._several_at_once()
        return self._one_after_another()

    def settle_lost(self, lost: WireError) -> Iterator[Settled | None]:
        """Settle what was in flight; what was only begun while the server was out of step is begun again."""
        for settling in self._dialogue.settle_lost(lost, waits=self._waits):
            if settling is None:
                yield None
                continue
            settled, transaction = settling
            self._judge_sender(transaction)
            is_untouched = transaction.outcome is None and not transaction.is_committed
            if isinstance(lost, OutOfStepError) and is_untouched:
                self._intake.give_back(transaction.mail)
            else:
                yield settled

    def _several_at_once(self) -> Iterator[Settled | None]:
        dialogue, in_flight = self._dialogue, self._dialogue.in_flight
        is_filling = True
        while True:
            while is_filling and dialogue.has_room and len(in_flight) < self._transport.depth:
                mail = yield from self._next()
                is_filling = mail is not None and self._intake.commit(mail.delivery)
                if mail and is_filling:
                    dialogue.send_whole(mail)
            if not in_flight:
                return
            yield from self._hear(in_flight[0])
            yield self._settled()

    def _one_after_another(self) -> Iterator[Settled | None]:
        dialogue, opened = self._dialogue, None
        while True:
            if opened is None:
                mail = (yield from self._next()) if dialogue.has_room else None
                if mail is None:
                    return
                opened = yield from self._open(mail)
                del mail  # with many sessions, what is done with should not stay in memory
            if not dialogue.overhear(opened):
                yield from self._hear(opened)
            if opened.outcome:
                dialogue.forget(opened)
                yield from self._hear(opened)
                yield self._settled()
                opened = None
                continue
            following = (yield from self._next()) if self._looks_ahead and dialogue.has_room else None
            if not self._intake.commit(opened.mail.delivery):
                dialogue.drop()
                return
            current, opened = opened, self._send(opened, following)
            yield from self._hear(current)
            if self._transport.is_chunked and not isinstance(current.outcome, Accepted):
                dialogue.forget(current)
                yield from self._hear(current)
            del current
            yield self._settled()
            if opened is None and self._transport.is_pipelined:
                return  # there was nothing right now

    def _hear(self, transaction: Transaction) -> Iterator[None]:
        """Hear what is due to a mail; before each wait, say so."""
        dialogue = self._dialogue
        if transaction.due:
            dialogue.wait_for(transaction)
            while not dialogue.overhear(transaction):
                if dialogue.must_wait():
                    yield
                dialogue.attend(waits=self._waits)

    def _open(self, mail: OutgoingMail) -> Generator[None, None, Transaction]:
        dialogue, transport = self._dialogue, self._transport
        transaction = dialogue.begin(mail)
        for commands, verbs in openings(mail, at_once=transport.is_pipelined, data=not transport.is_chunked):
            if transaction.outcome is None:
                dialogue.ask(commands, transaction, verbs)
                yield from self._hear(transaction)
        return transaction

    def _send(self, opened: Transaction, following: OutgoingMail | None) -> Transaction | None:
        if self._transport.is_chunked:
            self._dialogue.send_chunk(opened)
            return None
        return self._dialogue.send_content(opened, following)

    def _next(self) -> Generator[Settled, None, OutgoingMail | None]:
        """Take the next mail that this server can take, and refuse those before it."""
        while (mail := self._intake.take()) is not None:
            try:
                refusal = refusal_before_sending(mail, self._dialogue.features)
            except MailError as error:
                self._intake.stop(error)
                return None
            if refusal is None:
                return mail
            yield Settled(delivery=mail.delivery, outcome=refusal)
        return None

    def _settled(self) -> Settled:
        settled, transaction = self._dialogue.settle()
        if transaction.sender_refusal or self._intake.put_offs:
            self._judge_sender(transaction)
        return settled

    def _judge_sender(self, transaction: Transaction) -> None:
        """Take no more mail when the sender is refused, or put off again and again."""
        reply = transaction.sender_refusal
        if reply is None:
            self._intake.put_offs = 0
            return
        self._intake.put_offs += 1
        sender = masked(transaction.mail.sender)
        if reply.code // 100 == 5:  # noqa: PLR2004 - the first digit of RFC 5321
            error = f"{self._host} takes no mail from {sender}: {reply.text}"
            hint = "ask who runs it whether you may send from this address"
        elif self._intake.put_offs >= _PUT_OFFS:
            error = f"{self._host} takes no mail from {sender} for now: {reply.text}"
            hint = "what was not sent can be sent later; sending slower may help"
        else:
            return
        self._intake.stop(MailError(error, hint=hint))
