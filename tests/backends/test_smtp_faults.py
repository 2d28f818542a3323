"""What a mail server can do wrong, at every verb, and whom it is charged to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Protocol

import pytest

from newsletter.backends.smtp import SmtpBackend
from newsletter.errors import MailError
from newsletter.model import Accepted, Deferred, DeliveryId, InDoubt, Outcome, OutgoingMail, Refused

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


def outcomes(backend: SmtpBackend, mails: Iterable[OutgoingMail]) -> list[Outcome]:
    with closing(backend.open()) as session:
        return [settled.outcome for settled in session.send(mails, ignore)]


def dribble(sock: socket.socket) -> None:
    """A byte now and then, so that no wait for a single byte ever ends the connection."""
    for _ in range(100):
        sock.sendall(b"2")
        time.sleep(0.05)


def endless(sock: socket.socket) -> None:
    while True:
        sock.sendall(b"220-and so on\r\n" * 1000)


def endless_line(sock: socket.socket) -> None:
    while True:
        sock.sendall(b"2" * 10_000)


FAULTS = {
    "drop": None,
    "silence": b"",
    "garbage": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "binary": b"\x16\x03\x01\x00\xff\r\n",
    "mixed codes": b"250-one\r\n550 two\r\n",
    "wrong kind": b"334 more\r\n",
    "421": b"421 4.3.2 shutting down\r\n",
    "dribble": dribble,
    "endless reply": endless,
    "endless line": endless_line,
}


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


# A sender who is not accepted ends the run: see below.
LOSSES = [(v, f) for v in ("MAIL", "RCPT", "DATA") for f in FAULTS if (v, f) != ("MAIL", "wrong kind")]


@pytest.mark.parametrize(("verb", "fault"), LOSSES)
def test_a_connection_lost_before_the_end_of_a_mail_puts_it_off_and_the_next_gets_a_new_one(
    serve: Serve, backend: Backends, mail: Mails, verb: str, fault: str
) -> None:
    server = serve({verb: FAULTS[fault]}, {})
    first, second = outcomes(backend(server), [mail(1), mail(2)])
    assert isinstance(first, Deferred)
    assert second == Accepted(reply="250 2.0.0 kept")
    assert server.messages == [mail(2).message]
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
    assert first == Deferred(reason="421 4.3.2 shutting down")
    assert isinstance(second, Accepted)
    assert server.connections == 2


def test_the_server_is_not_called_again_and_again(serve: Serve, backend: Backends, mail: Mails) -> None:
    server = serve({"MAIL": None})
    settled = []
    with closing(backend(server).open()) as session, pytest.raises(MailError, match="twice in a row"):
        settled += [one.outcome for one in session.send([mail(n) for n in range(9)], ignore)]
    assert server.connections == 2


def test_each_loss_after_a_settled_mail_is_survived(serve: Serve, backend: Backends, mail: Mails) -> None:
    tired = {"MAIL": b"421 4.7.0 too many\r\n"}
    server = serve(tired, {}, tired, {})
    settled = outcomes(backend(server, max_messages_per_connection=1), [mail(n) for n in range(4)])
    assert [type(outcome) for outcome in settled] == [Deferred, Accepted, Deferred, Accepted]


@pytest.mark.parametrize(
    "reply", [b"450 4.7.1 slow down\r\n", b"550 5.7.1 not you\r\n", b"553 no\r\n", b"334 hm\r\n"]
)
def test_a_sender_who_is_not_accepted_stops_the_run_and_condemns_nobody(
    serve: Serve, backend: Backends, mail: Mails, reply: bytes
) -> None:
    server = serve({"MAIL": reply})
    with (
        closing(backend(server).open()) as session,
        pytest.raises(MailError, match=r"takes no mail from d…@example"),
    ):
        list(session.send([mail(1), mail(2)], ignore))
    assert server.heard("RCPT") == []


@pytest.mark.parametrize(
    ("verb", "reply", "expected"),
    [
        ("RCPT", b"450 4.2.1 busy\r\n", Deferred(reason="450 4.2.1 busy")),
        ("RCPT", b"550 5.1.1 unknown\r\n", Refused(kind="recipient", reason="550 5.1.1 unknown")),
        ("RCPT", b"550 no\r\n", Refused(kind="recipient", reason="550 no")),
        ("RCPT", b"552 5.2.2 full\r\n", Refused(kind="recipient", reason="552 5.2.2 full")),
        ("RCPT", b"554 5.7.1 relay\r\n", Refused(kind="policy", reason="554 5.7.1 relay")),
        ("RCPT", b"552 5.2.3 size\r\n", Refused(kind="message", reason="552 5.2.3 size")),
        ("RCPT", b"550 4.7.1 odd\r\n", Refused(kind="recipient", reason="550 4.7.1 odd")),
        ("RCPT", b"550-5.7.1 a\r\n550 5.7.1 b\r\n", Refused(kind="policy", reason="550 5.7.1 a 5.7.1 b")),
        ("DATA", b"451 later\r\n", Deferred(reason="451 later")),
        ("DATA", b"554 no valid recipients\r\n", Refused(kind="message", reason="554 no valid recipients")),
        (".", b"452 4.3.1 disk\r\n", Deferred(reason="452 4.3.1 disk")),
        (".", b"554 5.6.0 malformed\r\n", Refused(kind="message", reason="554 5.6.0 malformed")),
        (".", b"550 5.1.1 gone\r\n", Refused(kind="recipient", reason="550 5.1.1 gone")),
        (".", b"550 5.7.26 unsigned\r\n", Refused(kind="policy", reason="550 5.7.26 unsigned")),
        (".", b"554\r\n", Refused(kind="message", reason="554")),
    ],
)
def test_an_answer_about_one_mail_is_charged_to_that_mail(
    serve: Serve, mail: Mails, verb: str, reply: bytes, expected: Outcome
) -> None:
    server = serve({verb: reply})
    backend = SmtpBackend(SmtpBackend.Options(host="127.0.0.1", port=server.port, security="none"))
    assert outcomes(backend, [mail(1), mail(2)]) == [expected, expected]
    assert server.connections == 1


@pytest.mark.parametrize("fault", [None, b"", b"500 what\r\n"])
def test_a_server_that_cannot_forget_a_mail_gets_a_new_connection(
    serve: Serve, backend: Backends, mail: Mails, fault: bytes | None
) -> None:
    server = serve({"RCPT": b"550 no\r\n", "RSET": fault}, {})
    first, second = outcomes(backend(server), [mail(1), mail(2)])
    assert isinstance(first, Refused)
    assert isinstance(second, Accepted)


def test_an_answer_given_before_it_was_asked_for_accepts_nothing(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    server = serve({"RCPT": b"250 ok\r\n354 go\r\n250 kept\r\n"}, {})
    first, second = outcomes(backend(server), [mail(1), mail(2)])
    assert isinstance(first, Deferred)
    assert isinstance(second, Accepted)
    assert server.messages == [mail(2).message]


def test_an_answer_sent_while_the_content_arrives_accepts_nothing(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    def answer_early(sock: socket.socket) -> None:
        sock.sendall(b"354 go on\r\n")
        sock.recv(1)  # the client is now in its content, and waits for us to read on
        sock.sendall(b"250 early\r\n")

    server = serve({"DATA": answer_early}, {})
    recorded: list[DeliveryId] = []
    large = mail(1, message=b"Subject: large\r\n\r\n" + b"y\r\n" * 3_000_000)
    with closing(backend(server).open()) as session:
        [settled] = session.send([large], recorded.append)
    assert isinstance(settled.outcome, Deferred)
    assert recorded == []


def test_a_connection_that_closes_in_the_middle_of_the_content_puts_the_mail_off(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    def go_on_and_hang_up(sock: socket.socket) -> None:
        sock.sendall(b"354 go on\r\n")
        sock.recv(1)

    server = serve({"DATA": go_on_and_hang_up}, {})
    recorded: list[DeliveryId] = []
    large = mail(1, message=b"Subject: large\r\n\r\n" + b"x" * 70 + b"\r\n" + b"y\r\n" * 3_000_000)
    with closing(backend(server).open()) as session:
        [settled] = session.send([large], recorded.append)
    assert isinstance(settled.outcome, Deferred)
    assert recorded == []


def test_a_server_that_does_not_read_holds_us_no_longer_than_agreed(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    is_over = threading.Event()

    def go_on_and_read_nothing(sock: socket.socket) -> None:
        sock.sendall(b"354 go on\r\n")
        is_over.wait(5)

    server = serve({"DATA": go_on_and_read_nothing}, {})
    large = mail(1, message=b"Subject: large\r\n\r\n" + b"y\r\n" * 3_000_000)
    started = time.monotonic()
    with closing(backend(server).open()) as session:
        [settled] = session.send([large], ignore)
        assert time.monotonic() - started < 4
        is_over.set()
    assert isinstance(settled.outcome, Deferred)


def test_a_mail_that_cannot_be_recorded_never_gets_its_final_dot(
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


def test_replies_are_shortened_cleaned_and_masked(serve: Serve, backend: Backends, mail: Mails) -> None:
    reply = b"550 5.1.1 <reader1@example.org>: \x1b[2J\xe2\x80\xae unknown \xff" + b" x" * 500 + b"\r\n"
    [outcome] = outcomes(backend(serve({"RCPT": reply})), [mail(1)])
    assert isinstance(outcome, Refused)
    assert outcome.reason.startswith("550 5.1.1 <r…@example.org>: [2J unknown")
    assert outcome.reason.isprintable()
    assert len(outcome.reason) < 250


def test_closing_does_not_wait_for_a_server_that_never_says_good_bye(serve: Serve, backend: Backends) -> None:
    session = backend(serve({"QUIT": b""})).open()
    started = time.monotonic()
    session.close()
    session.close()
    assert time.monotonic() - started < 4


def test_a_closed_session_sends_nothing(serve: Serve, backend: Backends, mail: Mails) -> None:
    server = serve()
    session = backend(server).open()
    session.close()
    with pytest.raises(MailError, match="closed"):
        list(session.send([mail(1)], ignore))
    assert server.heard("MAIL") == []


def test_nobody_listening_serves_nobody(serve: Serve, backend: Backends) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(MailError, match="connection refused"):
        backend(serve(), port=port).open()


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
