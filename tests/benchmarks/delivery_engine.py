"""Our own ways to send the same mails: bare sessions now."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from newsletter.backends.smtp import SmtpBackend
from newsletter.backends.smtp_options import SmtpOptions
from newsletter.mailing.dkim import Signer
from newsletter.mailing.dkim_keys import SigningKey
from newsletter.model import Accepted, DeliveryId, OutgoingMail
from tests.benchmarks.delivery_mails import DATED, MARK
from tests.benchmarks.delivery_peers import HOST, SENDER, Job, reader

Mailer = Callable[[int], OutgoingMail]


def prepared(job: Job, order: dict[str, Any]) -> Callable[[], None]:
    """Make everything ready that is not part of sending."""
    signer = signer_of(order.get("signing", "off"))
    options: dict[str, Any] = {"host": HOST, "port": job.port, "security": "none"}
    options["max_messages_per_connection"] = 10**9
    if "transport" in SmtpOptions.model_fields:
        options["transport"] = order.get("transport", "pipelining")
    backend = SmtpBackend(SmtpOptions(**options))
    return lambda: bare(job, backend, _spliced(job, signer))


def signer_of(kind: str) -> Signer | None:
    """Give a signer with a new key: "off", "ed25519" or "rsa"."""
    if kind == "off":
        return None
    private = Ed25519PrivateKey.generate() if kind == "ed25519" else generate_private_key(65537, 2048)
    return Signer("example.org", [SigningKey(selector=kind, private=private)])


def bare(job: Job, backend: SmtpBackend, mailer: Mailer) -> None:
    """Send by one session in a thread each, without any ledger."""
    numbers, lock = itertools.count(), threading.Lock()
    accepted: list[int] = []

    def feed() -> Iterator[OutgoingMail]:
        while True:
            with lock:
                number = next(numbers)
            if number >= job.mails:
                return
            yield mailer(number)

    def work() -> None:
        session = backend.open()
        outcomes = [settled.outcome for settled in session.send(feed(), lambda _: None)]
        session.close()
        accepted.append(sum(isinstance(outcome, Accepted) for outcome in outcomes))

    threads = [threading.Thread(target=work) for _ in range(job.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(accepted) == job.mails


def _spliced(job: Job, signer: Signer | None) -> Mailer:
    before, _, after = job.message.partition(MARK.encode())

    def mail(number: int) -> OutgoingMail:
        recipient = reader(number)
        message = before + recipient.encode() + after
        return OutgoingMail(
            delivery=DeliveryId(str(number)),
            sender=SENDER,
            recipient=recipient,
            message=signer.sign(message, DATED) if signer else message,
        )

    return mail
