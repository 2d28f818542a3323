"""Our own ways to send the same mails: the engine with its ledger, and with one that only remembers."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from newsletter import codec
from newsletter.backends.smtp import SmtpBackend
from newsletter.backends.smtp_options import SmtpOptions
from newsletter.delivery.clock import SystemClock
from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.run import deliver
from newsletter.mailing.dkim import Signer
from newsletter.mailing.dkim_keys import SigningKey
from newsletter.mailing.stencil import Stencil
from newsletter.mailing.tokens import LinkTokens
from newsletter.model import Edition, OutgoingMail
from newsletter.store.ledger import Books, Claim, Claimed, EditionId, FrozenIssue, IssueId, Ledger, Verdict
from newsletter.subscriber import SubscriberId
from tests.benchmarks.delivery_mails import DATED, LETTERHEAD, SLUG
from tests.benchmarks.delivery_peers import HOST, Job, reader
from tests.benchmarks.delivery_store import lend


class Mailer:
    """Makes the mails of the one edition there is."""

    def __init__(self, edition: Edition, signer: Signer | None) -> None:
        tokens = LinkTokens([b"a key for measuring, 32 bytes long"], LETTERHEAD.list_id)
        self._stencil = Stencil(
            edition, LETTERHEAD, issue_slug=SLUG, revision=1, dated=DATED, tokens=tokens, signer=signer
        )

    def mail(self, claim: Claim, /) -> OutgoingMail:
        return self._stencil.message(claim, claim.subscriber, claim.delivery)


def prepared(job: Job, order: dict[str, Any]) -> Callable[[], None]:
    """Make everything ready that is not part of sending."""
    edition = codec.decode(Edition, json.loads((Path(order["folder"]) / "edition.json").read_text("utf-8")))
    mailer = Mailer(edition, signer_of(order.get("signing", "off")))
    backend = SmtpBackend(
        SmtpOptions(
            host=HOST,
            port=job.port,
            security="none",
            max_messages_per_connection=10**9,
            transport=order.get("transport", "pipelining"),
        )
    )
    threads = (os.cpu_count() or 1) if order.get("signing") == "rsa" else 1
    policy = DeliveryPolicy(connections=job.connections, threads=threads)
    database = lend(Path(order["store"]), Path(mkdtemp(dir=order["folder"])))
    ledger = Ledger(database)
    issue = ledger.find(SLUG)
    assert issue is not None
    if order["ledger"] == "memory":
        ledger = _Memory(database=database, readers=job.mails)
    return lambda: whole(job, issue, ledger, backend, mailer, policy)


def signer_of(kind: str) -> Signer | None:
    """Give a signer with a new key: "off", "ed25519" or "rsa"."""
    if kind == "off":
        return None
    private = Ed25519PrivateKey.generate() if kind == "ed25519" else generate_private_key(65537, 2048)
    return Signer("example.org", [SigningKey(selector=kind, private=private)])


def whole(
    job: Job,
    issue: FrozenIssue,
    ledger: Ledger,
    backend: SmtpBackend,
    mailer: Mailer,
    policy: DeliveryPolicy,
) -> None:
    """Send as the command `send` does."""
    report = deliver(issue, ledger, backend, mailer, policy, clock=SystemClock())
    assert report.ending == "done", report
    assert report.books.counts["accepted"] == job.mails, report


def _claims(readers: int) -> Iterator[Claim]:
    for number in range(1, readers + 1):
        yield Claim(
            delivery=number,
            subscriber=SubscriberId(number),
            address=reader(number),
            name=f"Reader {number}",
            edition=EditionId(1),
            attempt=1,
        )


@dataclass(frozen=True, slots=True)
class _Memory(Ledger):
    """Remembers what was sent for as long as the process lives: what the ledger costs is the difference."""

    readers: int = 0
    settled: list[int] = field(default_factory=list)

    def books(self, issue: IssueId) -> Books:
        counts = dict.fromkeys(Ledger.books(self, issue).counts, 0)
        counts |= {"accepted": len(self.settled), "pending": self.readers - len(self.settled)}
        return Books(audience=self.readers, counts=counts)

    @contextmanager
    def sender(self, **options: object) -> Iterator[Any]:
        del options
        yield _MemoryHold(self)


class _MemoryHold:
    def __init__(self, ledger: _Memory) -> None:
        self._claims = _claims(ledger.readers)
        self._settled = ledger.settled

    def claim(self, issue: IssueId, limit: int, *, at: datetime) -> Claimed:
        del issue, at
        rows = tuple(itertools.islice(self._claims, limit))
        return Claimed(rows=rows, exhausted=len(rows) < limit)

    def intend(self, delivery: int) -> None:
        del delivery

    def note(self, delivery: int, verdict: Verdict) -> None:
        assert verdict.state == "accepted"
        self._settled.append(delivery)

    def record(self, accepted: Sequence[int], intents: Sequence[int]) -> None:
        del intents
        self._settled += accepted

    def flush(self, *, at: datetime) -> int:
        del at
        return 0

    def give_back(
        self, deliveries: Collection[int], *, not_before: datetime | None = None, at: datetime
    ) -> None:
        del not_before, at
        assert not deliveries

    def renew(self, *, at: datetime) -> None:
        del at

    def is_halted(self, issue: IssueId) -> bool:
        del issue
        return False
