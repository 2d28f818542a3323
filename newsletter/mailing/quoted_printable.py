"""Text as quoted-printable (RFC 2045) in a form that no mail system has a reason to change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LINE = 76
# A guarded start (=2E, =46rom) is two characters longer, and a soft line break takes one.
_ROOM = LINE - 3
CRLF = "\r\n"
_LINE_END = re.compile(r"\r\n|\r|\n")
_ESCAPED = re.compile(r"[^ -~\r\n]")


def encode(text: str) -> str:
    """Encode as UTF-8 in CRLF lines of at most 76 columns, with exactly one line end at the end.

    No line starts with a dot (so SMTP never doubles one) or `From `, and none ends in a blank: the result is
    already canonical for DKIM. Raises `UnicodeEncodeError` for half a surrogate pair.
    """
    return encode_around((text,))[0]


def encode_around(texts: Sequence[str]) -> list[str]:
    """Encode one text from which words were taken out, in the pieces that are left around them.

    A word of up to 75 plain letters or digits fits between two pieces on a line of its own: a soft break
    stands before and after it. What comes of that has all that `encode` promises.
    """
    *opened, last = (split_lines(_escaped(octets)) for octets in _octets(texts))
    pieces = [_closed(whole) + _left_open(rest) for *whole, rest in opened]
    pieces.append(_closed(last))
    return [pieces[0], *(f"={CRLF}{piece}" for piece in pieces[1:])]


def lines(text: str) -> list[str]:
    """Split at line ends of any kind; those at the end of the text count as one."""
    return split_lines(text.rstrip("\r\n"))


def split_lines(text: str) -> list[str]:
    """Split at line ends of any kind, each of which counts."""
    return _LINE_END.split(text)


def _octets(texts: Sequence[str]) -> Iterator[str]:
    for number, text in enumerate(texts, 1):
        whole = text if number < len(texts) else text.rstrip("\r\n")
        yield whole.encode("utf-8").decode("latin-1")


def _closed(whole: Sequence[str]) -> str:
    """Write lines that end where the text has a line end."""
    return "".join(f"{line}{CRLF}" for text in whole for line in _wrapped(_with_visible_end(text)))


def _left_open(rest: str) -> str:
    """Write the begin of a line that goes on after a soft break."""
    return "".join(f"{line.removesuffix('=')}={CRLF}" for line in _wrapped(rest)) if rest else ""


def _escaped(octets: str) -> str:
    """Escape whatever is not plain; one pass per kind of octet is twice as fast as one per octet."""
    escaped = octets.replace("=", "=3D")
    for octet in set(_ESCAPED.findall(octets)):
        escaped = escaped.replace(octet, f"={ord(octet):02X}")
    return escaped


def _with_visible_end(line: str) -> str:
    return f"{line[:-1]}=20" if line.endswith(" ") else line


def _wrapped(line: str) -> Iterator[str]:
    position = 0
    while len(line) - position > _ROOM:
        end = position + _ROOM
        if "=" in line[end - 2 : end]:
            end = line.rindex("=", 0, end)
        yield _guarded(line[position:end]) + "="
        position = end
    yield _guarded(line[position:])


def _guarded(line: str) -> str:
    if line.startswith("."):
        return f"=2E{line[1:]}"
    if line.startswith("From "):
        return f"=46rom {line[5:]}"
    return line
