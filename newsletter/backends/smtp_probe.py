"""Asking a mail server whether it would take a mail: MAIL and RCPT, then RSET, and no content ever."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from newsletter.backends.smtp_dialogue import Dialogue
from newsletter.backends.smtp_replies import put_off
from newsletter.backends.smtp_transaction import openings, refusal_before_sending
from newsletter.backends.smtp_wire import WireError
from newsletter.errors import MailError
from newsletter.model import Deferred, Refused
from newsletter.outcome import Probe

if TYPE_CHECKING:
    from newsletter.backends.smtp_options import SmtpOptions
    from newsletter.backends.smtp_replies import Reply
    from newsletter.backends.smtp_transaction import Transaction
    from newsletter.model import OutgoingMail

_SECONDS = 15.0


def probe(options: SmtpOptions, mail: OutgoingMail) -> Probe:
    """Ask over a connection of its own, made as every session makes it, but with less patience: somebody is
    waiting. Raises `MailError`."""
    dialogue = Dialogue(hurried(options), is_plain=True)
    try:
        unfit = _unfit(mail, dialogue)
        started = time.monotonic()
        transaction = _asked(dialogue, mail)
        seconds = time.monotonic() - started
        with contextlib.suppress(WireError):  # what was to be heard was heard
            dialogue.forget(transaction)
            dialogue.hear(transaction)
        dialogue.in_flight.clear()
        dialogue.quit()
    except WireError as error:
        raise MailError(
            f"the mail server {options.host} ended the talk before a mail: {error.message}",
            hint="it may limit connections, or speak to listed addresses only: ask who runs it",
        ) from error
    finally:
        dialogue.drop()
    is_sender_refused = transaction.sender_refusal is not None
    return Probe(
        where=f"{options.host}:{options.resolved_port}",
        is_encrypted=options.security != "none",
        has_logged_in=options.username is not None,
        offers=tuple(sorted(dialogue.features.keywords)),
        max_size=dialogue.features.max_size,
        sender=_of_sender(transaction.sender_refusal) if transaction.sender_refusal else None,
        recipient=None if is_sender_refused else _of_recipient(transaction),
        unfit=unfit,
        round_trip_seconds=seconds / (1 if is_sender_refused else 2),
    )


def hurried(options: SmtpOptions) -> SmtpOptions:
    """Give the same settings with shorter deadlines."""
    limits = {name: min(getattr(options, name), _SECONDS) for name in ("connect_seconds", "command_seconds")}
    return options.model_copy(update=limits)


def _asked(dialogue: Dialogue, mail: OutgoingMail) -> Transaction:
    transaction = dialogue.begin(mail)
    for command, verbs in openings(mail, at_once=False, data=False):
        if transaction.outcome is None:
            dialogue.ask(command, transaction, verbs)
            dialogue.hear(transaction)
    return transaction


def _unfit(mail: OutgoingMail, dialogue: Dialogue) -> str | None:
    """Say what the server could never take; what may not even stand in a command is not asked about."""
    refusal = refusal_before_sending(mail, dialogue.features)
    if refusal and refusal.kind == "recipient":
        raise MailError(f"this recipient cannot be asked about: {refusal.reason}")
    return refusal.reason if refusal else None


def _of_sender(reply: Reply) -> Deferred | Refused:
    if reply.code // 100 == 4:  # noqa: PLR2004 - the first digit of RFC 5321
        return put_off(reply, cause="sender")
    return Refused(kind="policy", reason=reply.text, code=reply.status, cause=reply.cause)


def _of_recipient(transaction: Transaction) -> Deferred | Refused | None:
    outcome = transaction.outcome
    return outcome if isinstance(outcome, Deferred | Refused) else None
