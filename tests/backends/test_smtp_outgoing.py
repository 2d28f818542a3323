"""What is to be written, in whatever pieces it leaves: all of it, and known how far."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.backends.smtp_outgoing import Outgoing
from newsletter.backends.smtp_transaction import Transaction
from newsletter.backends.smtp_wire import Deadline, HalfWrittenError, Wire
from newsletter.model import DeliveryId, OutgoingMail
from tests.conftest import PATIENCE_SECONDS

MAIL = OutgoingMail(
    delivery=DeliveryId("1"), sender="digest@example.org", recipient="reader@example.org", message=b"text"
)


class Straw:
    """A wire that takes as many octets at a time as it is told, then has no room, or breaks."""

    def __init__(self, takes: Sequence[int], *, takes_pieces: bool, breaks: bool = False) -> None:
        self._takes, self.takes_pieces, self._breaks = list(takes), takes_pieces, breaks
        self.arrived = b""

    def send(self, parts: Sequence[bytes | memoryview], deadline: Deadline | None) -> int:
        del deadline
        if not self._takes and self._breaks:
            raise HalfWrittenError("broken", gone=0)
        offered = b"".join(parts) if self.takes_pieces else bytes(parts[0])
        taken = offered[: self._takes.pop(0)] if self._takes else b""
        self.arrived += taken
        return len(taken)

    def widen(self, takes: Sequence[int]) -> None:
        self._takes += takes


# The pieces of what is put, whether a mail ends with it, and how much there is room for after it is put.
puts = st.lists(
    st.tuples(
        st.lists(st.binary(max_size=9), min_size=1, max_size=4).filter(any),
        st.booleans(),
        st.lists(st.integers(1, 12), max_size=4),
    ),
    min_size=1,
    max_size=6,
)


@given(puts, st.booleans())
def test_all_that_was_put_arrives_and_a_mail_is_committed_when_its_end_has_left(
    puts: list[tuple[list[bytes], bool, list[int]]], takes_pieces: bool
) -> None:
    wire = Straw((), takes_pieces=takes_pieces)
    outgoing = Outgoing(wire)  # type: ignore[arg-type]
    whole, begins, ends = b"", [], []
    for parts, is_whole, room in puts:
        transaction = Transaction(MAIL)
        outgoing.put(parts, of=transaction, is_whole=is_whole)
        begins.append((transaction, len(whole)))
        whole += b"".join(parts)
        ends += [(transaction, len(whole))] if is_whole else []
        wire.widen(room)
        is_all = outgoing.write(None)
        assert whole.startswith(wire.arrived)
        assert is_all is (outgoing.size == 0) is (wire.arrived == whole)
        assert [one.is_committed for one, _ in ends] == [end <= len(wire.arrived) for _, end in ends]
        assert all(outgoing.has_not_begun(one) is (begin >= len(wire.arrived)) for one, begin in begins)
    wire.widen([len(whole)] * 2)
    if outgoing.size:
        assert outgoing.write(None)
    assert wire.arrived == whole
    assert all(one.is_committed for one, _ in ends)


@given(puts, st.lists(st.integers(1, 12), max_size=6), st.booleans())
def test_a_mail_whose_end_had_not_left_when_it_broke_is_not_committed(
    puts: list[tuple[list[bytes], bool, list[int]]], room: list[int], takes_pieces: bool
) -> None:
    wire = Straw(room, takes_pieces=takes_pieces, breaks=True)
    outgoing, puts_of, size = Outgoing(wire), [], 0  # type: ignore[arg-type]
    for parts, is_whole, _ in puts:
        transaction = Transaction(MAIL)
        transaction.due = ("END",)
        outgoing.put(parts, of=transaction, is_whole=is_whole)
        begin, size = size, size + sum(map(len, parts))
        puts_of.append((transaction, is_whole, begin, size))
    with suppress(HalfWrittenError):
        outgoing.write(None)
    outgoing.withdraw()
    assert not outgoing.size
    for one, is_whole, begin, end in puts_of:
        assert one.is_committed is (is_whole and end <= len(wire.arrived))
        assert bool(one.due) is (begin < len(wire.arrived))


@pytest.fixture
def pair(
    server_context: Callable[..., ssl.SSLContext], ca_file: Path
) -> tuple[Wire, Callable[[], bytes], Callable[[], None]]:
    """A wire in TLS, a way to read all that has arrived at its other end."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 40_000)
    served: list[ssl.SSLSocket] = []
    context = server_context()
    thread = threading.Thread(
        target=lambda: served.append(context.wrap_socket(theirs, server_side=True)), daemon=True
    )
    thread.start()
    wire = Wire(ours)
    client = ssl.create_default_context(cafile=str(ca_file))
    wire.start_tls(client, "localhost", Deadline(PATIENCE_SECONDS))
    thread.join(PATIENCE_SECONDS)

    def read() -> bytes:
        served[0].settimeout(0)
        found = b""
        with suppress(ssl.SSLWantReadError):
            while data := served[0].recv(65_536):
                found += data
        return found

    return wire, read, served[0].close


def test_what_a_server_can_read_of_encrypted_mails_is_known_to_have_left(pair: Any) -> None:
    wire, read, close = pair
    outgoing, mails = Outgoing(wire), [Transaction(MAIL) for _ in range(100)]
    for transaction in mails:
        outgoing.put([b"x" * 5000], of=transaction, is_whole=True)
    assert not outgoing.write(None)
    readable = len(read())
    wire.close()
    close()
    assert 0 < readable < 500_000
    assert [one.is_committed for one in mails] == [5000 * (n + 1) <= readable for n in range(100)]


def test_encrypted_mails_arrive_octet_for_octet_when_there_is_room_again(pair: Any) -> None:
    wire, read, close = pair
    outgoing, whole, arrived = Outgoing(wire), b"", b""
    for number in range(30):
        parts = [b"%d," % number * 3000, b"\r\n"]
        outgoing.put(parts, of=Transaction(MAIL))
        whole += b"".join(parts)
        outgoing.write(None)
        arrived += read() if number % 3 else b""
    for _ in range(1000):
        arrived += read()
        if not outgoing.size or outgoing.write(None):
            break
    arrived += read()
    wire.close()
    close()
    assert not outgoing.size
    assert arrived == whole
