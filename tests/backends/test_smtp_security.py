"""Encryption and passwords: checked before a word of either is said."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import ValidationError

from newsletter.backends.smtp import SmtpBackend
from newsletter.backends.smtp_options import is_loopback
from newsletter.errors import MailError
from newsletter.model import Accepted, Deferred, DeliveryId, OutgoingMail

Backends = Callable[..., SmtpBackend]
Mails = Callable[..., OutgoingMail]
Serve = Callable[..., Any]  # gives the scripted server of conftest
Contexts = Callable[..., ssl.SSLContext]

PASSWORD = "correct horse"
LOGIN = {"username": "digest", "password": PASSWORD}
PLAIN = b64encode(f"\0digest\0{PASSWORD}".encode())
OFFERS_TLS = {
    "EHLO": b"250-mail.example.org\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n",
    "STARTTLS": b"220 go\r\n",
}
OFFERS_LOGIN = {"EHLO": b"250-mail.example.org\r\n250 AUTH PLAIN LOGIN\r\n", "AUTH": b"235 2.7.0 welcome\r\n"}


def ignore(delivery: DeliveryId) -> None:
    """No ledger."""


@pytest.fixture(params=["starttls", "tls"])
def encrypted(request: pytest.FixtureRequest, serve: Serve) -> Callable[..., tuple[Any, str]]:
    """A server for either way to encrypt, and the name of that way."""

    def start(context: ssl.SSLContext) -> tuple[Any, str]:
        script = {**OFFERS_TLS, "AUTH": b"235 2.7.0 welcome\r\n"}
        return serve(script, context=context, implicit_tls=request.param == "tls"), request.param

    return start


def test_a_login_and_a_mail_go_over_an_encrypted_connection(
    encrypted: Callable[..., tuple[Any, str]],
    server_context: Contexts,
    backend: Backends,
    mail: Mails,
    ca_file: Path,
) -> None:
    server, security = encrypted(server_context("localhost"))
    way = backend(server, host="localhost", security=security, ca_file=ca_file, connect_seconds=5, **LOGIN)
    with closing(way.open()) as session:
        [settled] = session.send([mail(1)], ignore)
    assert isinstance(settled.outcome, Accepted)
    assert server.heard("AUTH") == [b"AUTH PLAIN " + PLAIN + b"\r\n"]
    assert server.messages == [mail(1).message]


@pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])
def test_large_mails_go_over_an_encrypted_connection_in_every_way(
    serve: Serve, server_context: Contexts, backend: Backends, mail: Mails, ca_file: Path, transport: str
) -> None:
    offer = b"250-mail.example.org\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 STARTTLS\r\n"
    server = serve({**OFFERS_TLS, "EHLO": offer}, context=server_context("localhost"))
    settings = {"security": "starttls", "ca_file": ca_file, "transport": transport}
    way = backend(server, host="localhost", connect_seconds=5, data_seconds=5, **settings)
    mails = [mail(number, message=b"S: %d\r\n\r\n" % number + b"text\r\n" * 50_000) for number in range(6)]
    with closing(way.open()) as session:
        settled = list(session.send(mails, ignore))
    assert all(isinstance(one.outcome, Accepted) for one in settled)
    assert server.messages == [one.message for one in mails]


@pytest.mark.parametrize("transport", ["plain", "chunking"])
def test_a_server_that_reads_a_little_now_and_then_holds_us_no_longer_than_agreed(
    serve: Serve, server_context: Contexts, backend: Backends, mail: Mails, ca_file: Path, transport: str
) -> None:
    """Under encryption, too, where each piece that gets away would start a socket's own timeout anew."""
    is_over = threading.Event()

    def sip(sock: socket.socket) -> None:
        while not is_over.wait(0.05):
            sock.recv(65_536)

    def grant_and_sip(sock: socket.socket) -> None:
        sock.sendall(b"354 go on\r\n")
        sip(sock)

    offer = b"250-mail.example.org\r\n250 CHUNKING\r\n"
    script = {"EHLO": offer, "DATA": grant_and_sip, "BDAT": sip}
    server = serve(script, context=server_context("localhost"), implicit_tls=True)
    settings = {"security": "tls", "ca_file": ca_file, "transport": transport, "data_seconds": 0.5}
    started = time.monotonic()
    with closing(backend(server, host="localhost", connect_seconds=5, **settings).open()) as session:
        message = b"S: x\r\n\r\n" + b"text\r\n" * 3_000_000
        [settled] = session.send([mail(1, message=message)], ignore)
        assert time.monotonic() - started < 5
        is_over.set()
    assert isinstance(settled.outcome, Deferred)


def test_a_real_server_that_demands_both_gets_both(
    real_server: Callable[..., Any], mail: Mails, ca_file: Path
) -> None:
    server = real_server("digest", PASSWORD)
    settings = {"host": "localhost", "port": server.port, "security": "starttls", "ca_file": ca_file, **LOGIN}
    with closing(SmtpBackend(SmtpBackend.Options.model_validate(settings)).open()) as session:
        settled = list(session.send([mail(1), mail(2)], ignore))
    assert all(isinstance(one.outcome, Accepted) for one in settled)
    assert server.handler.messages == [mail(1).message, mail(2).message]
    assert server.handler.recipients == [["reader1@example.org"], ["reader2@example.org"]]


