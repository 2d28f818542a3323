"""Approving an issue before it is sent: exactly what was looked at, by its digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from newsletter.errors import UsageError
from newsletter.store.issue_folder import digest_of

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.store.approvals import Approval, ApprovalStore
    from newsletter.work.at_hand import AtHand


class Approvals(Protocol):
    """Knows what was approved."""

    def of(self, slug: str, digest: str, /) -> bool:
        """Whether exactly this state of an issue may be sent."""
        ...

    def standing(self, slug: str, /) -> Approval | None:
        """Give the approval of an issue that counts, of whichever state of it."""
        ...


class NothingElseThanApproved:
    """For a newsletter that asks nobody: but of what somebody approved, exactly that is sent."""

    def __init__(self, store: ApprovalStore) -> None:
        self._store = store

    def of(self, slug: str, digest: str, /) -> bool:
        """Say no only if another state of the issue was approved."""
        approval = self._store.standing(slug)
        return approval is None or approval.digest == digest

    def standing(self, slug: str, /) -> Approval | None:
        """Give the approval that counts."""
        return self._store.standing(slug)


def approve(at_hand: AtHand, approvals: ApprovalStore, *, at: datetime) -> str:
    """Approve an issue as it stands, and give its digest. Raises `UsageError` for one that is being sent or
    was: it cannot be stopped by that."""
    stored = at_hand.must_be_stored()
    if at_hand.newest:
        raise UsageError(
            f"issue {at_hand.slug} was frozen at {at_hand.newest.frozen_at:%Y-%m-%d %H:%M} UTC: it needs no "
            "approval any more",
            hint=f"`newsletter status {at_hand.slug}` tells what became of it",
        )
    digest = digest_of(stored)
    approvals.approve(at_hand.slug, digest, revision=stored.issue.revision, at=at)
    return digest


def must_be_approved(at_hand: AtHand, approvals: Approvals) -> None:
    """Raise `UsageError` for an issue that is not frozen yet and that nobody approved as it is, where that
    is asked for or another state of it was approved."""
    if at_hand.newest or approvals.of(at_hand.slug, digest_of(at_hand.must_be_stored())):
        return
    if earlier := approvals.standing(at_hand.slug):
        raise UsageError(
            f"issue {at_hand.slug} was changed since revision {earlier.revision} of it was approved at "
            f"{earlier.approved_at:%Y-%m-%d %H:%M} UTC, and only what was approved is sent",
            hint=f"look at it (`newsletter preview {at_hand.slug}`), then `newsletter approve "
            f"{at_hand.slug}`, which takes the approval back with --withdraw",
        )
    raise UsageError(
        f"issue {at_hand.slug} waits for approval, which [run] approval asks for",
        hint=f"look at it (`newsletter preview {at_hand.slug}`), then `newsletter approve {at_hand.slug}`; "
        "what is changed after that has to be approved again",
    )
