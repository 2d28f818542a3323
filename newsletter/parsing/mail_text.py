"""The text of a mail as it was saved, or of a file that is no mail."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from newsletter.parsing.decoding import decode

_HEADER = re.compile(
    rb"(?:From |(?:From|Date|Subject|To|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|X-[\w-]+|"
    rb"Content-Type|Reply-To|Sender|ARC-[\w-]+|DKIM-Signature|Authentication-Results|List-[\w-]+)\s*:)",
    re.IGNORECASE,
)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_BOUNDARY = re.compile(rb'\bboundary\s?=\s?"?([^"\s;]{1,70})', re.IGNORECASE)
MAX_LINES = 200_000
_MAX_HEAD_BYTES = 100_000
_MAX_PARTS = 20
_MAX_HEADER_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """Lines, each with its number in the file, and the headers `date` and `subject` where there are any.

    There is one line more than `MAX_LINES` where others were left out.
    """

    lines: tuple[tuple[int, str], ...]
    date: str | None = None
    subject: str | None = None


def mail_text(body: bytes) -> MailText:
    """Read a mail, or plain text; transfer encodings and character sets are undone. Never raises."""
    start = body.lstrip(b"\xef\xbb\xbf\r\n\t ")
    if not _HEADER.match(start) or not _is_sensible(start):
        return MailText(lines=_numbered(decode(body), 1))
    message = email.message_from_bytes(start)
    above = body[: len(body) - len(start)].count(b"\n")
    part = next((part for part in islice(message.walk(), _MAX_PARTS) if _is_plain(part)), None)
    date, subject = _header(message, "date"), _header(message, "subject")
    if part is None:
        return MailText(lines=(), date=date, subject=subject)
    if part is not message:
        return MailText(lines=_numbered(_decoded(part), 1), date=date, subject=subject)
    end = _HEADER_END.search(start)
    first = above + (start.count(b"\n", 0, end.end()) if end else 0) + 1
    lines = _numbered(_decoded(part), first)
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "quoted-printable":
        lines = _at_their_source(lines, start[end.end() :] if end else b"", first)
    return MailText(lines=lines, date=date, subject=subject)


def _is_sensible(mail: bytes) -> bool:
    """Whether a mail is one that people send: taking others apart would take all day."""
    end = _HEADER_END.search(mail[:_MAX_HEAD_BYTES])
    boundaries = set(islice((found[1] for found in _BOUNDARY.finditer(mail)), _MAX_PARTS + 1))
    return (
        (end is not None or len(mail) < _MAX_HEAD_BYTES)
        and len(boundaries) <= _MAX_PARTS
        and sum(mail.count(b"\n--" + boundary) for boundary in boundaries) <= _MAX_PARTS * 2
    )


def _is_plain(part: Message) -> bool:
    return not part.is_multipart() and part.get_content_type() == "text/plain"


def _header(message: Message, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value)[:_MAX_HEADER_CHARS].split()) if value is not None else None


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    body = payload if isinstance(payload, bytes) else b""
    charset = str(part.get_content_charset() or "utf-8")
    if re.fullmatch(r"iso-8859-\d{1,2}|windows-125\d|latin-?1|koi8-r", charset):
        try:
            return body.decode(charset, "replace")
        except LookupError:
            return decode(body)
    return decode(body)


def _numbered(text: str, first: int) -> tuple[tuple[int, str], ...]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MAX_LINES + 1)[: MAX_LINES + 1]
    return tuple(enumerate((line.replace("\xa0", " ").rstrip() for line in lines), start=first))


def _at_their_source(
    lines: tuple[tuple[int, str], ...], payload: bytes, first: int
) -> tuple[tuple[int, str], ...]:
    """Number decoded lines as in the file, where some are folded with a `=` at their end."""
    begins, at_begin = [], True
    for number, line in enumerate(payload.split(b"\n"), start=first):
        if at_begin:
            begins.append(number)
        at_begin = not line.rstrip().endswith(b"=")
    return tuple(
        (begin, text) for begin, (_, text) in zip(begins + [begins[-1]] * len(lines), lines, strict=False)
    )