def test_a_real_server_that_refuses_the_login_serves_nobody(
    real_server: Callable[..., Any], ca_file: Path
) -> None:
    server = real_server("digest", "another password")
    settings = {"host": "localhost", "port": server.port, "security": "starttls", "ca_file": ca_file, **LOGIN}
    with pytest.raises(MailError, match=r"535 5\.7\.8"):
        SmtpBackend(SmtpBackend.Options.model_validate(settings)).open()


def expired(authority: trustme.CA, make: Contexts) -> ssl.SSLContext:
    now = datetime.now(UTC)
    del authority
    return make("localhost", not_before=now - timedelta(days=9), not_after=now - timedelta(days=1))


def wrong_host(authority: trustme.CA, make: Contexts) -> ssl.SSLContext:
    del authority
    return make("other.example.org")


def stranger(authority: trustme.CA, make: Contexts) -> ssl.SSLContext:
    del authority
    return make("localhost", issuer=trustme.CA())


@pytest.mark.parametrize("fault", [expired, wrong_host, stranger])
def test_a_certificate_that_proves_nothing_gets_no_login(
    encrypted: Callable[..., tuple[Any, str]],
    server_context: Contexts,
    authority: trustme.CA,
    ca_file: Path,
    fault: Callable[[trustme.CA, Contexts], ssl.SSLContext],
) -> None:
    server, security = encrypted(fault(authority, server_context))
    options = SmtpBackend.Options.model_validate(
        {"host": "localhost", "port": server.port, "security": security, "ca_file": ca_file, **LOGIN}
    )
    with pytest.raises(MailError, match="certificate of the mail server localhost is not valid"):
        SmtpBackend(options).open()
    assert server.heard("AUTH") == []


def test_without_an_authority_of_our_own_only_public_ones_count(
    encrypted: Callable[..., tuple[Any, str]], server_context: Contexts, backend: Backends
) -> None:
    server, security = encrypted(server_context("localhost"))
    with pytest.raises(MailError, match="certificate"):
        backend(server, host="localhost", security=security, connect_seconds=5, **LOGIN).open()
    assert server.heard("AUTH") == []


def test_an_old_version_of_tls_is_not_spoken(
    encrypted: Callable[..., tuple[Any, str]], server_context: Contexts, backend: Backends, ca_file: Path
) -> None:
    context = server_context("localhost")
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    server, security = encrypted(context)
    with pytest.raises(MailError, match="TLS with the mail server localhost failed"):
        backend(
            server, host="localhost", security=security, ca_file=ca_file, connect_seconds=5, **LOGIN
        ).open()
    assert server.heard("AUTH") == []


def test_a_server_that_hides_starttls_hears_no_login_and_no_mail(serve: Serve, backend: Backends) -> None:
    server = serve(OFFERS_LOGIN)
    with pytest.raises(MailError, match="offers no STARTTLS"):
        backend(server, security="starttls", **LOGIN).open()
    assert [line.split()[0] for line in server.lines] == [b"EHLO"]


@pytest.mark.parametrize("reply", [b"454 4.7.0 not now\r\n", b"501 no\r\n", b"250 yes\r\n"])
def test_a_server_that_does_not_start_tls_hears_no_login(
    serve: Serve, backend: Backends, reply: bytes
) -> None:
    server = serve({**OFFERS_TLS, "STARTTLS": reply})
    with pytest.raises(MailError, match="answers STARTTLS with"):
        backend(server, security="starttls", **LOGIN).open()
    assert server.heard("AUTH") == []


def test_words_slipped_in_before_the_encryption_end_the_session(
    serve: Serve, backend: Backends, server_context: Contexts, ca_file: Path
) -> None:
    script = {**OFFERS_TLS, "STARTTLS": b"220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n"}
    server = serve(script, context=server_context("localhost"))
    with pytest.raises(MailError, match="out of turn"):
        backend(server, host="localhost", security="starttls", ca_file=ca_file, **LOGIN).open()
    assert server.heard("AUTH") == []


def test_what_was_offered_before_the_encryption_does_not_count(
    serve: Serve, backend: Backends, server_context: Contexts, ca_file: Path
) -> None:
    server = serve(OFFERS_TLS, context=server_context("localhost"))
    with pytest.raises(MailError, match="refuses the login"):
        backend(
            server, host="localhost", security="starttls", ca_file=ca_file, connect_seconds=5, **LOGIN
        ).open()
    assert len(server.heard("EHLO")) == 2


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_noise_instead_of_tls_serves_nobody(serve: Serve, backend: Backends, security: str) -> None:
    server = serve({**OFFERS_TLS, "CONNECT": b"220 ready\r\n", "STARTTLS": b"220 go\r\n"})
    with pytest.raises(MailError):
        backend(server, security=security).open()


