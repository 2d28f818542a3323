"""Base32 (RFC 4648) in lower case without padding.

Tokens are written for every message, and the standard library takes five times as long.
"""

from __future__ import annotations

from base64 import b32decode

_LETTERS = bytes.maketrans(bytes(range(32)), b"abcdefghijklmnopqrstuvwxyz234567")


def _spreading(digits: int) -> tuple[tuple[int, int], ...]:
    """Say how to move digits of five bits apart until each has an octet of its own, in two numbers at once.

    In each step the upper half of every block moves up: x + (x & upper) * (2**distance - 1). The blocks are
    half as large from step to step.
    """
    steps = []
    half = digits // 2
    while half:
        blocks = range(0, 2 * digits, 2 * half)
        upper = sum(((1 << 5 * half) - 1) << (8 * block + 5 * half) for block in blocks)
        steps.append((upper, (1 << 3 * half) - 1))
        half //= 2
    return tuple(steps)


# A power of two of digits that fills whole octets: 20 of them, or 40.
_FEW, _MANY = 32, 64
_STEPS = {digits: _spreading(digits) for digits in (_FEW, _MANY)}


def encode(octets: bytes) -> str:
    """Write up to 40 octets."""
    size = len(octets)
    width = _FEW if 8 * size <= 5 * _FEW else _MANY
    written = _written(int.from_bytes(octets, "big") << (5 * width - 8 * size), width, width)
    return written[: -(-8 * size // 5)].decode("ascii")


def encode_pair(first: bytes, second: bytes) -> tuple[bytes, bytes]:
    """Write two texts of one length, as ASCII, in little more time than one takes."""
    size = len(first)
    width = _FEW if 8 * size <= 5 * _FEW else _MANY
    number = int.from_bytes(bytes(width - size).join((first, second)), "big") << (5 * width - 8 * size)
    written = _written(number, width, 2 * width)
    length = -(-8 * size // 5)
    return written[:length], written[width : width + length]


def _written(number: int, width: int, digits: int) -> bytes:
    for upper, move in _STEPS[width]:
        number += (number & upper) * move
    return number.to_bytes(digits, "big").translate(_LETTERS)


def decode(text: str) -> bytes | None:
    """Read it, and refuse every spelling but our own with None."""
    try:
        octets = b32decode(text.upper() + "=" * (-len(text) % 8))
    except ValueError:
        return None
    return octets if encode(octets) == text else None
