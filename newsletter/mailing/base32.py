"""Base32 (RFC 4648) in lower case without padding.

A token is written for every link of every message, and the standard library takes three times as long.
"""

from __future__ import annotations

from base64 import b32decode

_DIGITS = 64  # of five bits each: 40 octets
_LETTERS = bytes.maketrans(bytes(range(32)), b"abcdefghijklmnopqrstuvwxyz234567")


def _spreading() -> list[tuple[int, int]]:
    """Say how to move 64 digits of five bits apart until each has an octet of its own.

    In each step the upper half of every block moves up: x + (x & upper) * (2**distance - 1). The blocks are
    half as large from step to step.
    """
    steps = []
    half = _DIGITS // 2
    while half:
        blocks = range(0, _DIGITS, 2 * half)
        upper = sum(((1 << 5 * half) - 1) << (8 * block + 5 * half) for block in blocks)
        steps.append((upper, (1 << 3 * half) - 1))
        half //= 2
    return steps


_STEPS = _spreading()


def encode(octets: bytes) -> str:
    """Write up to 40 octets."""
    number = int.from_bytes(octets, "big") << (5 * _DIGITS - 8 * len(octets))
    for upper, move in _STEPS:
        number += (number & upper) * move
    digits = number.to_bytes(_DIGITS, "big")[: -(-8 * len(octets) // 5)]
    return digits.translate(_LETTERS).decode("ascii")


def decode(text: str) -> bytes | None:
    """Read it, and refuse every spelling but our own with None."""
    try:
        octets = b32decode(text.upper() + "=" * (-len(text) % 8))
    except ValueError:
        return None
    return octets if encode(octets) == text else None
