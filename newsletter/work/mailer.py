"""The mails of a frozen issue, made from one stencil per edition."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.errors import RenderError, StoreError
from newsletter.mailing.stencil import Stencil

if TYPE_CHECKING:
    from newsletter.mailing.dkim import Signer
    from newsletter.mailing.tokens import LinkTokens
    from newsletter.model import OutgoingMail
    from newsletter.store.ledger import Claim, EditionId, FrozenIssue, Ledger

# A stencil holds its edition encoded, some 150 kB. Claims come edition by edition; only those that were put
# off come in another order.
_KEPT_STENCILS = 32


class StencilMailer:
    """Makes the mail of a claim; several threads may share it."""

    def __init__(
        self,
        ledger: Ledger,
        frozen: FrozenIssue,
        *,
        tokens: LinkTokens,
        signer: Signer | None,
        idempotency_header: str | None = None,
    ) -> None:
        self._ledger = ledger
        self._frozen = frozen
        self._tokens = tokens
        self._signer = signer
        self._idempotency_header = idempotency_header
        self._stencil = lru_cache(maxsize=_KEPT_STENCILS)(self._make_stencil)

    def mail(self, claim: Claim, /) -> OutgoingMail:
        """Give the final message. The same claim gives the same bytes.

        Raises `RenderError` where none can be made for this person, `StoreError` where none can be made of
        their edition.
        """
        return self._stencil(claim.edition).message(claim, claim.subscriber, claim.delivery)

    def _make_stencil(self, edition: EditionId) -> Stencil:
        frozen = self._frozen
        try:
            return Stencil(
                self._ledger.edition(edition),
                frozen.letterhead,
                issue_slug=frozen.slug,
                revision=frozen.revision,
                dated=frozen.dated,
                tokens=self._tokens,
                signer=self._signer,
                idempotency_header=self._idempotency_header,
            )
        except RenderError as error:
            raise StoreError(
                f"edition {edition} of {frozen.slug} cannot be made into mails: {error.message}",
                hint=f"nobody was charged with it; `newsletter halt {frozen.slug}`, then send a correction",
            ) from error
