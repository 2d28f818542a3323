"""A session that is served together with others: what it waits for, and that it never makes them wait."""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from newsletter.backends.smtp import SmtpBackend
from newsletter.backends.smtp_session import SmtpSession
from newsletter.model import Accepted, Deferred, InDoubt, Outcome, OutgoingMail
from tests.conftest import PATIENCE_SECONDS

Backends = Callable[..., SmtpBackend]
Mails = Callable[..., OutgoingMail]
Serve = Callable[..., Any]  # gives the scripted server of conftest
PATIENT = {"command_seconds": PATIENCE_SECONDS, "data_seconds": PATIENCE_SECONDS}
# So much, or twice that, fits into each side of a connection.
NARROW = 8192


class Round:
    """Serves one session as a thread of many would, and notes how that went."""

    def __init__(self, session: SmtpSession) -> None:
        self._session = session
        self.were_full: list[bool] = []
        self.has_been_full = threading.Event()
        self.longest_step = 0.0
        self.waits_until: list[float] = []

    def serve(self, mails: Sequence[OutgoingMail]) -> list[Outcome]:
        return [settled.outcome for settled in self._settled(mails)]

    def _settled(self, mails: Sequence[OutgoingMail]) -> Iterator[Any]:
        steps = self._session.steps(mails, lambda _: None)
        while True:
            began = time.monotonic()
            step = next(steps, steps)
            self.longest_step = max(self.longest_step, time.monotonic() - began)
            if step is steps:
                return
            if step is not None:
                yield step
                continue
            self._wait()

    def _wait(self) -> None:
        session = self._session
        number, is_full, until = session.flush()
        self.waits_until.append(until - time.monotonic())
        self.were_full.append(is_full)
        if is_full:
            self.has_been_full.set()
        poll = select.poll()
        poll.register(number, select.POLLOUT if is_full else select.POLLIN)
        poll.poll(max(0.0, until - time.monotonic()) * 1000 + 1)


def narrow(server: Any) -> None:
    """Let the server's side of new connections take little at a time."""
    server._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)


def opened(backend: SmtpBackend) -> SmtpSession:
    """Open a session whose side of the connection takes little at a time."""
    session = backend.open()
    assert isinstance(session, SmtpSession)
    assert session._dialogue
    session._dialogue._wire._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
    return session


def large(number: int, mail: Mails, size: int) -> OutgoingMail:
    lines = b"".join(b"mail %d, line %d\r\n" % (number, line) for line in range(size // 20))
    return mail(number, message=b"Subject: large\r\n\r\n" + lines)


@pytest.mark.parametrize("security", ["none", "tls"])
@pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])
def test_mails_for_which_there_was_no_room_at_first_arrive_octet_for_octet(
    serve: Serve,
    backend: Backends,
    mail: Mails,
    transport: str,
    security: str,
    server_context: Callable[..., ssl.SSLContext],
    ca_file: Path,
) -> None:
    is_tls = security == "tls"
    server = serve(context=server_context() if is_tls else None, implicit_tls=is_tls)
    narrow(server)
    settings = {"security": security, "host": "localhost", "ca_file": ca_file} if is_tls else {}
    mails = [large(number, mail, 300_000) for number in range(5)]
    with closing(opened(backend(server, transport=transport, **PATIENT, **settings))) as session:
        served = Round(session)
        server.before_content = lambda: served.has_been_full.wait(PATIENCE_SECONDS)
        outcomes = served.serve(mails)
    assert {type(outcome) for outcome in outcomes} == {Accepted}
    assert server.messages == [one.message for one in mails]
    assert served.has_been_full.is_set()


@pytest.mark.parametrize("security", ["none", "tls"])
def test_of_chunks_cut_off_by_the_server_only_those_that_were_written_whole_are_in_doubt(
    serve: Serve,
    backend: Backends,
    mail: Mails,
    security: str,
    server_context: Callable[..., ssl.SSLContext],
    ca_file: Path,
) -> None:
    def read_two_and_a_half(sock: socket.socket) -> None:
        left = 1_000_000
        while left > 0:
            left -= len(sock.recv(min(left, 10_000)))

    is_tls = security == "tls"
    server = serve(
        {"BDAT": read_two_and_a_half}, context=server_context() if is_tls else None, implicit_tls=is_tls
    )
    narrow(server)
    settings = {"security": security, "host": "localhost", "ca_file": ca_file} if is_tls else {}
    mails = [large(number, mail, 400_000) for number in range(4)]
    assert all(360_000 < one.size < 400_000 for one in mails)
    with closing(opened(backend(server, transport="chunking", **PATIENT, **settings))) as session:
        outcomes = Round(session).serve(mails)
    assert [type(outcome) for outcome in outcomes] == [InDoubt, InDoubt, Deferred, Deferred]


