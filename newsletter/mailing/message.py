"""One message for one reader, outside any ledger: an exported issue, or a copy that somebody asked for.

It is made exactly as a delivery is, so that what people look at is what subscribers get.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.mailing.message_ids import MessageIds
from newsletter.mailing.skeleton import Personal, Skeleton

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.mailing.dkim import Signer
    from newsletter.model import Edition, Letterhead, Mailbox


def address(
    edition: Edition,
    recipient: Mailbox,
    letterhead: Letterhead,
    *,
    issue_slug: str,
    date: datetime,
    token: str,
    serial: str = "",
    signer: Signer | None = None,
) -> bytes:
    """Give the final bytes of the message: the same arguments, the same bytes.

    `token` stands in all links; `serial`, the issue and the recipient decide the Message-ID. Raises
    `RenderError` for what cannot be written safely, and when the finished message would not read back as it
    was meant.
    """
    skeleton = Skeleton(edition, letterhead, issue_slug=issue_slug, dated=date, signer=signer)
    message_id = MessageIds(letterhead, issue_slug, serial).of(recipient.address)
    return skeleton.message(recipient, Personal(unsubscribe=token, preferences=token, message_id=message_id))
