"""What a send needs in a test: people, a frozen issue, someone who makes mails, and a clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from newsletter.delivery.clock import SystemClock
from newsletter.mailing.addresses import address_key
from newsletter.model import DeliveryId, Edition, Letterhead, Mailbox, OutgoingMail
from newsletter.store.database import Database
from newsletter.store.engines import pour
from newsletter.store.ledger import Claim, Freezing, FrozenIssue, Ledger
from newsletter.store.schema import subscribers
from tests.conftest import make_issue

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)

EDITION = Edition(
    subject="Daily Papers", preheader="", html="<p>papers</p>", text="papers", nonce="0" * 16, language="en"
)
LETTERHEAD = Letterhead(
    sender=Mailbox(address="digest@example.org"),
    reply_to=None,
    list_id="digest.example.org",
    base_url="https://example.org",
)


def address_of(number: int, domains: int = 7) -> str:
    return f"reader{number}@d{number % domains}.example"


def settle_in(database: Database, people: int, address: Callable[[int], str] = address_of) -> None:
    """Let so many active people in, who want everything daily."""
    rows = [
        {
            "address": address(number),
            "address_key": address_key(address(number)),
            "name": f"Reader {number}",
            "status": "active",
            "sections": None,
            "cadence": "daily",
            "timezone": "UTC",
            "hour": 7,
            "language": None,
            "consent_source": "a test",
            "consent_at": None,
        }
        for number in range(1, people + 1)
    ]
    with database.writing() as connection:
        pour(connection, subscribers, rows)


def freeze(database: Database, *, at: datetime = NOON, slug: str = "2025-11-07") -> FrozenIssue:
    """Freeze an issue for everybody; who comes second finds it frozen."""
    ledger, issue = Ledger(database), make_issue(slug=slug)
    freezing = Freezing(issue=issue, letterhead=LETTERHEAD, dated=at, digest="digest")
    wishes = ledger.wishes(issue.cadence, issue.day)
    return ledger.freeze(freezing, dict.fromkeys(wishes, EDITION), at=at)


def ready(database: Database, people: int, *, at: datetime = NOON) -> FrozenIssue:
    """Let people in and freeze an issue for them."""
    settle_in(database, people)
    return freeze(database, at=at)


class Letters:
    """Makes small mails, each with its delivery in it."""

    def mail(self, claim: Claim, /) -> OutgoingMail:
        body = b"Subject: papers\r\nMessage-ID: <%d@example.org>\r\n\r\npapers\r\n" % claim.delivery
        return OutgoingMail(
            delivery=DeliveryId(str(claim.delivery)),
            sender="digest@example.org",
            recipient=claim.address,
            message=body,
        )


class LeapingClock:
    """A clock that begins at noon of a day and leaps over every pause."""

    def __init__(self, now: datetime = NOON) -> None:
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._now = now
        self._leapt = 0.0
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return self._now + timedelta(seconds=self._leapt)

    def monotonic(self) -> float:
        return time.monotonic() + self._leapt

    def set(self, now: datetime) -> None:
        """Let somebody set the clock."""
        with self._lock:
            self._now = now - timedelta(seconds=self._leapt)

    def pause(self, seconds: float, is_over: Callable[[], bool], /) -> None:
        if is_over():
            return
        with self._lock:
            self._leapt += seconds
            self.pauses.append(seconds)


class ShiftedClock(SystemClock):
    """The clock of a machine whose date somebody got wrong by `shift`."""

    def __init__(self, shift: timedelta) -> None:
        self.shift = shift

    def now(self) -> datetime:
        return super().now() + self.shift
