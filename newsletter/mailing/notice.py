"""A short message in plain text to one person: what the operator is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.mailing import headers
from newsletter.mailing.message_ids import MessageIds, message_id
from newsletter.mailing.transfer_encoding import encode

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.mailing.dkim import Signer
    from newsletter.model import Letterhead, Mailbox


def notice_message(
    subject: str,
    text: str,
    letterhead: Letterhead,
    recipient: Mailbox,
    *,
    dated: datetime,
    signer: Signer | None = None,
) -> bytes:
    """Give the final bytes: the same arguments, the same bytes. Raises `RenderError`."""
    lines = (headers.header_text(line) for line in text.split("\n"))
    encoded = encode("\n".join(lines))
    name = MessageIds(letterhead, "notice", dated.isoformat()).of(recipient.address)
    fields = (
        headers.mailbox("From", letterhead.sender),
        headers.mailbox("To", recipient),
        headers.unstructured("Subject", subject),
        headers.date(dated),
        headers.verbatim("Message-ID", message_id(letterhead, name)),
        headers.verbatim("Auto-Submitted", "auto-generated"),
        headers.verbatim("MIME-Version", "1.0"),
        headers.verbatim("Content-Type", "text/plain; charset=utf-8"),
        headers.verbatim("Content-Transfer-Encoding", encoded.name),
    )
    message = ("".join(fields) + "\r\n" + encoded.body).encode("utf-8")
    return signer.sign(message, dated) if signer else message
