"""What a reader's links and the address for bounces hold: a signed number that never expires and that nobody
else can make.

A mail may be opened years later, so the link in it must work then (RFC 8058 asks for a part that is hard to
forge, not for one that ends). Letters and digits of one case, so that a link survives programs that change
case, and those that take a - or _ at its end for punctuation.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, get_args

from newsletter.errors import UsageError
from newsletter.mailing import base32

if TYPE_CHECKING:
    from collections.abc import Sequence

# The first two number subscribers, "bounce" numbers deliveries.
Purpose = Literal["unsubscribe", "preferences", "bounce"]

MIN_KEY_BYTES = 32
MAX_NUMBER = 2**63 - 1
# What `make` gives at most.
MAX_CHARS = 39
# 128 bits: half of what HMAC-SHA-256 gives (RFC 2104 advises no less), in 26 characters instead of 52.
_MAC_BYTES = 16
# By the octets of their number.
_ALONE, _IN_PAIRS = ({size: base32.Form(size, texts) for size in range(1, 9)} for texts in (1, 2))
_BLOCK = sha256().block_size
_TOKEN = re.compile(rf"[a-z2-7]{{28,{MAX_CHARS}}}")
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
            purpose: tuple(_Mac(_salted(key, f"{_FORM}\0{purpose}\0{newsletter}")) for key in keys)
            for purpose in get_args(Purpose)
        }
        self._leaving, self._preferring = self._salted["unsubscribe"][0], self._salted["preferences"][0]

    def make(self, purpose: Purpose, number: int) -> str:
        """Give the token of a number (1 to 2**63 - 1) in 28 to 39 characters."""
        octets = _octets(number)
        [token] = _ALONE[len(octets)].write(number, (self._salted[purpose][0].digest(octets),))
        return token.decode("ascii")

    def make_links(self, subscriber: int) -> tuple[bytes, ...]:
        """Give the tokens for leaving and for preferences, in ASCII, in less time than one by one: every mail
        has both."""
        octets = _octets(subscriber)
        digests = self._leaving.digest(octets), self._preferring.digest(octets)
        return _IN_PAIRS[len(octets)].write(subscriber, digests)

    def read(self, purpose: Purpose, token: str) -> int | None:
        """Give the number in a token of this purpose, or None if none of the keys made it.

        A token in upper case reads the same, so the number is what to store and compare, never the token.
        """
        token = token.lower() if token.isascii() else ""
        octets = base32.decode(token) if _TOKEN.fullmatch(token) else None
        if octets is None:
            return None
        number, mac = octets[:-_MAC_BYTES], octets[-_MAC_BYTES:]
        made = (key.digest(number)[:_MAC_BYTES] for key in self._salted[purpose])
        return int.from_bytes(number, "big") if any(hmac.compare_digest(mac, one) for one in made) else None


def _octets(number: int) -> bytes:
    if not 0 < number <= MAX_NUMBER:
        raise ValueError("the number in a token must be positive, and small enough for a database")
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _salted(key: bytes, salt: str) -> bytes:
    return hmac.digest(key, salt.encode("utf-8"), "sha256")


class _Mac:
    """HMAC-SHA-256 (RFC 2104) with one key of 32 octets: what is hashed of the key alone is hashed once,
    which takes less than half the time of `hmac.digest`."""

    def __init__(self, key: bytes) -> None:
        block = key.ljust(_BLOCK, b"\0")
        self._inner = sha256(bytes(octet ^ 0x36 for octet in block))
        self._outer = sha256(bytes(octet ^ 0x5C for octet in block))

    def digest(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()
