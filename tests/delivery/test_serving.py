"""Connections of one thread, as real servers make them hard: full, halfway, used up; nobody else waits."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

import pytest

from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.run import deliver
from newsletter.model import OutgoingMail
from newsletter.store.database import open_database
from newsletter.store.ledger import Claim, Ledger
from tests.conftest import PATIENCE_SECONDS
from tests.delivery.sending import smtp
from tests.delivery.sink import Sink
from tests.delivery.stage import Letters, StandingClock, ready

PEOPLE = 40
# More than the buffers on the way take.
LARGE = (b"y" * 70 + b"\r\n") * 120_000
transports = pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])


class LargeLetters(Letters):
    """The first of them is larger than what a connection holds; its reader is the odd one."""

    def __init__(self) -> None:
        self.odd_one = ""

    def mail(self, claim: Claim, /) -> OutgoingMail:
        mail = super().mail(claim)
        self.odd_one = self.odd_one or claim.address
        if claim.address != self.odd_one:
            return mail
        return OutgoingMail(
            delivery=mail.delivery,
            sender=mail.sender,
            recipient=mail.recipient,
            message=mail.message + LARGE,
        )


@dataclass
class OddSink(Sink):
    """Does something of its own with the connection when it is about to read the content for the odd one, the
    first time."""

    letters: LargeLetters = field(default_factory=LargeLetters)
    instead: Callable[[socket.socket], None] = lambda _: None
    tried: list[str] = field(default_factory=list)

    def _receive(self, sock: socket.socket, stream: BufferedReader, line: bytes, recipient: str) -> None:
        if recipient == self.letters.odd_one and not self.tried:
            self.tried.append(recipient)
            if line.startswith(b"DATA"):
                sock.sendall(b"354 go on\r\n")
            self.instead(sock)
            if line.startswith(b"DATA"):
                while stream.readline() != b".\r\n":
                    pass
            else:
                stream.read(int(line.split()[1]))
            self._take(sock, recipient)
            return
        super()._receive(sock, stream, line, recipient)


def sent(
    tmp_path: Path, sink: Sink, letters: LargeLetters | None = None, **options: object
) -> dict[str, int]:
    """Send over four connections of one thread; give what became of the mails."""
    with closing(open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")) as database:
        ledger, issue = Ledger(database), ready(database, PEOPLE)
        backend, policy = smtp(sink.port, sink.transport, **options), DeliveryPolicy(connections=4)
        report = deliver(issue, ledger, backend, letters or Letters(), policy, clock=StandingClock())
    report.books.balance()
    assert report.ending == "done"
    return {state: count for state, count in report.books.counts.items() if count}


@transports
def test_a_server_that_stops_reading_in_the_midst_of_a_content_holds_up_nobody_else(
    tmp_path: Path, transport: str
) -> None:
    def wait_for_the_others(_: socket.socket) -> None:
        # those behind it on the same connection have to wait
        sink.wait_for(PEOPLE - 4)

    sink = OddSink(transport=transport, instead=wait_for_the_others)
    with sink:
        assert sent(tmp_path, sink, sink.letters, data_seconds=PATIENCE_SECONDS) == {"accepted": PEOPLE}
    assert set(sink.counts.values()) == {1}
    assert sink.tried


@pytest.mark.parametrize(
    "transport", [pytest.param("plain", marks=pytest.mark.slow), "pipelining", "chunking"]
)
def test_a_mail_that_a_server_does_not_read_in_time_is_put_off_and_brought_later(
    tmp_path: Path, transport: str
) -> None:
    is_over = threading.Event()

    def read_no_more(_: socket.socket) -> None:
        is_over.wait(PATIENCE_SECONDS)
        raise OSError

    sink = OddSink(transport=transport, instead=read_no_more)
    with sink:
        counts = sent(tmp_path, sink, sink.letters, data_seconds=2, command_seconds=2)
    is_over.set()
    assert counts == {"accepted": PEOPLE}
    assert sink.tried
    assert set(sink.counts.values()) == {1}


@transports
def test_an_answer_of_several_lines_that_stops_halfway_holds_up_nobody_else(
    tmp_path: Path, transport: str
) -> None:
    @dataclass
    class Halting(Sink):
        letters: LargeLetters = field(default_factory=LargeLetters)
        has_halted: bool = False

        def _say(self, sock: socket.socket, verb: str, recipient: str, usual: bytes) -> bytes:
            if verb == "RCPT" and recipient == self.letters.odd_one:
                self.has_halted = True
                sock.sendall(b"250-half an answer\r\n25")
                self.wait_for(PEOPLE - 4)
                sock.sendall(b"0 fine\r\n")
                return b"250"
            return super()._say(sock, verb, recipient, usual)

    with Halting(transport=transport) as sink:
        assert sent(tmp_path, sink, sink.letters) == {"accepted": PEOPLE}
    assert sink.has_halted
    assert set(sink.counts.values()) == {1}


@transports
def test_connections_are_replaced_while_the_others_go_on_being_served(tmp_path: Path, transport: str) -> None:
    held: list[int] = []

    def fault(verb: str, recipient: str) -> None:
        del recipient
        # the first that comes after those we began with is greeted late
        if verb == "CONNECT" and sink.connections > 4 and not held:
            held.append(len(sink.accepted))
            sink.wait_for(PEOPLE - 3)

    with Sink(transport=transport, fault=fault) as sink:
        assert sent(tmp_path, sink, max_messages_per_connection=3, connect_seconds=PATIENCE_SECONDS) == {
            "accepted": PEOPLE
        }
    assert held
    assert set(sink.counts.values()) == {1}
    assert sink.connections >= PEOPLE / 3