def test_silence_instead_of_tls_serves_nobody(serve: Serve, backend: Backends) -> None:
    def listen_only(sock: socket.socket) -> None:
        while sock.recv(4096):
            pass

    server = serve({"CONNECT": listen_only})
    with pytest.raises(MailError, match="cannot be used"):
        backend(server, security="tls").open()


def test_a_file_without_certificates_serves_nobody(serve: Serve, backend: Backends, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing", "utf-8")
    with pytest.raises(MailError, match="holds no certificates"):
        backend(serve(OFFERS_TLS), security="starttls", ca_file=tmp_path / "empty.pem").open()


def test_a_server_that_knows_only_login_gets_it_in_two_steps(serve: Serve, backend: Backends) -> None:
    script = {
        "EHLO": b"250-mail.example.org\r\n250 AUTH LOGIN\r\n",
        "AUTH": b"334 VXNlcm5hbWU6\r\n",
        b64encode(b"digest").decode().upper(): b"334 UGFzc3dvcmQ6\r\n",
        b64encode(PASSWORD.encode()).decode().upper(): b"235 welcome\r\n",
    }
    server = serve(script)
    backend(server, **LOGIN).open().close()
    assert server.lines[1:4] == [
        b"AUTH LOGIN\r\n",
        b64encode(b"digest") + b"\r\n",
        b64encode(PASSWORD.encode()) + b"\r\n",
    ]


@pytest.mark.parametrize("offer", [b"250 mail.example.org\r\n", b"250-mail\r\n250 AUTH GSSAPI CRAM-MD5\r\n"])
def test_a_server_without_a_login_that_we_know_serves_nobody(
    serve: Serve, backend: Backends, offer: bytes
) -> None:
    with pytest.raises(MailError, match="no login that we know"):
        backend(serve({"EHLO": offer}), **LOGIN).open()


@pytest.mark.parametrize(
    "reply",
    [
        b"535 5.7.8 no\r\n",
        b"454 4.7.0 later\r\n",
        b"250 well\r\n",
        b"535 5.7.8 " + PASSWORD.encode() + b"\r\n",
        b"535 5.7.8 " + PLAIN + b"\r\n",
        b"535-5.7.8 " + PLAIN[:10] + b"\r\n535 " + PLAIN[10:] + b"\r\n",
        b"535 " + b64encode(PASSWORD.encode()) + b"\r\n",
    ],
)
def test_a_refused_login_serves_nobody_and_shows_no_secret(
    serve: Serve, backend: Backends, reply: bytes
) -> None:
    server = serve({**OFFERS_LOGIN, "AUTH": reply})
    way = backend(server, **LOGIN)
    with pytest.raises(MailError, match="refuses the login") as caught:
        way.open()
    shown = f"{caught.value.message} {caught.value.hint} {way!r} {vars(way)!r}"
    for secret in (PASSWORD, PLAIN.decode(), b64encode(PASSWORD.encode()).decode(), PLAIN.decode()[10:]):
        assert secret not in shown
    assert server.heard("MAIL") == []


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"security": "none", "host": "mail.example.org", **LOGIN}, "would show the password"),
        ({"security": "none", "host": "10.0.0.1", **LOGIN}, "would show the password"),
        ({"username": "digest"}, "password is missing"),
        ({"password": "x"}, "username is missing"),
        ({"username": "digest", "password": "a\0b"}, "NUL"),
        ({"username": "a\0b", "password": "x"}, "username"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"host": ""}, "host"),
        ({"host": "a b"}, "host"),
        ({"host": "a\r\nb"}, "host"),
        ({"helo": "a\r\nRCPT"}, "helo"),
        ({"connect_seconds": 0}, "connect_seconds"),
        ({"data_seconds": float("nan")}, "data_seconds"),
        ({"max_messages_per_connection": 0}, "max_messages"),
        ({"security": "ssl"}, "security"),
        ({"ca_file": "/no/such/file"}, "ca_file"),
        ({"hots": "x"}, "hots"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason) as caught:
        SmtpBackend.Options.model_validate(settings)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_may_be_logged_into_in_clear(host: str) -> None:
    assert SmtpBackend.Options.model_validate({"security": "none", "host": host, **LOGIN}).host == host
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example.org", "127.0.0.1.example.org", "0.0.0.0", "0x7f000001"])  # noqa: S104 - an address that must not pass
def test_a_name_that_imitates_this_machine_is_another(host: str) -> None:
    assert not is_loopback(host)


def test_a_localhost_that_leads_elsewhere_gets_no_password(
    serve: Serve, backend: Backends, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(OFFERS_LOGIN)
    monkeypatch.setattr("newsletter.backends.smtp_wire.Wire.peer_address", "192.0.2.1")
    with pytest.raises(MailError, match="not this machine"):
        backend(server, host="localhost", **LOGIN).open()
    assert server.heard("AUTH") == []


def test_each_security_has_its_usual_port() -> None:
    ports = {
        security: SmtpBackend.Options.model_validate({"security": security}).resolved_port
        for security in ("tls", "starttls", "none")
    }
    assert ports == {"tls": 465, "starttls": 587, "none": 25}
