"""Lines as mail systems see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.rendering.checks.findings import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

# RFC 5322, 2.1.1: no line has more octets, its CRLF not counted.
MAX_LINE = 998
_CHECK = "lines"


def lines(message: bytes, html: bytes) -> Iterator[Finding]:
    """The message has CRLF lines of at most 998 octets; longer ones in the HTML itself are told."""
    yield from _line_ends(message)
    line, length = _longest(message.split(b"\r\n"))
    if length > MAX_LINE:
        yield Finding(
            severity="error",
            check=_CHECK,
            message=f"a line of the message has {length:,} octets, more than {MAX_LINE} (RFC 5322)",
            hint="send the part as quoted-printable or base64",
            where=Place(part="message", line=line),
        )
    line, length = _longest(html.split(b"\n"))
    if length > MAX_LINE:
        yield Finding(
            severity="info",
            check=_CHECK,
            message=f"a line of the HTML has {length:,} octets; the message encodes it in short ones",
            hint="if another program sends issue.html, let it use quoted-printable or base64 as well",
            where=Place(part="HTML", line=line),
        )


def _line_ends(message: bytes) -> Iterator[Finding]:
    ends = message.count(b"\r\n")
    if message.count(b"\r") != ends or message.count(b"\n") != ends:
        line = next(
            number
            for number, line in enumerate(message.split(b"\r\n"), start=1)
            if b"\r" in line or b"\n" in line
        )
        yield Finding(
            severity="error",
            check=_CHECK,
            message="a line end is not CRLF: servers disagree about where that message ends",
            hint="write every line end of the message as CRLF",
            where=Place(part="message", line=line),
        )
    if b"\0" in message:
        yield Finding(
            severity="error",
            check=_CHECK,
            message="the message has a NUL character",
            hint="take it out; no mail system lets it pass",
            where=Place(part="message", line=message.count(b"\n", 0, message.index(b"\0")) + 1),
        )


def _longest(lines_of_it: list[bytes]) -> tuple[int, int]:
    """Give the number of the longest line, counted from 1, and its octets."""
    length = max(map(len, lines_of_it))
    return next(n for n, line in enumerate(lines_of_it, start=1) if len(line) == length), length
