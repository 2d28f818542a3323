"""Send a marked copy of an issue to one's own address: once, outside any ledger, never to subscribers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsletter.errors import MailError
from newsletter.rendering.trial import tried
from newsletter.work.send import copies, in_words, send

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.mailing.dkim import Signer
    from newsletter.model import Letterhead, Mailbox, OutgoingMail
    from newsletter.ports import MailBackend
    from newsletter.store.issue_folder import StoredIssue


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of a test: the mail, a word for it ("accepted", "refused"), what the mail system said."""

    mail: OutgoingMail
    word: str
    said: str


def send_trial(
    stored: StoredIssue,
    recipient: Mailbox,
    letterhead: Letterhead,
    backend: MailBackend,
    *,
    now: datetime,
    signer: Signer | None,
) -> Trial:
    """Send it. Raises `MailError` when the mail system can serve nobody."""
    [mail] = copies(as_trial(stored), [recipient], letterhead, now=now, signer=signer)
    for _, outcome in send([mail], backend):
        word, said = in_words(outcome)
        return Trial(mail=mail, word=word, said=said)
    raise MailError("the mail system took the test and said nothing of it")


def as_trial(stored: StoredIssue) -> StoredIssue:
    """Mark an issue as a test."""
    banner = (
        f"Test copy of {stored.issue.slug}, sent from the preview to you alone. "
        "Its links to unsubscribe and to preferences open nothing."
    )
    return replace(stored, editions=(tried(stored.editions[0], banner),))
