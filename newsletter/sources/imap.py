"""Mails in a folder of an IMAP server."""

from __future__ import annotations

import imaplib
import re
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from newsletter.errors import SourceError
from newsletter.parsing.text import clean, clip
from newsletter.sources.imap_connection import ImapConnection
from newsletter.sources.letters import Letter, letter_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

_MAX_LETTERS = 1_000
_AT_ONCE = 100
_MAX_HEAD_BYTES = 20_000
_MARGIN = timedelta(days=2)  # a server counts days in a time zone of its own
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,15})\b")
_SEEN = r"(\Seen)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    """Where the mails are. TLS from the first byte on, its certificate verified (RFC 8314)."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    folder: str
    ca_file: Path | None
    timeout_seconds: float
    total_seconds: float
    max_bytes: int


class ImapFolder:
    """Reads mails of one folder; without `is_writing` it is opened so that nothing can be changed."""

    def __init__(self, account: ImapAccount, *, is_writing: bool) -> None:
        self._account = account
        self._is_writing = is_writing
        self._line: ImapConnection | None = None

    def __enter__(self) -> Self:
        try:
            with self._translated():
                self._line = self._connect()
                self._log_in(self._line)
                self._select(self._line)
        except BaseException:
            self._leave(is_done=False)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave(is_done=kind is None)

    @property
    def place(self) -> str:
        return f"imap://{self._account.host}/{self._account.folder}"

    def heads(self, since: date | None) -> Iterator[Letter]:
        """Ask for dates, senders and sizes of the newest mails. Raises `SourceError`."""
        criteria = ("ALL",) if since is None else ("SINCE", _imap_day(since - _MARGIN))
        [found, *_] = self._ask("SEARCH", *criteria)
        names = (found or b"").decode("ascii", "replace").split()[-_MAX_LETTERS:]
        for at in range(0, len(names), _AT_ONCE):
            yield from self._heads(names[at : at + _AT_ONCE])

    def body(self, letter: Letter) -> bytes:
        """Fetch a whole mail and leave it unread. Raises `SourceError`."""
        for _, body in _literals(self._ask("FETCH", letter.name, "(UID BODY.PEEK[])")):
            return body
        raise SourceError(f"{self.place}: the mail {letter.name} is gone", hint="run it again")

    def mark_read(self, letter: Letter) -> None:
        """Set the flag "seen"."""
        self._ask("STORE", letter.name, "+FLAGS.SILENT", _SEEN)

    def _heads(self, names: list[str]) -> Iterator[Letter]:
        items = "(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM)])"
        for about, head in _literals(self._ask("FETCH", ",".join(names), items)):
            uid, size = _UID.search(about), _SIZE.search(about)
            if uid and size:
                letter = letter_of(head[:_MAX_HEAD_BYTES], name=uid[1].decode(), size=int(size[1]))
                if letter:
                    yield letter

    def _connect(self) -> ImapConnection:
        account = self._account
        return ImapConnection(
            account.host,
            account.port,
            context=ssl.create_default_context(cafile=account.ca_file),
            timeout_seconds=account.timeout_seconds,
            total_seconds=account.total_seconds,
            max_bytes=account.max_bytes,
        )

    def _log_in(self, line: ImapConnection) -> None:
        """Log in, with any characters where the server knows PLAIN (RFC 4616)."""
        user, password = self._account.username, self._account.password
        try:
            if "AUTH=PLAIN" in line.capabilities:
                line.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
            else:
                line.login(user, password)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnicodeError) as error:
            # what the server says may repeat the name or the password
            raise SourceError(
                f"{self.place}: the mail server refuses the name or the password",
                hint="many services want a password made for programs (an app password)",
            ) from error

    def _select(self, line: ImapConnection) -> None:
        kind, told = line.select(f'"{self._account.folder}"', readonly=not self._is_writing)
        if kind != "OK":
            raise self._refused("open the folder", told)

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        if self._line is None:
            raise ValueError("the folder is not open")
        with self._translated():
            kind, told = self._line.uid(command, *arguments)
        if kind != "OK":
            raise self._refused(command, told)
        return told

    def _refused(self, what: str, told: list[Any]) -> SourceError:
        words = b" ".join(part for part in told if isinstance(part, bytes)).decode("utf-8", "replace")
        return SourceError(
            f"{self.place}: the mail server refuses to {what}: {clip(clean(words[:400]), 120)}",
            hint="the folder is named as the server names it, such as INBOX",
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Make what can go wrong on the way a `SourceError`."""
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise SourceError(
                f"{self.place}: the mail server's certificate is not trusted ({error.verify_message})",
                hint="ca_file names the certificate of an authority of your own",
            ) from error
        except (imaplib.IMAP4.error, OSError, ValueError) as error:
            raise SourceError(f"{self.place}: {self._reason(error)}", hint="run it again later") from error

    def _reason(self, error: Exception) -> str:
        if self._line and self._line.is_late:
            return f"the mail server was not done after {self._account.total_seconds:g} seconds"
        if isinstance(error, TimeoutError):
            return f"the mail server said nothing for {self._account.timeout_seconds:g} seconds"
        if isinstance(error, OSError):
            return f"the mail server cannot be reached ({error.strerror or type(error).__name__})"
        return "the mail server does not speak as IMAP wants it, or broke off"

    def _leave(self, *, is_done: bool) -> None:
        """Say goodbye where all went well, else just go."""
        line, self._line = self._line, None
        if line is None:
            return
        with suppress(imaplib.IMAP4.error, OSError, ValueError, SourceError):
            if is_done:
                line.logout()
        with suppress(OSError, AttributeError):
            line.shutdown()


def _imap_day(day: date) -> str:
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def _literals(told: list[Any]) -> Iterator[tuple[bytes, bytes]]:
    """Give each text with what the server says around it, in whatever order it says it."""
    for at, part in enumerate(told):
        if isinstance(part, tuple):
            behind = told[at + 1] if at + 1 < len(told) and isinstance(told[at + 1], bytes) else b""
            yield part[0] + b" " + behind, part[1]
