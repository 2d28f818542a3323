"""What a reader's links end in: a signed number that never expires and that nobody else can make.

A mail may be opened years later, so the link in it must work then (RFC 8058 asks for a part that is hard to
forge, not for one that ends). Letters and digits of one case, so that a link survives programs that change
case, and those that take a - or _ at its end for punctuation.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32decode, b32encode
from typing import TYPE_CHECKING, Literal, get_args

from newsletter.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Purpose = Literal["unsubscribe", "preferences"]

MIN_KEY_BYTES = 32
MAX_READER = 2**63 - 1
# 128 bits: half of what HMAC-SHA-256 gives (RFC 2104 advises no less), in 26 characters instead of 52.
_MAC_BYTES = 16
_TOKEN = re.compile(r"[a-z2-7]{28,39}")
# Part of every derived key; another form of token would take another one.
_FORM = "newsletter token 1"


class LinkTokens:
    """Makes and reads tokens for one newsletter, with a salt for each purpose.

    The first key signs, all are accepted: a new key is put in front, and an old one stays as long as links
    made with it shall work. Raises `UsageError` for no key, or one shorter than 32 bytes.
    """

    def __init__(self, keys: Sequence[bytes], newsletter: str) -> None:
        if not keys or min(map(len, keys)) < MIN_KEY_BYTES:
            raise UsageError(f"links need a key of {MIN_KEY_BYTES} bytes or more")
        self._salted = {
            purpose: tuple(_mac(key, f"{_FORM}\0{purpose}\0{newsletter}".encode()) for key in keys)
            for purpose in get_args(Purpose)
        }

    def make(self, purpose: Purpose, reader: int) -> str:
        """Give the token of a reader, a number of 1 to 2**63 - 1, in 28 to 39 characters."""
        if not 0 < reader <= MAX_READER:
            raise ValueError("a reader's number must be positive, and small enough for a database")
        number = reader.to_bytes((reader.bit_length() + 7) // 8, "big")
        return _written(number + _mac(self._salted[purpose][0], number)[:_MAC_BYTES])

    def read(self, purpose: Purpose, token: str) -> int | None:
        """Give the reader whom a token of this purpose names, or None if none of the keys made it.

        A token in upper case reads the same, so the number is what to store and compare, never the token.
        """
        token = token.lower() if token.isascii() else ""
        if not _TOKEN.fullmatch(token):
            return None
        octets = _octets(token)
        if octets is None:
            return None
        number, mac = octets[:-_MAC_BYTES], octets[-_MAC_BYTES:]
        made = (_mac(key, number)[:_MAC_BYTES] for key in self._salted[purpose])
        return int.from_bytes(number, "big") if any(hmac.compare_digest(mac, one) for one in made) else None


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _written(octets: bytes) -> str:
    return b32encode(octets).decode("ascii").rstrip("=").lower()


def _octets(token: str) -> bytes | None:
    """Decode, and refuse every spelling but our own."""
    try:
        octets = b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        return None
    return octets if _written(octets) == token else None
