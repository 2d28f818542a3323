"""Bytes to and from a mail server, every wait by the clock on the wall and every reply of bounded size."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

from newsletter.backends.smtp_replies import Reply
from newsletter.errors import MailError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_LINE = 4096
_MAX_REPLY = 65_536
_CHUNK = 65_536
_REPLY_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?")


class WireError(MailError):
    """The connection ended, went silent, or carried what is not SMTP; it is of no more use."""


class Deadline:
    """A moment after which nothing is waited for. A socket's own timeout starts anew with each byte."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Give the seconds left. Raises `WireError` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise WireError(f"no answer within {self._seconds:g} seconds")
        return left


class Wire:
    """One connected socket; after `WireError` it can only be closed."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._unread = bytearray()

    @classmethod
    def connect(cls, host: str, port: int, deadline: Deadline) -> Wire:
        """Try every address of `host` within one deadline. Raises `WireError`.

        Only the resolver keeps to its own limits: looking a name up cannot be interrupted.
        """
        reason = "the name has no address"
        for family, kind, protocol, address in _addresses(host, port):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(deadline.left())
                sock.connect(address)
                # without this, a short write after a long one waits for a delayed acknowledgement
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                reason = error.strerror or "no answer"
            except BaseException:
                sock.close()
                raise
            else:
                return cls(sock)
        raise WireError(f"{reason[:1].lower()}{reason[1:]}")

    @property
    def own_address(self) -> str:
        """The address of this machine on the connection."""
        return str(self._sock.getsockname()[0])

    @property
    def peer_address(self) -> str:
        """The address of the server on the connection."""
        return str(self._sock.getpeername()[0])

    def start_tls(self, context: ssl.SSLContext, host: str, deadline: Deadline) -> None:
        """Turn the connection into a TLS one to `host`. Raises `WireError`, or `ssl.SSLError`."""
        self.require_silence()
        self._sock.settimeout(deadline.left())
        try:
            self._sock = context.wrap_socket(self._sock, server_hostname=host)
        except ssl.SSLError:
            raise
        except (OSError, ValueError) as error:
            raise WireError("the connection ended while TLS was set up") from error

    def require_silence(self) -> None:
        """Make sure that the server has not said what nobody asked for: it would count as the next answer.

        What is still in the socket counts as said; what comes later cannot be told from an answer.
        """
        if not self._unread:
            self._unread += self._arrived()
        if self._unread:
            raise WireError("the server spoke out of turn")

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Send all of `data`. Raises `WireError`: how much arrived is then unknown."""
        self.require_silence()
        rest = memoryview(data)
        while rest:
            self._sock.settimeout(deadline.left())
            try:
                rest = rest[self._sock.send(rest[:_CHUNK]) :]
            except OSError as error:
                raise _lost(error) from error

    def read_reply(self, deadline: Deadline) -> Reply:
        """Read one reply of one or more lines. Raises `WireError`."""
        lines: list[str] = []
        code, size = None, 0
        while True:
            line = self._read_line(deadline)
            size += len(line)
            match = _REPLY_LINE.fullmatch(line)
            if match is None or (code or match[1]) != match[1]:
                raise WireError("the server does not speak SMTP")
            if size > _MAX_REPLY:
                raise WireError(f"the server's reply is longer than {_MAX_REPLY:,} octets")
            code = match[1]
            lines.append((match[3] or b"").decode("utf-8", "replace"))
            if match[2] != b"-":
                return Reply(code=int(code), lines=tuple(lines))

    def close(self) -> None:
        """Hang up; never fails."""
        with contextlib.suppress(OSError):
            self._sock.close()

    def _arrived(self) -> bytes:
        """Take what is there without waiting."""
        self._sock.settimeout(0)
        try:
            data = self._sock.recv(_MAX_LINE)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        except OSError as error:
            raise _lost(error) from error
        if not data:
            raise WireError("the server closed the connection")
        return data

    def _read_line(self, deadline: Deadline) -> bytes:
        while (end := self._unread.find(b"\n")) < 0:
            if len(self._unread) > _MAX_LINE:
                raise WireError(f"a line of the server's reply is longer than {_MAX_LINE:,} octets")
            self._unread += self._receive(deadline)
        line = bytes(self._unread[:end]).removesuffix(b"\r")
        del self._unread[: end + 1]
        return line

    def _receive(self, deadline: Deadline) -> bytes:
        self._sock.settimeout(deadline.left())
        try:
            data = self._sock.recv(_MAX_LINE)
        except OSError as error:
            raise _lost(error) from error
        if not data:
            raise WireError("the server closed the connection")
        return data


def _addresses(host: str, port: int) -> Iterator[tuple[int, int, int, Any]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WireError("the name is not known") from error
    for family, kind, protocol, _, address in found:
        yield family, kind, protocol, address


def _lost(error: OSError) -> WireError:
    if isinstance(error, TimeoutError):
        return WireError("no answer in time")
    return WireError(f"the connection broke ({error.strerror or type(error).__name__})")
