"""Each verb of the dialogue times each fault times each transport, with other mails on their way.

Whatever the server does: the run ends in bounded time, every mail is settled once, none is delivered twice,
none that was delivered is put off, and in doubt is only what may have arrived whole.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from newsletter.backends.smtp import SmtpBackend
from newsletter.model import Accepted, InDoubt, OutgoingMail, Refused

Backends = Callable[..., SmtpBackend]
Mails = Callable[..., OutgoingMail]
KeepBooks = Callable[..., Any]  # gives the books of conftest
Serve = Callable[..., Any]  # gives the scripted server of conftest
COUNT = 7


def slow(sock: socket.socket) -> None:
    """Answer when nobody waits any more."""
    threading.Event().wait(0.8)
    sock.sendall(b"250 2.0.0 at last\r\n")


def endless(sock: socket.socket) -> None:
    while True:
        sock.sendall(b"250-and so on\r\n" * 1000)


FAULTS = {
    "4xx": b"451 4.3.0 later\r\n",
    "5xx": b"554 5.3.0 no\r\n",
    "421": b"421 4.3.2 shutting down\r\n",
    "drop": None,
    "slow": slow,
    "endless": endless,
    "garbage": b"\x00\xffwhat\r\n",
}
FINE = {
    "MAIL": b"250 2.1.0 fine\r\n",
    "RCPT": b"250 2.1.5 fine\r\n",
    "DATA": b"354 go on\r\n",
    ".": b"250 2.0.0 kept\r\n",
    "RSET": b"250 2.0.0 forgotten\r\n",
}
VERBS = ("MAIL", "RCPT", "DATA", ".", "RSET")
TRANSPORTS = ("plain", "pipelining", "chunking")


def assert_balanced(books: Any, server: Any, mails: list[OutgoingMail]) -> None:
    kept = Counter(server.messages)
    assert b"" not in kept
    assert set(kept.values()) <= {1}
    for mail in mails:
        outcome = books.outcomes.get(mail.delivery)
        if mail.message in kept:
            assert isinstance(outcome, Accepted | InDoubt), outcome
        else:
            assert not isinstance(outcome, Accepted)
        if mail.delivery not in books.committed:
            assert not isinstance(outcome, Accepted | InDoubt)
    assert books.seconds < 8


def faulty(verb: str, fault: str, place: int) -> dict[str, object]:
    """Do wrong at the verb of one mail; for RSET, a mail before it has to be refused."""
    script: dict[str, object] = {verb: (FINE[verb],) * place + (FAULTS[fault], FINE[verb])}
    if verb == "RSET":
        script["RCPT"] = (b"550 5.1.1 unknown\r\n", FINE["RCPT"])
        script["RSET"] = (FAULTS[fault], FINE["RSET"])
    return script


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", VERBS)
def test_the_books_balance_whatever_a_server_does_to_one_mail(
    serve: Serve, backend: Backends, mail: Mails, keep_books: KeepBooks, verb: str, fault: str, transport: str
) -> None:
    server = serve(faulty(verb, fault, 1), {})
    mails = [mail(number) for number in range(COUNT)]
    books = keep_books(backend(server, transport=transport), mails)
    assert_balanced(books, server, mails)
    in_doubt = [outcome for outcome in books.outcomes.values() if isinstance(outcome, InDoubt)]
    if transport != "chunking":
        assert len(in_doubt) == (verb == "." and fault not in ("4xx", "5xx", "421"))
    assert len(in_doubt) <= 4
    if (verb, fault) != ("MAIL", "5xx"):
        assert books.failure is None
        assert sum(isinstance(outcome, Accepted) for outcome in books.outcomes.values()) >= COUNT - 5


@pytest.mark.slow
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(("place", "limit"), [(0, 3), (5, 100)])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", VERBS)
def test_the_books_balance_wherever_it_happens(
    serve: Serve,
    backend: Backends,
    mail: Mails,
    keep_books: KeepBooks,
    verb: str,
    fault: str,
    place: int,
    limit: int,
    transport: str,
) -> None:
    server = serve(faulty(verb, fault, place), faulty(verb, fault, 2), {})
    mails = [mail(number) for number in range(2 * COUNT)]
    books = keep_books(backend(server, transport=transport, max_messages_per_connection=limit), mails)
    assert_balanced(books, server, mails)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_session_ends_whatever_a_server_says_to_quit(
    serve: Serve, backend: Backends, mail: Mails, keep_books: KeepBooks, fault: str, transport: str
) -> None:
    server = serve({"QUIT": FAULTS[fault]})
    books = keep_books(backend(server, transport=transport), [mail(1)])
    assert_balanced(books, server, [mail(1)])


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_server_that_takes_everything_and_says_nothing_leaves_all_of_it_in_doubt(
    serve: Serve, backend: Backends, mail: Mails, keep_books: KeepBooks, transport: str
) -> None:
    server = serve({".": None})
    mails = [mail(number) for number in range(20)]
    books = keep_books(backend(server, transport=transport), mails)
    assert_balanced(books, server, mails)
    assert books.failure is not None
    assert len(server.messages) == 2
    assert server.connections == 2


def test_a_mail_is_never_added_to_one_that_failed_before_it(
    serve: Serve, backend: Backends, mail: Mails, keep_books: KeepBooks
) -> None:
    server = serve({".": (b"452 4.3.1 disk\r\n", FINE["."])})
    mails = [mail(number) for number in range(4)]
    books = keep_books(backend(server, transport="chunking"), mails)
    assert_balanced(books, server, mails)
    first = [line.split()[0] for line in server.lines if not line.startswith(b"EHLO")]
    assert first[:8] == [b"MAIL", b"RCPT", b"BDAT", b"RSET", b"MAIL", b"RCPT", b"BDAT", b"RSET"]


@pytest.mark.parametrize("depth", [1, 4])
@pytest.mark.parametrize("refusal", ["RCPT", "."])
def test_a_mail_that_failed_alone_is_forgotten_before_the_next(
    serve: Serve, backend: Backends, mail: Mails, refusal: str, depth: int
) -> None:
    server = serve({refusal: (b"550 5.1.1 unknown\r\n", FINE[refusal])})
    session = backend(server, transport="chunking", pipeline_depth=depth).open()
    mails = (mail(1), None, mail(2), None, mail(3))
    outcomes = [settled.outcome for settled in session.send(mails, lambda _: None)]
    session.close()
    assert [type(outcome) for outcome in outcomes] == [Refused, Accepted, Accepted]
    assert server.connections == 1


def test_a_lone_dot_ends_what_was_granted_for_nobody(
    serve: Serve, backend: Backends, mail: Mails, keep_books: KeepBooks
) -> None:
    grants_anyway = b"354 go on anyway\r\n"
    server = serve({"RCPT": (b"550 5.1.1 unknown\r\n", FINE["RCPT"]), "DATA": grants_anyway})
    mails = [mail(number) for number in range(3)]
    books = keep_books(backend(server, transport="pipelining"), mails)
    assert_balanced(books, server, mails)
    assert [type(books.outcomes[one.delivery]).__name__ for one in mails] == [
        "Refused",
        "Accepted",
        "Accepted",
    ]
    assert mails[0].delivery not in books.committed
    assert server.connections == 1


def test_a_server_that_said_good_bye_and_serves_on_is_believed_what_it_does(
    serve: Serve, backend: Backends, mail: Mails, keep_books: KeepBooks
) -> None:
    def busy_and_back(sock: socket.socket) -> None:
        sock.sendall(b"421 4.3.2 busy\r\n250 2.1.5 fine\r\n554 5.5.1 no recipients\r\n" + SERVED * 3)
        with suppress(OSError):
            while sock.recv(100_000):
                pass

    server = serve({"MAIL": busy_and_back}, {})
    mails = [mail(number) for number in range(4)]
    books = keep_books(backend(server, transport="chunking"), mails)
    assert [type(books.outcomes[one.delivery]).__name__ for one in mails] == ["Deferred"] + ["Accepted"] * 3


SERVED = FINE["RSET"] + FINE["MAIL"] + FINE["RCPT"] + FINE["."]


def test_a_server_that_is_out_of_step_is_spoken_to_word_by_word(
    serve: Serve, backend: Backends, mail: Mails, keep_books: KeepBooks
) -> None:
    server = serve({".": b"250 2.1.0 this would be the answer to MAIL\r\n"})
    mails = [mail(number) for number in range(5)]
    books = keep_books(backend(server, transport="pipelining"), mails)
    assert_balanced(books, server, mails)
    assert [type(books.outcomes[one.delivery]) for one in mails] == [InDoubt] + [Accepted] * 4
    assert server.connections == 2


def test_a_yes_to_the_sender_of_the_next_mail_accepts_none_that_was_refused(
    serve: Serve, backend: Backends, mail: Mails, keep_books: KeepBooks
) -> None:
    server = serve({".": b"503 not now\r\n", "MAIL": b"250 ok\r\n", "RCPT": b"250 ok\r\n"}, {})
    mails = [mail(number) for number in range(3)]
    books = keep_books(backend(server, transport="pipelining"), mails)
    assert_balanced(books, server, mails)
    assert not isinstance(books.outcomes[mails[0].delivery], Accepted)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_an_idle_connection_that_the_server_closed_costs_no_mail(
    serve: Serve, backend: Backends, mail: Mails, transport: str
) -> None:
    closed = threading.Event()

    def keep_and_close(sock: socket.socket) -> None:
        sock.sendall(FINE["."] + b"421 4.4.2 idle for too long\r\n")
        sock.shutdown(socket.SHUT_RDWR)
        closed.set()

    server = serve({".": keep_and_close}, {})

    def mails() -> Iterator[OutgoingMail | None]:
        yield mail(1)
        yield None
        closed.wait(5)
        yield mail(2)

    session = backend(server, transport=transport).open()
    outcomes = [settled.outcome for settled in session.send(mails(), lambda _: None)]
    session.close()
    assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted]
    assert server.connections == 2
