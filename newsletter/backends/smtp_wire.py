"""Bytes to and from a mail server, every wait by the clock on the wall and every reply of bounded size."""

from __future__ import annotations

import contextlib
import math
import re
import socket
import ssl
import struct
import sys
import time
from typing import TYPE_CHECKING, Any

from newsletter.backends.smtp_replies import Reply
from newsletter.errors import MailError

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_LINE = 4096
_MAX_REPLY = 65_536
# Of one record in TLS (RFC 8446, 5.1) nothing can be read before all of it has left. Of several, OpenSSL does
# not tell that the first have while there is no room for the last.
_RECORD = 16_384
# POSIX promises only 16 for one call; every system we know takes 1,024
_MOST_PARTS = 1024
# Where the kernel itself ends a wait, a call is one system call, and one chance for another thread to run
# instead of this one; Python's own time limits take three.
_KERNEL_KEEPS_TIME = sys.platform in ("linux", "darwin")
_MICROSECONDS = 1_000_000
_SENDING, _RECEIVING = socket.SO_SNDTIMEO, socket.SO_RCVTIMEO
_NO_ROOM = (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError)
# How exactly the kernel is told: it need not be told anew for each of many waits that are as long.
_STEPS_PER_SECOND = 20


# Lines with a hyphen behind the code, and one without.
_WHOLE_REPLY = re.compile(rb"(?:\d{3}-[^\n]*\n)*(?!\d{3}-)[^\n]*\n")


class WireError(MailError):
    """The connection ended, went silent, or carried what is not SMTP; it is of no more use."""


class HungUpError(WireError):
    """The server ended the connection."""


class HalfWrittenError(WireError):
    """Not all could be written: `gone` is how many octets may be on their way."""

    def __init__(self, message: str, *, gone: int) -> None:
        super().__init__(message)
        self.gone = gone


class Deadline:
    """A moment after which nothing is waited for. A socket's own timeout starts anew with each byte."""

    __slots__ = ("_seconds", "end")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.end = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether there is no time left."""
        return time.monotonic() >= self.end

    def restart(self, seconds: float | None = None) -> None:
        """Count the seconds anew, or others."""
        if seconds is not None:
            self._seconds = seconds
        self.end = time.monotonic() + self._seconds

    def left(self) -> float:
        """Give the seconds left. Raises `WireError` when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise WireError(f"no answer within {self._seconds:g} seconds")
        return left


