"""Asking a mail server what it would take: up to RCPT, and never a byte of content."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from newsletter.backends.smtp import SmtpBackend
from newsletter.backends.smtp_probe import hurried
from newsletter.errors import MailError
from newsletter.model import Deferred, OutgoingMail, Refused
from newsletter.ports import Probing

Backends = Callable[..., SmtpBackend]
Mails = Callable[..., OutgoingMail]
Serve = Callable[..., Any]
NEVER = (b"DATA", b"BDAT", b"Subject")


def test_a_yes_leaves_nothing_behind(serve: Serve, backend: Backends, mail: Mails) -> None:
    server = serve()
    way = backend(server)
    assert isinstance(way, Probing)
    found = way.probe(mail(1))
    assert (found.sender, found.recipient, found.unfit) == (None, None, None)
    assert set(found.offers) == {"PIPELINING", "CHUNKING"}
    assert server.messages == []
    assert [line.split()[0] for line in server.lines] == [b"EHLO", b"MAIL", b"RCPT", b"RSET", b"QUIT"]
    assert not any(server.heard(verb.decode()) for verb in NEVER)


@pytest.mark.parametrize(
    ("verb", "answer", "kind"),
    [
        ("MAIL", b"550 5.7.1 not from you\r\n", Refused),
        ("MAIL", b"451 4.7.1 later\r\n", Deferred),
        ("RCPT", b"550 5.7.1 relaying denied\r\n", Refused),
        ("RCPT", b"450 4.2.0 greylisted\r\n", Deferred),
    ],
)
def test_a_no_is_told_with_whom_it_is_about(
    serve: Serve, backend: Backends, mail: Mails, verb: str, answer: bytes, kind: type
) -> None:
    found = backend(serve({verb: answer})).probe(mail(1))
    said = found.sender if verb == "MAIL" else found.recipient
    other = found.recipient if verb == "MAIL" else found.sender
    assert isinstance(said, kind)
    assert other is None


def test_a_mail_larger_than_the_server_takes_is_told(serve: Serve, backend: Backends, mail: Mails) -> None:
    server = serve({"EHLO": b"250-mail.example.org\r\n250 SIZE 20\r\n"})
    found = backend(server).probe(mail(1))
    assert found.max_size == 20
    assert found.unfit
    assert "20 octets" in found.unfit


@pytest.mark.parametrize(
    "script",
    [{"CONNECT": b"554 go away\r\n"}, {"CONNECT": None}, {"EHLO": b"502 what\r\n"}, {"MAIL": None},
     {"RCPT": b"nonsense\r\n"}, {"MAIL": b""}, {"RCPT": b"421 4.3.2 closing\r\n"}],
)  # fmt: skip
def test_where_nobody_can_be_asked_that_is_told_in_time(
    serve: Serve, backend: Backends, mail: Mails, script: dict[str, Any]
) -> None:
    with pytest.raises(MailError, match=r"127\.0\.0\.1"):
        backend(serve(script)).probe(mail(1))


def test_an_address_that_could_end_a_command_is_not_asked_about(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    server = serve()
    with pytest.raises(MailError, match="not a plain address"):
        backend(server).probe(mail(1, recipient="a>\r\nRCPT TO:<b@example.org"))
    assert not server.heard("RCPT")


def test_a_server_that_hides_starttls_hears_no_password(serve: Serve, backend: Backends, mail: Mails) -> None:
    server = serve({"EHLO": b"250-mail.example.org\r\n250 AUTH PLAIN\r\n"})
    way = backend(server, security="starttls", username="u", password="secret")
    with pytest.raises(MailError, match="STARTTLS"):
        way.probe(mail(1))
    assert not server.heard("AUTH")


def test_a_real_server_with_encryption_and_login_says_yes(
    real_server: Callable[..., Controller], mail: Mails, ca_file: Path
) -> None:
    server = real_server("digest", "correct horse")
    found = _asked(server, mail, ca_file, password="correct horse")
    assert (found.is_encrypted, found.has_logged_in, found.sender, found.recipient) == (
        True,
        True,
        None,
        None,
    )
    assert server.handler.messages == []


def test_a_real_server_tells_a_wrong_password(
    real_server: Callable[..., Controller], mail: Mails, ca_file: Path
) -> None:
    with pytest.raises(MailError, match="refuses the login") as caught:
        _asked(real_server("digest", "correct horse"), mail, ca_file, password="wrong horse")
    assert "wrong horse" not in str(caught.value)


class Choosy:
    """Refuses some senders, and takes no mail of more than a few octets."""

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session, options
        if address != "digest@example.org":
            return "553 5.7.1 not your address"
        envelope.mail_from = address
        return "250 ok"


def test_a_real_server_tells_a_sender_that_it_does_not_know(
    start_smtp_server: Callable[..., Controller], mail: Mails
) -> None:
    server = start_smtp_server(Choosy(), data_size_limit=20)
    settings = {"host": "127.0.0.1", "port": server.port, "security": "none"}
    way = SmtpBackend(SmtpBackend.Options.model_validate(settings))
    assert isinstance(way.probe(mail(1, sender="other@example.org")).sender, Refused)
    found = way.probe(mail(1))
    assert found.sender is None
    assert found.max_size == 20
    assert found.unfit


def test_where_nobody_listens_that_is_told(mail: Mails) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    way = SmtpBackend(
        SmtpBackend.Options.model_validate({"host": "127.0.0.1", "port": port, "security": "none"})
    )
    with pytest.raises(MailError, match="refused"):
        way.probe(mail(1))


def test_nobody_waits_longer_for_an_answer_than_a_person_would() -> None:
    options = SmtpBackend.Options.model_validate({"command_seconds": 3})
    assert (hurried(options).connect_seconds, hurried(options).command_seconds) == (15, 3)


def _asked(server: Controller, mail: Mails, ca_file: Path, *, password: str) -> Any:
    settings = {"host": "localhost", "port": server.port, "ca_file": ca_file, "username": "digest"}
    return SmtpBackend(SmtpBackend.Options.model_validate({**settings, "password": password})).probe(mail(1))