@pytest.mark.parametrize("security", ["none", "tls"])
@pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])
def test_no_end_of_a_mail_is_written_but_by_the_flush_after_the_ledger_heard_of_it(
    serve: Serve,
    backend: Backends,
    mail: Mails,
    transport: str,
    security: str,
    server_context: Callable[..., ssl.SSLContext],
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_tls = security == "tls"
    server = serve(context=server_context() if is_tls else None, implicit_tls=is_tls)
    settings = {"security": security, "host": "localhost", "ca_file": ca_file} if is_tls else {}
    mails, heard, recorded = [mail(number) for number in range(9)], set[bytes](), set[bytes]()
    with closing(backend(server, transport=transport, **PATIENT, **settings).open()) as session:
        assert session._dialogue
        wire = session._dialogue._wire
        send = wire.send

        def sent(parts: Sequence[bytes], deadline: Any) -> int:
            written = b"".join(parts)
            assert {name for name in heard - recorded if name in written} == set()
            return int(send(parts, deadline))

        def hear(delivery: str) -> None:
            heard.add(b"Subject: mail %d\r\n" % int(delivery.rpartition("-")[2]))

        monkeypatch.setattr(wire, "send", sent)
        steps, outcomes = session.steps(mails, hear), []
        for step in steps:
            if step is not None:
                outcomes.append(step.outcome)
                continue
            early = next(steps, None)  # going on earlier does no harm, and writes nothing
            assert early is None or recorded >= heard
            outcomes += [early.outcome] if early else []
            recorded |= heard
            number, is_full, _ = session.flush()
            poll = select.poll()
            poll.register(number, select.POLLOUT if is_full else select.POLLIN)
            poll.poll(PATIENCE_SECONDS * 1000)
    assert {type(outcome) for outcome in outcomes} == {Accepted}
    assert (len(outcomes), server.messages) == (9, [one.message for one in mails])


@pytest.mark.parametrize("transport", ["pipelining", "chunking"])
def test_a_mail_is_flushed_even_while_there_is_more_to_read_of_what_tls_took_in(
    serve: Serve, backend: Backends, mail: Mails, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, heard = serve(), list[str]()
    with closing(backend(server, transport=transport, **PATIENT).open()) as session:
        assert session._dialogue
        steps = session.steps([mail(number) for number in range(9)], heard.append)
        monkeypatch.setattr(session._dialogue._wire, "must_wait", lambda: False)
        for step in steps:
            if step is None:
                session.flush()
    assert len(server.messages) == len(heard) == 9


@pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])
def test_of_what_the_ledger_could_not_hold_nothing_goes_when_the_steps_are_closed(
    serve: Serve, backend: Backends, mail: Mails, transport: str
) -> None:
    server, heard = serve(), list[str]()
    with closing(backend(server, transport=transport, **PATIENT).open()) as session:
        steps = session.steps([mail(number) for number in range(9)], heard.append)
        while not heard:
            assert next(steps) is None
            if not heard:
                number, _, _ = session.flush()
                poll = select.poll()
                poll.register(number, select.POLLIN)
                poll.poll(PATIENCE_SECONDS * 1000)
        steps.close()
        assert not session.is_connected
    server.stop()
    assert server.messages == []


