"""What a mail server can do wrong, at every verb, and whom it is charged to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from typing import Protocol

import pytest

from newsletter.backends.smtp import SmtpBackend
from newsletter.errors import MailError
from newsletter.model import Accepted, Deferred, DeliveryId, InDoubt, Outcome, OutgoingMail, Refused, Settled
from tests.ports import free_port

Backends = Callable[..., SmtpBackend]
Mails = Callable[..., OutgoingMail]


class Server(Protocol):
    """The scripted server of conftest."""

    port: int
    lines: list[bytes]
    messages: list[bytes]
    connections: int

    def heard(self, verb: str) -> list[bytes]: ...


Serve = Callable[..., Server]


def ignore(delivery: DeliveryId) -> None:
    """No ledger."""


@pytest.fixture(params=["plain", "pipelining", "chunking"])
def transport(request: pytest.FixtureRequest) -> str:
    """Each way to bring a mail over, in turn."""
    return str(request.param)


@pytest.fixture
def backend(backend: Backends, transport: str) -> Backends:
    return partial(backend, transport=transport)


def one_by_one(mails: Iterable[OutgoingMail]) -> Iterator[OutgoingMail | None]:
    """Rest after each mail, so that it is settled before the next is begun."""
    for mail in mails:
        yield from (mail, None)


def outcomes(backend: SmtpBackend, mails: Iterable[OutgoingMail]) -> list[Outcome]:
    with closing(backend.open()) as session:
        return [settled.outcome for settled in session.send(one_by_one(mails), ignore)]


def before_failure(settled: Iterator[Settled], message: str) -> list[Outcome]:
    """Give what was settled before it failed."""
    outcomes: list[Outcome] = []
    with pytest.raises(MailError, match=message):
        outcomes.extend(one.outcome for one in settled)
    return outcomes


def dribble(sock: socket.socket) -> None:
    """A byte now and then, so that no wait for a single byte ever ends the connection."""
    for _ in range(100):
        sock.sendall(b"2")
        time.sleep(0.05)


def hear_out(sock: socket.socket) -> None:
    """Say nothing any more."""
    while sock.recv(100_000):
        pass


def endless(sock: socket.socket) -> None:
    while True:
        sock.sendall(b"220-and so on\r\n" * 1000)


def endless_line(sock: socket.socket) -> None:
    while True:
        sock.sendall(b"2" * 10_000)


LARGE = b"Subject: large\r\n\r\n" + b"y\r\n" * 3_000_000


def in_the_content(act: Callable[[socket.socket], None]) -> dict[str, Callable[[socket.socket], None]]:
    """Grant DATA, or take a chunk, and then do something else than to read it."""

    def grant(sock: socket.socket) -> None:
        sock.sendall(b"354 go on\r\n")
        act(sock)

    return {"DATA": grant, "BDAT": act}


FAULTS = {
    "drop": None,
    "silence": hear_out,
    "garbage": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "binary": b"\x16\x03\x01\x00\xff\r\n",
    "mixed codes": b"250-one\r\n550 two\r\n",
    "wrong kind": b"334 more\r\n",
    "421": b"421 4.3.2 shutting down\r\n",
    "dribble": dribble,
    "endless reply": endless,
    "endless line": endless_line,
}


ONE_WAY = pytest.mark.parametrize("transport", ["plain"])


@ONE_WAY
@pytest.mark.parametrize("verb", ["CONNECT", "EHLO"])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_session_begins_with_a_broken_server(
    serve: Serve, backend: Backends, verb: str, fault: str
) -> None:
    server = serve({verb: FAULTS[fault]})
    started = time.monotonic()
    with pytest.raises(MailError, match=r"mail server|127\.0\.0\.1"):
        backend(server).open()
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_connection_lost_before_the_end_of_a_mail_puts_it_off_and_the_next_gets_a_new_one(
    serve: Serve, backend: Backends, mail: Mails, transport: str, verb: str, fault: str
) -> None:
    if transport == "chunking" and verb == "DATA":
        pytest.skip("a chunked mail knows no DATA that could fail (RFC 3030)")
    server = serve({verb: FAULTS[fault]}, {})
    first, second = outcomes(backend(server), [mail(1), mail(2)])
    # all of a chunked mail is on its way before the first answer; only a good-bye tells that it was left
    assert isinstance(first, InDoubt if transport == "chunking" and fault != "421" else Deferred)
    assert second == Accepted(reply="250 2.0.0 kept", code="2.0.0")
    assert server.messages[-1] == mail(2).message
    assert len(server.messages) == 1 or isinstance(first, InDoubt)
    assert server.connections == 2


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "421"])
def test_a_connection_lost_after_the_final_dot_leaves_the_mail_in_doubt(
    serve: Serve, backend: Backends, mail: Mails, fault: str
) -> None:
    server = serve({".": FAULTS[fault]}, {})
    first, second = outcomes(backend(server), [mail(1), mail(2)])
    assert isinstance(first, InDoubt)
    assert isinstance(second, Accepted)
    assert server.messages == [mail(1).message, mail(2).message]


def test_good_bye_instead_of_an_acceptance_is_no_acceptance(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    server = serve({".": FAULTS["421"]}, {})
    first, second = outcomes(backend(server), [mail(1), mail(2)])
    assert first == Deferred(reason="421 4.3.2 shutting down", code="4.3.2")
    assert isinstance(second, Accepted)
    assert server.connections == 2


def test_the_server_is_not_called_again_and_again(serve: Serve, backend: Backends, mail: Mails) -> None:
    server = serve({"MAIL": None})
    with closing(backend(server).open()) as session, pytest.raises(MailError, match="twice in a row"):
        list(session.send([mail(n) for n in range(9)], ignore))
    assert server.connections == 2


def test_each_loss_after_a_settled_mail_is_survived(serve: Serve, backend: Backends, mail: Mails) -> None:
    tired = {"MAIL": b"421 4.7.0 too many\r\n"}
    server = serve(tired, {}, tired, {})
    settled = outcomes(backend(server, max_messages_per_connection=1), [mail(n) for n in range(4)])
    assert [type(outcome) for outcome in settled] == [Deferred, Accepted, Deferred, Accepted]


@pytest.mark.parametrize(("reply", "code"), [(b"550 5.7.1 not you\r\n", "5.7.1"), (b"553 no\r\n", "553")])
def test_a_sender_who_is_not_accepted_stops_the_run_and_condemns_nobody(
    serve: Serve, backend: Backends, mail: Mails, reply: bytes, code: str
) -> None:
    server = serve({"MAIL": reply, "RCPT": b"503 5.5.1 no sender\r\n"})
    with closing(backend(server).open()) as session:
        settled = before_failure(
            session.send(one_by_one([mail(1), mail(2)]), ignore), "takes no mail from d…@e"
        )
    assert [(type(outcome), outcome.code) for outcome in settled] == [(Deferred, code)]
    assert server.messages == []


@pytest.mark.parametrize("code", ["421", "450", "451", "452", "454"])
def test_a_sender_who_is_put_off_is_tried_once_more_and_condemns_nobody(
    serve: Serve, backend: Backends, mail: Mails, code: str
) -> None:
    reply = f"{code} 4.7.0 Throttling failure: Maximum sending rate exceeded.\r\n".encode()
    server = serve({"MAIL": reply, "RCPT": b"503 5.5.1 no sender\r\n"})
    with closing(backend(server).open()) as session:
        settled = before_failure(session.send(one_by_one(mail(n) for n in range(9)), ignore), "now|twice")
    assert [type(outcome) for outcome in settled] == [Deferred, Deferred]
    assert {outcome.cause for outcome in settled if isinstance(outcome, Deferred)} == {"throttling"}
    assert server.messages == []


def test_a_sender_who_is_put_off_now_and_then_loses_nobody(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    busy = {"MAIL": b"451 4.3.0 busy\r\n", "RCPT": b"503 5.5.1 no sender\r\n"}
    server = serve(busy, {}, busy, {})
    settled = outcomes(backend(server, max_messages_per_connection=1), [mail(n) for n in range(4)])
    assert [type(outcome) for outcome in settled] == [Deferred, Accepted, Deferred, Accepted]
    assert settled[0] == Deferred(reason="451 4.3.0 busy", code="4.3.0", cause="sender")


@pytest.mark.parametrize(
    ("verb", "reply", "expected"),
    [
        ("RCPT", b"450 4.2.1 busy\r\n", (Deferred, None, "4.2.1")),
        ("RCPT", b"550 5.1.1 unknown\r\n", (Refused, "recipient", "5.1.1")),
        ("RCPT", b"550 no\r\n", (Refused, "recipient", "550")),
        ("RCPT", b"552 5.2.2 full\r\n", (Refused, "recipient", "5.2.2")),
        ("RCPT", b"554 5.7.1 relay\r\n", (Refused, "policy", "5.7.1")),
        ("RCPT", b"552 5.2.3 size\r\n", (Refused, "message", "5.2.3")),
        ("RCPT", b"550 4.7.1 odd\r\n", (Refused, "recipient", "550")),
        ("RCPT", b"550-5.7.1 a\r\n550 5.7.1 b\r\n", (Refused, "policy", "5.7.1")),
        ("DATA", b"451 later\r\n", (Deferred, None, "451")),
        ("DATA", b"554 no valid recipients\r\n", (Refused, "message", "554")),
        (".", b"452 4.3.1 disk\r\n", (Deferred, None, "4.3.1")),
        (".", b"554 5.6.0 malformed\r\n", (Refused, "message", "5.6.0")),
        (".", b"550 5.1.1 gone\r\n", (Refused, "recipient", "5.1.1")),
        (".", b"550 5.7.26 unsigned\r\n", (Refused, "policy", "5.7.26")),
        (".", b"554\r\n", (Refused, "message", "554")),
    ],
)
def test_an_answer_about_one_mail_is_charged_to_that_mail(
    serve: Serve,
    backend: Backends,
    mail: Mails,
    transport: str,
    verb: str,
    reply: bytes,
    expected: tuple[type, str | None, str],
) -> None:
    if transport == "chunking" and verb == "DATA":
        pytest.skip("a chunked mail knows no DATA that could fail (RFC 3030)")
    server = serve({verb: reply})
    # all at once, then one after the other
    with closing(backend(server).open()) as session:
        mails = [mail(1), mail(2), mail(3), None, mail(4), None, mail(5)]
        settled = [one.outcome for one in session.send(mails, ignore)]
    assert [(type(one), getattr(one, "kind", None), one.code) for one in settled] == [expected] * 5
    assert server.connections == 1


@pytest.mark.parametrize("fault", [None, b"", b"500 what\r\n"])
def test_a_server_that_cannot_forget_a_mail_gets_a_new_connection(
    serve: Serve, backend: Backends, mail: Mails, transport: str, fault: bytes | None
) -> None:
    if transport == "chunking":
        pytest.skip("what failed is forgotten when the next mail is begun: see the flight tests")
    server = serve({"RCPT": b"550 no\r\n", "RSET": fault}, {})
    first, second = outcomes(backend(server), [mail(1), mail(2)])
    assert isinstance(first, Refused)
    assert isinstance(second, Accepted)


def test_an_answer_given_before_it_was_asked_for_accepts_nothing(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    server = serve({"RCPT": b"250 ok\r\n354 go\r\n250 kept\r\n"}, {})
    first, second = outcomes(backend(server), [mail(1), mail(2)])
    assert isinstance(first, Deferred | InDoubt)
    assert isinstance(second, Accepted)
    assert server.messages[-1] == mail(2).message


def test_an_answer_sent_while_the_content_arrives_accepts_nothing(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    def answer_early(sock: socket.socket) -> None:
        sock.recv(1)  # the client is now in its content, and waits for us to read on
        sock.sendall(b"250 early\r\n")

    server = serve(in_the_content(answer_early), {})
    [outcome] = outcomes(backend(server), [mail(1, message=LARGE)])
    assert isinstance(outcome, Deferred)


def test_a_connection_that_closes_in_the_middle_of_the_content_puts_the_mail_off(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    def hang_up(sock: socket.socket) -> None:
        sock.recv(1)

    server = serve(in_the_content(hang_up), {})
    [outcome] = outcomes(backend(server), [mail(1, message=LARGE)])
    assert isinstance(outcome, Deferred)


def test_a_refusal_in_the_middle_of_the_content_is_charged_to_the_mail(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    def refuse(sock: socket.socket) -> None:
        sock.recv(1)
        sock.sendall(b"552 5.3.4 too big\r\n")
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(1_000_000):
            pass

    server = serve(in_the_content(refuse), {})
    [outcome] = outcomes(backend(server, data_seconds=3), [mail(1, message=LARGE)])
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.cause) == ("message", "too-large")


def test_a_server_that_does_not_read_holds_us_no_longer_than_agreed(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    is_over = threading.Event()

    def read_nothing(sock: socket.socket) -> None:
        del sock
        is_over.wait(5)

    server = serve(in_the_content(read_nothing), {})
    started = time.monotonic()
    with closing(backend(server).open()) as session:
        [settled] = session.send([mail(1, message=LARGE)], ignore)
        assert time.monotonic() - started < 4
        is_over.set()
    assert isinstance(settled.outcome, Deferred)


def test_a_mail_that_cannot_be_recorded_never_gets_its_end(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    server = serve()

    def refuse(delivery: DeliveryId) -> None:
        raise LookupError(delivery)

    with closing(backend(server).open()) as session, pytest.raises(LookupError):
        list(session.send([mail(1)], refuse))
    assert server.messages == []


def test_a_connection_serves_no_more_mails_than_agreed(serve: Serve, backend: Backends, mail: Mails) -> None:
    server = serve()
    settled = outcomes(backend(server, max_messages_per_connection=2), [mail(n) for n in range(5)])
    assert all(isinstance(outcome, Accepted) for outcome in settled)
    assert server.connections == 3
    assert len(server.heard("QUIT")) == 3


def test_a_server_that_is_gone_when_a_new_connection_is_due_serves_nobody(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    server = serve({}, {"CONNECT": b"554 go away\r\n"})
    settled: list[Outcome] = []
    with closing(backend(server, max_messages_per_connection=1).open()) as session:
        results = session.send([mail(1), mail(2)], ignore)
        settled.append(next(iter(results)).outcome)
        with pytest.raises(MailError, match="554 go away"):
            list(results)
    assert [type(outcome) for outcome in settled] == [Accepted]


@ONE_WAY
def test_replies_are_shortened_cleaned_and_masked(serve: Serve, backend: Backends, mail: Mails) -> None:
    reply = b"550 5.1.1 <reader1@example.org>: \x1b[2J\xe2\x80\xae unknown \xff" + b" x" * 500 + b"\r\n"
    [outcome] = outcomes(backend(serve({"RCPT": reply})), [mail(1)])
    assert isinstance(outcome, Refused)
    assert outcome.reason.startswith("550 5.1.1 <r…@example.org>: [2J unknown")
    assert outcome.reason.isprintable()
    assert len(outcome.reason) < 250


@ONE_WAY
def test_closing_does_not_wait_for_a_server_that_never_says_good_bye(serve: Serve, backend: Backends) -> None:
    session = backend(serve({"QUIT": b""})).open()
    started = time.monotonic()
    session.close()
    session.close()
    assert time.monotonic() - started < 4


@ONE_WAY
def test_a_closed_session_sends_nothing(serve: Serve, backend: Backends, mail: Mails) -> None:
    server = serve()
    session = backend(server).open()
    session.close()
    with pytest.raises(MailError, match="closed"):
        list(session.send([mail(1)], ignore))
    assert server.heard("MAIL") == []


@ONE_WAY
def test_nobody_listening_serves_nobody(serve: Serve, backend: Backends) -> None:
    port = free_port()
    with pytest.raises(MailError, match="connection refused"):
        backend(serve(), port=port).open()


@ONE_WAY
@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 80 + ".invalid", "..", "0x"])
def test_a_host_that_does_not_exist_serves_nobody(
    serve: Serve, backend: Backends, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    def unknown(name: str, *arguments: object, **options: object) -> Iterator[object]:
        del arguments, options
        name.encode("idna")
        raise socket.gaierror(-2, "Name or service not known")

    server = serve()
    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with pytest.raises(MailError, match="name is not known"):
        backend(server, host=host).open()
