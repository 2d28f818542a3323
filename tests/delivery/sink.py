"""A mail server that writes down what it accepts, at the moment from which it must count as accepted."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from typing import Self

from tests.conftest import PATIENCE_SECONDS

KEYWORDS: Mapping[str, tuple[bytes, ...]] = {
    "plain": (),
    "pipelining": (b"PIPELINING",),
    "chunking": (b"PIPELINING", b"CHUNKING"),
}

_OUT_OF_TURN = b"503 5.5.1 out of turn\r\n"

# What the server says instead of its usual reply to a verb; None: it hangs up.
Fault = bytes | None


@dataclass
class Sink:
    """Serves any number of connections, a thread each. `fault` may change a reply: it is asked with the verb
    and the recipient. `delay` seconds pass before the reply to a message. `taken` and `replied` are called
    with the number of messages taken so far, before and after that reply."""

    transport: str = "plain"
    delay: float = 0.0
    fault: Callable[[str, str], bytes | None] | None = None
    taken: Callable[[int], None] | None = None
    replied: Callable[[int], None] | None = None
    accepted: list[str] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()

    @property
    def counts(self) -> Counter[str]:
        """How often each recipient's mail was accepted."""
        with self._lock:
            return Counter(self.accepted)

    def wait_for(self, messages: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until so many messages were accepted."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.accepted) >= messages, seconds)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError, HangUp), sock, sock.makefile("rb") as stream:
            self._say(sock, "CONNECT", "", b"220 sink\r\n")
            has_sender, recipient = False, ""
            while line := stream.readline():
                verb = line[:4].upper().strip().decode("ascii", "replace")
                if verb == "QUIT":
                    sock.sendall(b"221 bye\r\n")
                    return
                if verb in {"DATA", "BDAT"}:
                    self._receive(sock, stream, line, recipient)
                    has_sender, recipient = False, ""
                    continue
                if verb == "RCPT" and not has_sender:
                    sock.sendall(_OUT_OF_TURN)
                    continue
                named = (
                    line[line.index(b"<") + 1 : line.index(b">")].decode() if verb == "RCPT" else recipient
                )
                usual = self._greeting() if verb == "EHLO" else b"250 fine\r\n"
                is_fine = self._say(sock, verb, named, usual).startswith(b"2")
                match verb:
                    case "MAIL":
                        has_sender, recipient = is_fine, ""
                    case "RCPT":
                        recipient = named if is_fine else recipient
                    case "RSET" | "EHLO":
                        has_sender, recipient = False, ""

    def _receive(self, sock: socket.socket, stream: BufferedReader, line: bytes, recipient: str) -> None:
        """Take a message, unless nobody was named who may have it."""
        if line.upper().startswith(b"BDAT"):
            size = int(line.split()[1])
            if len(stream.read(size)) < size:
                raise HangUp
            if not recipient:
                sock.sendall(_OUT_OF_TURN)
            else:
                self._take(sock, recipient)
        elif not recipient:
            sock.sendall(_OUT_OF_TURN)
        elif self._say(sock, "DATA", recipient, b"354 go on\r\n").startswith(b"3"):
            if not _read_to_dot(stream):
                raise HangUp
            self._take(sock, recipient)

    def _greeting(self) -> bytes:
        lines = (b"sink", *KEYWORDS[self.transport])
        return b"".join(
            b"250%s%s\r\n" % (b" " if number == len(lines) else b"-", line)
            for number, line in enumerate(lines, 1)
        )

    def _say(self, sock: socket.socket, verb: str, recipient: str, usual: bytes) -> bytes:
        reply = self.fault(verb, recipient) if self.fault else None
        reply = usual if reply is None else reply
        if not reply:
            raise HangUp
        sock.sendall(reply)
        return reply

    def _take(self, sock: socket.socket, recipient: str) -> None:
        if self.delay:
            time.sleep(self.delay)  # a slow server, not a waiting test
        reply = self.fault(".", recipient) if self.fault else None
        if reply is not None and not reply.startswith(b"2") and reply:
            sock.sendall(reply)
            return
        with self._arrived:
            self.accepted.append(recipient)
            number = len(self.accepted)
            self._arrived.notify_all()
        if self.taken:
            self.taken(number)
        if reply == b"":
            raise HangUp
        sock.sendall(reply or b"250 2.0.0 kept\r\n")
        if self.replied:
            self.replied(number)


class HangUp(Exception):  # noqa: N818 - a decision
    """The server has had enough of this connection."""


def _read_to_dot(stream: BufferedReader) -> bool:
    while line := stream.readline():
        if line == b".\r\n":
            return True
    return False
