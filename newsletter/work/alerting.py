"""Telling the operator: once when something goes wrong, and once when that is over."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from newsletter.errors import MailError, NewsletterError, SourceError
from newsletter.mailing.notice import notice_message
from newsletter.model import Accepted, DeliveryId, OutgoingMail
from newsletter.work.send import send
from newsletter.work.troubles import changes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from newsletter.mailing.dkim import Signer
    from newsletter.model import Letterhead, Mailbox
    from newsletter.ports import MailBackend
    from newsletter.store.run_values import RunRecord
    from newsletter.store.runs import RunStore
    from newsletter.work.troubles import Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What the operator is told; `lines` say what began and what is over."""

    subject: str
    lines: tuple[str, ...]
    newsletter: str
    day: str
    verdict: str
    at: datetime

    @property
    def text(self) -> str:
        """All of it, for a person."""
        return "\n".join([self.subject, *self.lines])


class Channel(Protocol):
    """A way to the operator."""

    def tell(self, alert: Alert, /) -> None:
        """Tell. Raises `NewsletterError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """Tells of a run what is new about it. `title` is the newsletter's name."""

    runs: RunStore
    channels: Sequence[Channel]
    title: str

    def settle(self, record: RunRecord, *, at: datetime, said: Callable[[str], None]) -> None:
        """Tell what began and what is over. Who cannot be told now is told after the next run. Of a day
        before the last that was run nothing is told."""
        latest = self.runs.latest(1)
        if not self.channels or (latest and latest[0].day > record.day):
            return
        changed = changes(self.runs.troubles(), record)
        if not changed:
            return
        alert = alert_of(changed, record, title=self.title, at=at)
        if self._told(alert, said):
            self.runs.note_troubles(changed.begun, changed.over, at=at)

    def _told(self, alert: Alert, said: Callable[[str], None]) -> bool:
        reached = 0
        for channel in self.channels:
            try:
                channel.tell(alert)
                reached += 1
            except NewsletterError as error:
                said(f"the operator could not be told: {error.message}")
        return reached > 0


def alert_of(changed: Changes, record: RunRecord, *, title: str, at: datetime) -> Alert:
    """Put what changed into words."""
    begun = [f"{one.words}" for one in changed.begun]
    over = [f"over: {one.words}" for one in changed.over]
    count = len(begun)
    what = "all is well again" if not count else "a trouble" if count == 1 else f"{count} troubles"
    return Alert(
        subject=f"{title}: {what} ({record.day})",
        lines=(*begun, *over, f"verdict of {record.day}: {record.words}"),
        newsletter=title,
        day=record.day.isoformat(),
        verdict=record.verdict,
        at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChannel:
    """Mails the operator through the backend that readers are served by."""

    recipient: Mailbox
    letterhead: Letterhead
    backend: MailBackend
    signer: Signer | None = field(repr=False)

    def tell(self, alert: Alert, /) -> None:
        """Send one mail, outside any ledger. Raises `MailError`."""
        message = notice_message(
            alert.subject,
            "\n".join(alert.lines) + "\n",
            self.letterhead,
            self.recipient,
            dated=alert.at.replace(microsecond=0),
            signer=self.signer,
        )
        mail = OutgoingMail(
            delivery=DeliveryId("alert"),
            sender=self.letterhead.sender.address,
            recipient=self.recipient.address,
            message=message,
        )
        for _, outcome in send([mail], self.backend):
            if not isinstance(outcome, Accepted):
                raise MailError(f"the mail to the operator was not taken: {outcome.reason}")


class Poster(Protocol):
    """Hands something over by HTTP, to public addresses only."""

    def post(self, url: str, body: bytes, /, *, headers: dict[str, str] | None = None) -> None:
        """Do it. Raises `SourceError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel:
    """Posts JSON whose `text` Slack, Mattermost and their like show; the URL is a secret."""

    url: str = field(repr=False)
    poster: Poster = field(repr=False)

    def tell(self, alert: Alert, /) -> None:
        """Post it once. Raises `SourceError`, without the URL."""
        payload = {
            "text": alert.text,
            "newsletter": alert.newsletter,
            "day": alert.day,
            "verdict": alert.verdict,
            "lines": list(alert.lines),
        }
        body = json.dumps(payload).encode("ascii")
        try:
            self.poster.post(self.url, body, headers={"Content-Type": "application/json"})
        except SourceError as error:
            said = error.message.rpartition(": ")[2]
            raise SourceError(f"the webhook of [alerts] did not take it: {said}", hint=error.hint) from None
