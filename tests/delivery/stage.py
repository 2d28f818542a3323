"""What a send needs in a test: people, a frozen issue, someone who makes mails, and a clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from newsletter.delivery.clock import SystemClock
from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.report import DeliveryReport
from newsletter.delivery.run import deliver
from newsletter.delivery.stopping import StopRequest
from newsletter.delivery.watching import Notice, Progress
from newsletter.mailing.addresses import address_key
from newsletter.model import DeliveryId, Edition, Letterhead, Mailbox, OutgoingMail
from newsletter.store.database import Database
from newsletter.store.engines import pour
from newsletter.store.ledger import Claim, Freezing, FrozenIssue, Ledger
from newsletter.store.schema import deliveries, subscribers
from tests.conftest import make_issue
from tests.delivery.puppets import Puppet

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
PEOPLE = 60

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


class StandingClock(LeapingClock):
    """Time passes only in pauses: a thread that waits for its turn is not taken for a slow mail system."""

    def monotonic(self) -> float:
        return self._leapt


class ShiftedClock(SystemClock):
    """The clock of a machine whose date somebody got wrong by `shift`."""

    def __init__(self, shift: timedelta) -> None:
        self.shift = shift

    def now(self) -> datetime:
        return super().now() + self.shift


@dataclass
class Diary:
    """Somebody who watches and writes it down."""

    pictures: list[Progress] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def progress(self, progress: Progress, /) -> None:
        self.pictures.append(progress)

    def notice(self, notice: Notice, /) -> None:
        self.notices.append(notice)


@dataclass
class Stage:
    """An issue ready to be sent, and a way to send it."""

    database: Database
    ledger: Ledger
    issue: FrozenIssue
    clock: LeapingClock = field(default_factory=LeapingClock)
    stop: StopRequest = field(default_factory=StopRequest)
    diary: Diary = field(default_factory=Diary)
    mailer: Letters = field(default_factory=Letters)

    def send(self, backend: Puppet, **policy: object) -> DeliveryReport:
        values: dict[str, object] = {"connections": 4, "drain_seconds": 120.0}
        kept = DeliveryPolicy(**(values | policy))  # type: ignore[arg-type]
        report = deliver(
            self.issue,
            self.ledger,
            backend,
            self.mailer,
            kept,
            clock=self.clock,
            watch=self.diary,
            stop=self.stop,
        )
        report.books.balance()
        return report

    def states(self) -> dict[str, int]:
        return {state: count for state, count in self.ledger.books(self.issue.id).counts.items() if count}

    def column(self, name: str) -> list[object]:
        with self.database.reading() as connection:
            return list(connection.scalars(select(deliveries.c[name]).order_by(deliveries.c.id)))