def test_who_found_no_room_in_time_waits_for_a_last_word_and_for_room_no_more(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    is_over = threading.Event()
    server = serve({"BDAT": lambda _: is_over.wait(PATIENCE_SECONDS)})
    narrow(server)
    settings = {"command_seconds": 1, "data_seconds": 1}
    with closing(opened(backend(server, transport="chunking", **settings))) as session:
        served = Round(session)
        outcomes = served.serve([large(1, mail, 2_000_000)])
    is_over.set()
    assert [type(outcome) for outcome in outcomes] == [Deferred]
    assert served.were_full[0]
    assert not served.were_full[-1]


def test_who_finds_no_room_lets_others_go_on_even_if_there_is_more_to_read_of_what_tls_took_in(
    serve: Serve, backend: Backends, mail: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = threading.Event()

    def read_a_little(sock: socket.socket) -> None:
        for _ in range(50):
            sock.recv(NARROW)
        is_over.wait(PATIENCE_SECONDS)

    server = serve({"BDAT": read_a_little})
    narrow(server)
    settings = {"command_seconds": 2, "data_seconds": 2}
    with closing(opened(backend(server, transport="chunking", **settings))) as session:
        dialogue = session._dialogue
        assert dialogue
        monkeypatch.setattr(dialogue._wire, "must_wait", lambda: dialogue._write_until is None)
        served = Round(session)
        outcomes = served.serve([large(1, mail, 2_000_000)])
    is_over.set()
    assert [type(outcome) for outcome in outcomes] == [Deferred]
    assert served.longest_step < 1


def test_an_endless_answer_of_short_lines_never_makes_others_wait(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    is_over = threading.Event()

    def go_on_and_on(sock: socket.socket) -> None:
        sock.sendall(b"250-\r\n" * 11_000)
        is_over.wait(PATIENCE_SECONDS)

    server = serve({"MAIL": go_on_and_on})
    with closing(backend(server, command_seconds=4).open()) as session:
        served = Round(session)
        outcomes = served.serve([mail(1)])
    is_over.set()
    assert [type(outcome) for outcome in outcomes] == [Deferred]
    assert served.longest_step < 3


def test_a_connection_that_breaks_while_it_is_written_to_is_looked_at_soon(
    serve: Serve, backend: Backends, mail: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    with closing(backend(server, command_seconds=2).open()) as session:
        assert session._dialogue

        def fail(*_: object) -> int:
            raise OSError(105, "no buffer space available")

        class Broken:
            def __getattr__(self, name: str) -> object:
                return fail if name in ("send", "sendmsg") else getattr(sock, name)

        sock = session._dialogue._wire._sock
        monkeypatch.setattr(session._dialogue._wire, "_sock", Broken())
        served = Round(session)
        with suppress(AttributeError):
            outcomes = served.serve([mail(1)])
        sock.close()
    assert [type(outcome) for outcome in outcomes] == [Deferred]
    assert served.waits_until[0] < 1


def test_answers_to_what_was_not_written_yet_are_no_answers(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    kept, fine, no = b"250 2.0.0 kept\r\n", b"250 2.1.0 fine\r\n", b"550 5.1.1 no\r\n503 5.5.1 no\r\n"
    server = serve({".": kept + 3 * fine + kept + 2 * fine + no}, {})
    mails = [mail(number) for number in range(1, 5)]
    with closing(backend(server, transport="chunking", pipeline_depth=2, **PATIENT).open()) as session:
        assert isinstance(session, SmtpSession)
        outcomes = Round(session).serve(mails)
    assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted, Deferred, Deferred]
    server.stop()
    assert server.heard("RCPT")[2:] == []


@pytest.mark.parametrize("transport", ["pipelining", "chunking"])
def test_nor_are_they_when_the_mail_before_was_cut_off(
    serve: Serve, backend: Backends, mail: Mails, transport: str
) -> None:
    def refuse_all(sock: socket.socket) -> None:
        sock.sendall(b"354 go on\r\n" if transport == "pipelining" else b"")
        left = 40_000
        while left > 0:
            left -= len(sock.recv(min(left, 10_000)))
        reset = b"" if transport == "pipelining" else b"250 2.0.0 forgotten\r\n"
        sock.sendall(
            b"552 5.3.4 big\r\n" + 2 * (reset + b"250 2.1.0 fine\r\n550 5.1.1 no\r\n503 5.5.1 no\r\n")
        )

    server = serve({"DATA" if transport == "pipelining" else "BDAT": refuse_all})
    narrow(server)
    with closing(opened(backend(server, transport=transport, pipeline_depth=3, **PATIENT))) as session:
        outcomes = Round(session).serve([large(number, mail, 2_000_000) for number in range(3)])
    assert [type(outcome) for outcome in outcomes[1:]] == [Deferred] * (len(outcomes) - 1)
    assert len(outcomes) > 1
