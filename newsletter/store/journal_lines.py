"""The records of a journal as they were until revision 0004, read after an upgrade in the midst of sending.

A line `I<delivery> <fence> <checksum>` is an intent; `O<delivery> <fence> <time in ms> [state, not before,
code, reason] <checksum>` an outcome.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zlib import crc32

from newsletter.store.moves import Hold

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(rb"([IO])(\d{1,18}) (\d{1,9})(?: (-?\d{1,15}) \[(.*)\])? ([0-9a-f]{8})")


def lines_of(content: bytes) -> Iterator[tuple[Hold, bytes]]:
    """Give whose record each whole line is, and what it tells in the form of today: an intent nothing."""
    for line in content.rstrip(b"\0").split(b"\n"):
        found = _LINE.fullmatch(line)
        if not found or crc32(line[: found.start(6) - 1]) != int(found[6], 16):
            continue
        if (found[1] == b"O") is (found[5] is not None):
            told = b"[%b,%b]" % (found[4], found[5]) if found[1] == b"O" else b""
            yield Hold(int(found[2]), int(found[3])), told
