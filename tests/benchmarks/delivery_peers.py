"""The peers, each sending the same mails in its own way; run in a process of its own by `delivery_client`.

Where a peer is handed finished bytes, they are personal by their To field alone, which costs next to nothing;
Django and the loop of EmailMessage and dkimpy build each message, as their users do.
"""

from __future__ import annotations

import asyncio
import importlib
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from tests.benchmarks.delivery_mails import LETTERHEAD, MARK

HOST = "127.0.0.1"
SENDER = LETTERHEAD.sender.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a client shall do: `mails` messages over `connections` to a port."""

    port: int
    mails: int
    connections: int
    message: bytes
    html: str
    text: str


def reader(number: int) -> str:
    """Give an address as long as that of everybody else."""
    return f"reader{number:07}@example.net"


def smtplib_per_mail(job: Job) -> None:
    """Connect for every mail."""
    for recipient, message in _mails(job):
        with smtplib.SMTP(HOST, job.port) as server:
            server.sendmail(SENDER, [recipient], message)


def smtplib_reused(job: Job) -> None:
    """Keep one connection."""
    with smtplib.SMTP(HOST, job.port) as server:
        for recipient, message in _mails(job):
            server.sendmail(SENDER, [recipient], message)


def django(job: Job) -> None:
    """Build and send by Django's own mail, all in one call."""
    importlib.import_module("django.conf").settings.configure(
        EMAIL_HOST=HOST, EMAIL_PORT=job.port, DEFAULT_CHARSET="utf-8", USE_TZ=True
    )
    mail_of = importlib.import_module("django.core.mail")
    mails = []
    for number in range(job.mails):
        mail = mail_of.EmailMultiAlternatives("Daily Papers", job.text, SENDER, [reader(number)])
        mail.attach_alternative(job.html, "text/html")
        mails.append(mail)
    sent = mail_of.get_connection().send_messages(mails)
    assert sent == job.mails


def aiosmtplib(job: Job) -> None:
    """Keep as many connections as we do, in one event loop."""
    open_session = importlib.import_module("aiosmtplib").SMTP

    async def work(mails: Iterator[tuple[str, bytes]]) -> None:
        async with open_session(hostname=HOST, port=job.port, use_tls=False, start_tls=False) as client:
            for recipient, message in mails:
                await client.sendmail(SENDER, [recipient], message)

    async def everybody() -> None:
        mails = _mails(job)
        await asyncio.gather(*(work(mails) for _ in range(job.connections)))

    asyncio.run(everybody())


def email_message(job: Job) -> None:
    """Build each message by the standard library and send it over one connection."""
    _naive(job, lambda message, _recipient: message)


def email_message_dkimpy(job: Job) -> None:
    """The same, and sign it by dkimpy with RSA."""
    import dkim

    key = _rsa_key()

    def signed(message: bytes, _recipient: str) -> bytes:
        field: bytes = dkim.sign(message, b"rsa", b"example.org", key, canonicalize=(b"relaxed", b"simple"))
        return field + message

    _naive(job, signed)


PEERS: dict[str, Callable[[Job], None]] = {
    "smtplib per mail": smtplib_per_mail,
    "smtplib reused": smtplib_reused,
    "django": django,
    "aiosmtplib": aiosmtplib,
    "EmailMessage": email_message,
    "EmailMessage + dkimpy": email_message_dkimpy,
}


def _mails(job: Job) -> Iterator[tuple[str, bytes]]:
    before, mark, after = job.message.partition(MARK.encode())
    assert mark
    for number in range(job.mails):
        recipient = reader(number)
        yield recipient, before + recipient.encode() + after


def _naive(job: Job, finish: Callable[[bytes, str], bytes]) -> None:
    with smtplib.SMTP(HOST, job.port) as server:
        for number in range(job.mails):
            mail, recipient = EmailMessage(policy=SMTP), reader(number)
            mail["From"], mail["To"], mail["Subject"] = SENDER, recipient, "Daily Papers"
            mail.set_content(job.text)
            mail.add_alternative(job.html, subtype="html")
            server.sendmail(SENDER, [recipient], finish(mail.as_bytes(), recipient))


def _rsa_key() -> bytes:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = generate_private_key(65537, 2048)
    return private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
