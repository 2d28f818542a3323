"""Messages on the terminal, for a look without any mail program."""

from __future__ import annotations

import email
import sys
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, Literal, TextIO

from newsletter.config.plugin import PluginOptions
from newsletter.errors import MailError
from newsletter.mailing.headers import header_text
from newsletter.model import Accepted, OutgoingMail, Settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

    from newsletter.ports import BeforeCommit

_SHOWN_HEADERS = ("From", "To", "Subject", "Date")
_SHOWN_LINES = 20


class ConsoleBackend:
    """Prints the head of each message and the start of its text, or with `raw` all of it."""

    class Options(PluginOptions):
        """`[backends.console]`: standard error keeps tables and `--json` on standard output clean."""

        raw: bool = False
        stream: Literal["stderr", "stdout"] = "stderr"

    def __init__(self, options: Options, stream: TextIO | None = None) -> None:
        self._options = options
        self._stream = stream

    @property
    def reaches_people(self) -> bool:
        """Only whoever looks at the terminal."""
        return False

    def open(self) -> ConsoleSession:
        """Nothing to open but the stream chosen in the options."""
        stream = self._stream or (sys.stdout if self._options.stream == "stdout" else sys.stderr)
        return ConsoleSession(stream, raw=self._options.raw)


class ConsoleSession:
    """Prints to one stream."""

    def __init__(self, stream: TextIO, *, raw: bool) -> None:
        self._stream = stream
        self._raw = raw

    def send(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /) -> Iterator[Settled]:
        """Print each mail. Raises `MailError` when nobody reads the stream any more."""
        for mail in filter(None, mails):
            text = _raw(mail.message) if self._raw else _summary(mail)
            before_commit(mail.delivery)
            self._print(text)
            yield Settled(delivery=mail.delivery, outcome=Accepted(reply="printed"))

    def close(self) -> None:
        """The stream is not ours to close."""

    def _print(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        shown = "".join(
            char if char == "\n" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text
        )
        try:
            self._stream.write(shown.encode(encoding, "backslashreplace").decode(encoding))
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise MailError("the message cannot be printed: the terminal is closed") from error


def _raw(message: bytes) -> str:
    return message.decode("utf-8", "backslashreplace").replace("\r\n", "\n") + "\n"


def _summary(mail: OutgoingMail) -> str:
    message = email.message_from_bytes(mail.message)
    heads = [f"{name}: {_decoded(message, name)}" for name in _SHOWN_HEADERS if name in message]
    lines = _text_of(message).split("\n")
    rest = len(lines) - _SHOWN_LINES
    more = [f"... {rest} more lines"] if rest > 0 else []
    envelope = f"--- {mail.size:,} bytes for {mail.recipient}"
    return "\n".join([envelope, *heads, "", *lines[:_SHOWN_LINES], *more]) + "\n"


def _decoded(message: Message, name: str) -> str:
    try:
        return header_text(str(make_header(decode_header(str(message[name])))))
    except (MessageError, LookupError, ValueError):
        return header_text(str(message[name]))


def _text_of(message: Message) -> str:
    """Give the plain text of a message, however it is wrapped."""
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload.decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n")
    return ""
