"""A connection to an IMAP server that can neither be endless nor too large."""

from __future__ import annotations

import imaplib
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from newsletter.errors import SourceError

if TYPE_CHECKING:
    import ssl


class ImapConnection(imaplib.IMAP4_SSL):
    """Speaks IMAP over TLS. All that the server says counts: after `max_bytes` it is a `SourceError`, after
    `total_seconds` the line is cut; `timeout_seconds` is for each single wait."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        context: ssl.SSLContext,
        timeout_seconds: float,
        total_seconds: float,
        max_bytes: int,
    ) -> None:
        self._bytes_left = max_bytes
        self.is_late = False
        self._watch = threading.Timer(total_seconds, self._cut)
        self._watch.daemon = True
        self._watch.start()
        try:
            super().__init__(host, port, ssl_context=context, timeout=timeout_seconds)
        except BaseException:
            self._watch.cancel()
            raise

    def read(self, size: int) -> bytes:
        """Read that many bytes, unless they are too many: a server may announce any number."""
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Read a line."""
        line = super().readline()
        self._count(len(line))
        return line

    def shutdown(self) -> None:
        """End the connection."""
        self._watch.cancel()
        super().shutdown()

    def _count(self, size: int) -> None:
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise SourceError(
                f"{self.host}: the mail server sends more than it was asked for",
                hint="if it is what you want, raise max_bytes or max_messages",
            )

    def _cut(self) -> None:
        self.is_late = True
        with suppress(OSError, AttributeError):  # it may not be connected yet, or no longer
            self.sock.shutdown(socket.SHUT_RDWR)
