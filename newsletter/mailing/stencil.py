"""One edition for all its readers: mail with tokens, a Message-ID and a return path of each reader's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.mailing.message_ids import MessageIds
from newsletter.mailing.skeleton import Skeleton
from newsletter.model import DeliveryId, OutgoingMail

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.mailing.dkim import Signer
    from newsletter.mailing.tokens import LinkTokens
    from newsletter.model import Addressed, Edition, Letterhead


class Stencil:
    """Makes the mails of one edition. Threads may share it; the same arguments give the same bytes, so that a
    mail that is sent again is the same mail.

    `revision` and `dated` are those of the frozen issue; `idempotency_header` see `Skeleton`. Raises
    `RenderError` for what cannot be written safely.
    """

    def __init__(
        self,
        edition: Edition,
        letterhead: Letterhead,
        *,
        issue_slug: str,
        revision: int,
        dated: datetime,
        tokens: LinkTokens,
        signer: Signer | None = None,
        idempotency_header: str | None = None,
    ) -> None:
        self._skeleton = Skeleton(
            edition,
            letterhead,
            issue_slug=issue_slug,
            dated=dated,
            signer=signer,
            idempotency_header=idempotency_header,
        )
        self._tokens = tokens
        self._sender = letterhead.sender.address
        self._bounces = letterhead.bounce_address
        self._ids = MessageIds(letterhead, issue_slug, revision)

    def message(self, recipient: Addressed, subscriber: int, delivery: int) -> OutgoingMail:
        """Give the mail of one reader. Raises `RenderError` for an address that cannot stand in a header."""
        skeleton, address = self._skeleton, recipient.address
        unsubscribe, preferences = self._tokens.make_links(subscriber)
        message_id = self._ids.octets_of(b"%d" % subscriber)
        return OutgoingMail.of_pieces(
            DeliveryId(str(delivery)),
            self._return_path(delivery),
            address,
            skeleton.pieces_with(recipient, message_id, unsubscribe, preferences),
            is_wire_ready=skeleton.is_wire_ready and address.isascii(),
        )

    def _return_path(self, delivery: int) -> str:
        """Let the address that failures return to say which mail failed (VERP); nobody can forge it."""
        if self._bounces is None:
            return self._sender
        local, _, domain = self._bounces.rpartition("@")
        return f"{local}+{self._tokens.make('bounce', delivery)}@{domain}"
