"""The message as bytes: its header fields as they stand, and its parts."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

from newsletter.rendering.checks.findings import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

_CHECK = "message"
_FIELD = re.compile(rb"([!-9;-~]+):[ \t]?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderField:
    """One field: its value unfolded but not decoded, and the line it begins on. No name: not a field."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPart:
    """A part that holds text: its kind, its charset, its octets before and after decoding."""

    kind: str
    charset: str
    encoded_bytes: int
    body: bytes


def header_fields(message: bytes) -> tuple[HeaderField, ...]:
    """Read the fields up to the first empty line, exactly as they stand."""
    head = message.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    fields: list[tuple[int, bytes]] = []
    for number, line in enumerate(head, start=1):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] = (fields[-1][0], fields[-1][1] + line)
        else:
            fields.append((number, line))
    return tuple(_field(line, number) for number, line in fields)


def body_parts(message: bytes) -> tuple[BodyPart, ...]:
    """Give the text parts in their order."""
    parsed = email.message_from_bytes(message, policy=email.policy.compat32)
    return tuple(_part(part) for part in parsed.walk() if part.get_content_maintype() == "text")


def decoded(value: str) -> str:
    """Show a field with its encoded words (RFC 2047) as people see it."""
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        return value


def message(parts: tuple[BodyPart, ...], *, html: bytes, text: bytes) -> Iterator[Finding]:
    """The message holds the text and then the HTML, both in UTF-8, and they are those of the folder."""
    kinds = [part.kind for part in parts]
    if kinds != ["text/plain", "text/html"]:
        yield _finding(
            f"its text parts are {', '.join(kinds) or 'none'}, expected text/plain and then text/html",
            "write one multipart/alternative with the text first: clients show the last part they know",
        )
    for part in parts:
        expected = {"text/html": html, "text/plain": text}.get(part.kind)
        if part.charset != "utf-8":
            yield _finding(
                f"its {part.kind} part has the charset {part.charset or 'of no name'}, expected utf-8",
                "write `; charset=utf-8` after its Content-Type: Gmail cuts mail in other charsets",
            )
        if expected is not None and _lines(part.body) != _lines(expected):
            yield _finding(
                f"its {part.kind} part is not what the issue's file holds",
                "build the issue again",
            )


def _part(part: Message[str, str]) -> BodyPart:
    encoded, body = part.get_payload(decode=False), part.get_payload(decode=True)
    return BodyPart(
        kind=part.get_content_type(),
        charset=(part.get_content_charset() or "").lower(),
        encoded_bytes=len(str(encoded)),
        body=body if isinstance(body, bytes) else b"",
    )


def _field(line: bytes, number: int) -> HeaderField:
    found = _FIELD.fullmatch(line)
    name, value = (found[1], found[2]) if found else (b"", line)
    return HeaderField(name=name.decode("ascii"), value=value.decode("utf-8", "replace").strip(), line=number)


def _lines(body: bytes) -> bytes:
    return body.replace(b"\r\n", b"\n").rstrip(b"\n")


def _finding(what: str, hint: str) -> Finding:
    return Finding(
        severity="error",
        check=_CHECK,
        message=f"the message is not whole: {what}",
        hint=hint,
        where=Place(part="message"),
    )
