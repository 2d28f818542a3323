"""Text as quoted-printable (RFC 2045) in a form that no mail system has a reason to change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE = 76
# A guarded start (=2E, =46rom) is two characters longer, and a soft line break takes one.
_ROOM = LINE - 3
_LINE_END = re.compile(r"\r\n|\r|\n")
_ESCAPED = re.compile(r"[^ -~\r\n]")


def encode(text: str) -> str:
    """Encode as UTF-8 in CRLF lines of at most 76 columns, with exactly one line end at the end.

    No line starts with a dot (so SMTP never doubles one) or `From `, and none ends in a blank: the result is
    already canonical for DKIM. Raises `UnicodeEncodeError` for half a surrogate pair.
    """
    octets = text.encode("utf-8").decode("latin-1")
    return "".join(
        f"{line}\r\n" for whole in lines(_escaped(octets)) for line in _wrapped(_with_visible_end(whole))
    )


def lines(text: str) -> list[str]:
    """Split at line ends of any kind; those at the end of the text count as one."""
    return _LINE_END.split(text.rstrip("\r\n"))


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
