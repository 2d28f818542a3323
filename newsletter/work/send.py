"""Send copies of a built issue to addresses a person names: outside any ledger, once each."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, assert_never

from newsletter.mailing.message import address
from newsletter.model import (
    Accepted,
    Deferred,
    DeliveryId,
    InDoubt,
    Letterhead,
    Mailbox,
    Outcome,
    OutgoingMail,
    Refused,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from newsletter.mailing.dkim import Signer
    from newsletter.ports import MailBackend
    from newsletter.store.issue_folder import StoredIssue


def copies(
    stored: StoredIssue,
    recipients: Sequence[Mailbox],
    letterhead: Letterhead,
    *,
    now: datetime,
    signer: Signer | None = None,
) -> list[OutgoingMail]:
    """Make one message per recipient, signed for whichever backend: what is kept is what would be sent.

    `now` dates them and tells repeated copies apart: a mailbox drops a second message with the same
    Message-ID.
    """
    issue, edition = stored.issue, stored.editions[0]
    mails = []
    for number, recipient in enumerate(recipients):
        message = address(
            edition,
            recipient,
            letterhead,
            issue_slug=issue.slug,
            date=now,
            token=secrets.token_hex(12),  # it opens nothing
            serial=now.isoformat(),
            signer=signer,
        )
        mails.append(
            OutgoingMail(
                delivery=DeliveryId(str(number)),
                sender=letterhead.sender.address,
                recipient=recipient.address,
                message=message,
            )
        )
    return mails


def send(mails: Sequence[OutgoingMail], backend: MailBackend) -> Iterator[tuple[OutgoingMail, Outcome]]:
    """Hand the mails over and yield what became of each. Raises `MailError` when nobody can be served."""
    by_delivery = {mail.delivery: mail for mail in mails}
    session = backend.open()
    try:
        for settled in session.send(mails, _no_ledger):
            yield by_delivery[settled.delivery], settled.outcome
    finally:
        session.close()


def in_words(outcome: Outcome) -> tuple[str, str]:
    """Give a word for what became of a mail, and what the mail system said."""
    match outcome:
        case Accepted():
            return "accepted", outcome.reply
        case Deferred():
            return "put off", outcome.reason
        case Refused():
            return "refused", outcome.reason
        case InDoubt():
            return "in doubt", outcome.reason
        case _:
            assert_never(outcome)


def _no_ledger(delivery: DeliveryId) -> None:
    """A copy has no row to mark."""
