"""How a text part travels: as quoted-printable or as base64 (RFC 2045), whichever is smaller.

A part may have gaps, for words that are not known yet. In base64 three octets become four letters, so what
stands beside a gap is held back until the word is there, and is encoded together with it on a line of its
own; all other lines are encoded once. So the choice by size holds for parts with gaps as well: the seed issue
with Chinese titles and summaries takes 133 and 81 kB (HTML, text) in base64, 158 and 119 in quoted-printable.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from newsletter.mailing import quoted_printable
from newsletter.mailing.quoted_printable import CRLF

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Whatever the gap: with the four octets that may be held back it fits on one line of either form.
MAX_WORD = 48
_COLUMNS = 76
_TRIPLE = 3

Name = Literal["quoted-printable", "base64"]
# What is encoded together with the word of a gap; None where the word stands as it is.
Rim = tuple[bytes, bytes] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A part as it is sent: ASCII in CRLF lines of at most 76 columns, with a line end at the end."""

    name: Name
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gapped:
    """A part in the pieces around its gaps, before it is known how long the words are."""

    name: Name
    _texts: tuple[bytes, ...] = field(repr=False)

    def around(self, lengths: Sequence[int]) -> tuple[tuple[bytes, ...], tuple[Rim, ...]]:
        """Give the encoded pieces, and the rim of each gap, for words of these lengths."""
        if self.name == "quoted-printable":
            return self._texts, (None,) * len(lengths)
        pieces, rims = [], []
        rest, start = self._texts[0], b""
        for length, text in zip(lengths, self._texts[1:], strict=True):
            whole = len(rest) - len(rest) % _TRIPLE
            pieces.append(start + _rows(rest[:whole]))
            before = rest[whole:]
            wanted = -(len(before) + length) % _TRIPLE
            rims.append((before, text[:wanted]))
            rest, start = text[wanted:], b"\r\n"
        return (*pieces, start + _rows(rest)), tuple(rims)


def encode(text: str) -> Encoded:
    """Choose by size; of equals, quoted-printable, which people and filters can read.

    Latin letters are about a third smaller in quoted-printable, all other scripts in base64. Both read back
    as the same text. Raises `UnicodeEncodeError` for half a surrogate pair.
    """
    made = encode_around((text,))
    [body], _ = made.around(())
    return Encoded(name=made.name, body=body.decode("ascii"))


def encode_around(texts: Sequence[str]) -> Gapped:
    """The same for a text with gaps for ASCII words of at most 48 letters or digits, given as the texts
    around them."""
    readable = quoted_printable.encode_around(texts)
    octets = tuple(_canonical(texts))
    if sum(map(len, readable)) <= _base64_length(octets) or not _can_be_held_back(octets):
        return Gapped("quoted-printable", tuple(piece.encode("ascii") for piece in readable))
    return Gapped("base64", octets)


def word_in(rim: Rim, word: bytes) -> bytes:
    """Write a word into its gap."""
    return word if rim is None else b64encode(rim[0] + word + rim[1])


def canonical(text: str) -> bytes:
    """Give the octets that a part reads back as: CRLF lines, with one line end at the end."""
    return b"".join(_canonical((text,)))


def _canonical(texts: Sequence[str]) -> Iterator[bytes]:
    *opened, last = texts
    for text in opened:
        yield CRLF.join(quoted_printable.split_lines(text)).encode("utf-8")
    yield "".join(f"{line}{CRLF}" for line in quoted_printable.lines(last)).encode("utf-8")


def _can_be_held_back(octets: Sequence[bytes]) -> bool:
    """Tell whether two gaps are always so far apart that none needs octets behind the next one."""
    return all(len(text) >= _TRIPLE - 1 for text, _ in pairwise(octets[1:]))


def _base64_length(octets: Sequence[bytes]) -> int:
    """Count the letters, and a line end for each line and around each gap."""
    letters = -(-sum(map(len, octets)) // _TRIPLE) * 4
    return letters + (-(-letters // _COLUMNS) + 2 * (len(octets) - 1)) * len(CRLF)


def _rows(octets: bytes) -> bytes:
    letters = b64encode(octets)
    return b"".join(letters[start : start + _COLUMNS] + b"\r\n" for start in range(0, len(letters), _COLUMNS))