class Wire:
    """One connected socket; after `WireError` it can only be closed.

    `unread`: what has been read that nobody has asked for yet. `takes_pieces`: many parts are as good as one;
    not in TLS, where each would be a record.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.unread = b""
        self.takes_pieces = hasattr(sock, "sendmsg")
        self._is_kernel_timed = _KERNEL_KEEPS_TIME
        self._told: dict[int, int] = {}  # steps, by socket option
        if self._is_kernel_timed:
            sock.setblocking(True)

    @classmethod
    def connect(cls, host: str, port: int, deadline: Deadline) -> Wire:
        """Try every address of `host` within one deadline; each has its share of the time.

        Only the resolver keeps to its own limits: a look-up cannot be interrupted. Raises `WireError`.
        """
        reason = "the name has no address"
        found = _addresses(host, port)
        for share, (family, kind, protocol, address) in zip(range(len(found), 0, -1), found, strict=True):
            seconds = deadline.left() / share
            try:
                return cls(_connected(socket.socket(family, kind, protocol), address, seconds))
            except OSError as error:
                reason = error.strerror or "no answer"
        raise WireError(f"{reason[:1].lower()}{reason[1:]}")

    @property
    def own_address(self) -> str:
        """The address of this machine on the connection."""
        return str(self._sock.getsockname()[0])

    @property
    def peer_address(self) -> str:
        """The address of the server on the connection. Raises `WireError` when it is gone."""
        try:
            return str(self._sock.getpeername()[0])
        except OSError as error:
            raise _lost(error) from error

    def start_tls(self, context: ssl.SSLContext, host: str, deadline: Deadline) -> None:
        """Turn the connection into a TLS one to `host`. Raises `WireError`, or `ssl.SSLError`."""
        self.require_silence()
        self.takes_pieces = False
        self._is_kernel_timed = False  # OpenSSL would take an ended wait for a reason to wait again
        self._sock.settimeout(deadline.left())
        try:
            self._sock = context.wrap_socket(self._sock, server_hostname=host)
        except ssl.SSLError:
            raise
        except (OSError, ValueError) as error:
            raise WireError("the connection ended while TLS was set up") from error

    def require_silence(self, *, looks: bool = True) -> None:
        """Make sure that the server has not said what nobody asked for: it would count as the next answer.

        What is still in the socket counts as said; what comes later cannot be told from an answer. Not to
        look there saves a system call where answers are counted off against commands anyway.
        """
        if looks and not self.unread:
            self.unread += self._arrived()
        if self.unread:
            raise WireError("the server spoke out of turn")

    def send(self, parts: Sequence[bytes | memoryview], deadline: Deadline | None) -> int:
        """Send as much of `parts` as goes at a time, uncopied where that is possible, and say how much that
        was. Without a deadline nothing is waited for: then it may be nothing. Raises `HalfWrittenError`.
        """
        try:
            if deadline:
                self._end_wait_at(deadline, to_send=True)
            if self.takes_pieces:
                return self._sock.sendmsg(parts[:_MOST_PARTS], (), 0 if deadline else socket.MSG_DONTWAIT)
            if not deadline:
                self._sock.settimeout(0)
            return self._sock.send(memoryview(parts[0])[:_RECORD])
        except WireError as error:
            raise HalfWrittenError(error.message, gone=0) from error
        except OSError as error:
            if not deadline and isinstance(error, _NO_ROOM):
                return 0
            # TLS does not tell how much of what it was given has left before it failed
            perhaps = len(parts[0][:_RECORD]) if isinstance(self._sock, ssl.SSLSocket) else 0
            raise HalfWrittenError(_lost(error).message, gone=perhaps) from error

    def write(self, line: bytes, deadline: Deadline) -> None:
        """Send a command. Raises `HalfWrittenError`."""
        while line:
            line = line[self.send([line], deadline) :]

    def is_idle(self) -> bool:
        """Tell whether the connection is there and the server has said nothing while nobody asked."""
        try:
            self.require_silence()
        except WireError:
            return False
        return True

    @property
    def has_reply(self) -> bool:
        """Whether one whole reply has been read that nobody has asked for yet: `read_reply` will not wait."""
        return _WHOLE_REPLY.match(self.unread) is not None

    def must_wait(self) -> bool:
        """Tell whether only the system can say that there is more to read."""
        return self.takes_pieces or not (isinstance(self._sock, ssl.SSLSocket) and self._sock.pending())

    def fileno(self) -> int:
        """Give the number of the socket; -1 when it is closed."""
        return self._sock.fileno()

    def hear(self, deadline: Deadline, *, waits: bool = True) -> None:
        """Read what is there, after all whole replies were taken; if it is nothing, wait for more to read.

        Raises `WireError`, also when nothing is there and the time is over.
        """
        if self.unread:
            self._require_bounds()
        data = self._arrived()
        if not data:
            self._end_wait_at(deadline)
            data = self._awaited() if waits else b""
        self.unread += data

    def take_usual(self, replies: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Take several replies with one look if they have been read as `replies` says; else they stay."""
        match = replies.match(self.unread)
        if match:
            self.unread = self.unread[match.end() :]
        return match

    def read_reply(self, deadline: Deadline) -> Reply:
        """Read one reply of one or more lines. Raises `WireError`."""
        code, is_last, text = _parsed(self._read_line(deadline))
        if is_last:
            return Reply(code=code, lines=(text,))
        lines, size = [text], len(text)
        while not is_last:
            line = self._read_line(deadline)
            size += len(line)
            if size > _MAX_REPLY:
                raise WireError(f"the server's reply is longer than {_MAX_REPLY:,} octets")
            next_code, is_last, text = _parsed(line)
            if next_code != code:
                raise WireError("the server does not speak SMTP")
            lines.append(text)
        return Reply(code=code, lines=tuple(lines))

    def close(self) -> None:
        """Hang up; never fails."""
        with contextlib.suppress(OSError):
            self._sock.close()

    def _end_wait_at(self, deadline: Deadline, *, to_send: bool = False) -> None:
        """Let the next call end in time. Raises `WireError` if there is none left."""
        if not self._is_kernel_timed:
            self._sock.settimeout(deadline.left())
            return
        option = _SENDING if to_send else _RECEIVING
        steps = math.ceil(deadline.left() * _STEPS_PER_SECOND)
        if self._told.get(option) == steps:
            return
        self._told[option] = steps
        seconds, rest = divmod(steps, _STEPS_PER_SECOND)
        limit = struct.pack("ll", seconds, rest * _MICROSECONDS // _STEPS_PER_SECOND)
        self._sock.setsockopt(socket.SOL_SOCKET, option, limit)

    def _require_bounds(self) -> None:
        """Raises `WireError` for more than anybody has to say."""
        if len(self.unread) > _MAX_REPLY:
            raise WireError(f"the server's reply is longer than {_MAX_REPLY:,} octets")
        if len(self.unread) - self.unread.rfind(b"\n") - 1 > _MAX_LINE:
            raise WireError(f"a line of the server's reply is longer than {_MAX_LINE:,} octets")

    def _arrived(self) -> bytes:
        """Take what is there without waiting."""
        try:
            if self._is_kernel_timed:
                data = self._sock.recv(_MAX_LINE, socket.MSG_DONTWAIT)
            else:
                self._sock.settimeout(0)
                data = self._sock.recv(_MAX_LINE)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        except OSError as error:
            raise _lost(error) from error
        if not data:
            raise HungUpError("the server closed the connection")
        return data

    def _read_line(self, deadline: Deadline) -> bytes:
        while (end := self.unread.find(b"\n")) < 0:
            self.hear(deadline)
        line = self.unread[:end].removesuffix(b"\r")
        self.unread = self.unread[end + 1 :]
        return line

    def _awaited(self) -> bytes:
        try:
            data = self._sock.recv(_MAX_LINE)
        except OSError as error:
            raise _lost(error) from error
        if not data:
            raise HungUpError("the server closed the connection")
        return data


def _parsed(line: bytes) -> tuple[int, bool, str]:
    """Give the code of a line, whether it is the last of its reply, and its text."""
    mark = line[3:4]
    if not (line[:3].isdigit() and b"200" <= line[:3] < b"600" and mark in (b" ", b"-", b"")):
        raise WireError("the server does not speak SMTP")
    return int(line[:3]), mark != b"-", line[4:].decode("utf-8", "replace")


def after(parts: Sequence[bytes | memoryview], sent: int) -> Sequence[bytes | memoryview]:
    """Give what is left of `parts` when `sent` octets, not all, have gone."""
    whole = 0
    while sent >= len(parts[whole]):
        sent -= len(parts[whole])
        whole += 1
    return [memoryview(parts[whole])[sent:], *parts[whole + 1 :]]


def _addresses(host: str, port: int) -> list[tuple[int, int, int, Any]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WireError("the name is not known") from error
    return [(family, kind, protocol, address) for family, kind, protocol, _, address in found]


def _connected(sock: socket.socket, address: Any, seconds: float) -> socket.socket:
    try:
        sock.settimeout(seconds)
        sock.connect(address)
        # without this, a short write after a long one waits for a delayed acknowledgement
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def _lost(error: OSError) -> WireError:
    if isinstance(error, TimeoutError | BlockingIOError):
        return WireError("no answer in time")
    if isinstance(error, ConnectionError | ssl.SSLEOFError):
        return HungUpError(f"the connection broke ({error.strerror or type(error).__name__})")
    return WireError(f"the connection broke ({error.strerror or type(error).__name__})")
