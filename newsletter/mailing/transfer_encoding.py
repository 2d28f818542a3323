"""How a text part travels: as quoted-printable or as base64 (RFC 2045), whichever is smaller."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Literal

from newsletter.mailing import quoted_printable

_COLUMNS = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A part as it is sent: ASCII in CRLF lines of at most 76 columns, with a line end at the end."""

    name: Literal["quoted-printable", "base64"]
    body: str = field(repr=False)


def encode(text: str) -> Encoded:
    """Choose by size; of equals, quoted-printable, which people and filters can read.

    Latin letters are about a third smaller in quoted-printable, all other scripts in base64. Both read back
    as the same text. Raises `UnicodeEncodeError` for half a surrogate pair.
    """
    readable = quoted_printable.encode(text)
    canonical = "".join(f"{line}\r\n" for line in quoted_printable.lines(text)).encode("utf-8")
    if len(readable) <= _base64_length(len(canonical)):
        return Encoded(name="quoted-printable", body=readable)
    letters = b64encode(canonical).decode("ascii")
    rows = (letters[start : start + _COLUMNS] for start in range(0, len(letters), _COLUMNS))
    return Encoded(name="base64", body="".join(f"{row}\r\n" for row in rows))


def _base64_length(octets: int) -> int:
    letters = -(-octets // 3) * 4
    return letters + -(-letters // _COLUMNS) * len("\r\n")
