"""Base32 (RFC 4648) in lower case without padding.

Tokens are written for every message, and the standard library takes five times as long.
"""

from __future__ import annotations

from base64 import b32decode
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LETTERS = bytes.maketrans(bytes(range(32)), b"abcdefghijklmnopqrstuvwxyz234567")


def _spreading(digits: int, numbers: int = 1) -> tuple[tuple[int, int], ...]:
    """Say how to move digits of five bits apart until each has an octet of its own, in some numbers at once.

    In each step the upper half of every block moves up: x + (x & upper) * (2**distance - 1). The blocks are
    half as large from step to step.
    """
    steps = []
    half = digits // 2
    while half:
        blocks = range(0, numbers * digits, 2 * half)
        upper = sum(((1 << 5 * half) - 1) << (8 * block + 5 * half) for block in blocks)
        steps.append((upper, (1 << 3 * half) - 1))
        half //= 2
    return tuple(steps)


# A power of two of digits that fills whole octets: 20 of them, or 40.
_FEW, _MANY = 32, 64
_STEPS = {digits: _spreading(digits) for digits in (_FEW, _MANY)}
# Bits of a digest that are written, and octets of a whole one.
_HALF, _DIGEST = 128, 32


def encode(octets: bytes) -> str:
    """Write up to 40 octets."""
    size = len(octets)
    width = _FEW if 8 * size <= 5 * _FEW else _MANY
    digits = int.from_bytes(octets) << (5 * width - 8 * size)
    for upper, move in _STEPS[width]:
        digits += (digits & upper) * move
    return digits.to_bytes(width).translate(_LETTERS)[: -(-8 * size // 5)].decode("ascii")


class Form:
    """Writes several texts in little more time than one takes; each is the same number, of so many octets (8
    at most), and the first half of a digest of its own (SHA-256).

    All are spread in one number, where each has a lane of an octet for every digit and ends where it ends.
    """

    def __init__(self, octets: int, texts: int) -> None:
        bits = 8 * octets + _HALF
        length = -(-bits // 5)
        width = _FEW if length <= _FEW else _MANY
        filling = 5 * length - bits
        lanes = sum(1 << 8 * width * lane for lane in range(texts))
        self._between = bytes(width - _DIGEST)
        self._dropped = _HALF - filling
        self._halves = lanes * (((1 << _HALF) - 1) << filling)
        self._place = lanes << (_HALF + filling)
        self._size = width * texts
        self._steps = _spreading(width, texts)
        self._cut = Struct(f"{width - length}x{length}s" * texts).unpack

    def write(self, number: int, digests: Iterable[bytes]) -> tuple[bytes, ...]:
        """Give the texts in ASCII, one for each digest."""
        halves = int.from_bytes(self._between.join(digests)) >> self._dropped & self._halves
        digits = halves + number * self._place
        for upper, move in self._steps:
            digits += (digits & upper) * move
        return self._cut(digits.to_bytes(self._size).translate(_LETTERS))


def decode(text: str) -> bytes | None:
    """Read it, and refuse every spelling but our own with None."""
    try:
        octets = b32decode(text.upper() + "=" * (-len(text) % 8))
    except ValueError:
        return None
    return octets if encode(octets) == text else None
