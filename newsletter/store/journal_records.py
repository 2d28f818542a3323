"""The records of a journal file: short ones, one after the other, that prove themselves by a checksum.

A record is the checksum of the rest of it, the delivery, its fence, the length of what follows, and that: for
an intent nothing, for an outcome `[time in ms, state, not before, code, reason]` as JSON. One about several
deliveries has their number, below zero, instead of the delivery, and they come first in what follows. Each
begins at a multiple of four bytes. Their order does not matter, and one that was torn is as if it had never
been written: whoever wrote it was told so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import TYPE_CHECKING
from zlib import crc32

from newsletter.store.journal_lines import lines_of
from newsletter.store.ledger_values import Verdict
from newsletter.store.moves import Alike, Hold, Noted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from mmap import mmap

_CHECKSUM, _WHAT, _DELIVERY, _STEP = Struct("<I"), Struct("<qiI"), Struct("<q"), 4
_HEAD = Struct(_CHECKSUM.format + _WHAT.format[1:])
INTENT_BYTES = _HEAD.size
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_what, _put_head = _WHAT.pack, _HEAD.pack_into


@dataclass(frozen=True, slots=True)
class Remains:
    """What a journal tells: outcomes, and intents without one."""

    outcomes: tuple[Noted, ...]
    intents: tuple[Hold, ...]


def put_intent(memory: mmap | bytearray, place: int, delivery: int, fence: int) -> None:
    """Write an intent: so many bytes, from a place on."""
    _put_head(memory, place, crc32(_what(delivery, fence, 0)), delivery, fence, 0)


def intents(deliveries: Sequence[int], fence: int) -> bytes:
    """Give the record of several intents."""
    return _several(deliveries, fence, b"")


class Telling:
    """Outcomes that say the same of many deliveries, as nearly all do, and how each is written."""

    def __init__(self, fence: int, verdict: Verdict, at: datetime) -> None:
        self.fence, self.verdict, self.at = fence, verdict, at
        self.deliveries: list[int] = []
        self._told = _told(verdict, at)
        self._length = len(self._told)
        self._what = Struct(f"{_WHAT.format}{self._length}s").pack
        self._put_record = Struct(f"{_HEAD.format}{self._length}s").pack_into
        self.record_bytes = _HEAD.size + self._length

    @property
    def alike(self) -> Alike:
        """Give what the rows are to say."""
        return Alike(self.fence, self.verdict, self.at, self.deliveries)

    def put(self, memory: mmap | bytearray, place: int, delivery: int) -> None:
        """Write the outcome of one of them: so many bytes, from a place on."""
        fence, length, told = self.fence, self._length, self._told
        checksum = crc32(self._what(delivery, fence, length, told))
        self._put_record(memory, place, checksum, delivery, fence, length, told)

    def several(self, deliveries: Sequence[int]) -> bytes:
        """Give the record of the outcomes of several."""
        return _several(deliveries, self.fence, self._told)


def _several(deliveries: Sequence[int], fence: int, told: bytes) -> bytes:
    number = len(deliveries)
    length = _DELIVERY.size * number + len(told)
    body = _form(number).pack(-number, fence, length, *deliveries) + told
    return _CHECKSUM.pack(crc32(body)) + body


@lru_cache(maxsize=64)
def _form(number: int) -> Struct:
    return Struct(f"{_WHAT.format}{number}q")


def read_records(*contents: bytes) -> Remains:
    """Read what a sender left behind in its files; what is no whole record is skipped."""
    outcomes: dict[Hold, Noted] = {}
    intents: dict[Hold, None] = {}
    for hold, told in chain(*map(_records, contents), *map(lines_of, contents)):
        if told:
            outcomes[hold] = _noted(hold, told)
        else:
            intents[hold] = None
    return Remains(
        outcomes=tuple(outcomes.values()),
        intents=tuple(hold for hold in intents if hold not in outcomes),
    )


def _records(content: bytes) -> Iterator[tuple[Hold, bytes]]:
    begin, end = 0, len(content.rstrip(b"\0"))
    while begin < end and begin + _HEAD.size <= len(content):
        [checksum] = _CHECKSUM.unpack_from(content, begin)
        delivery, fence, length = _WHAT.unpack_from(content, begin + _CHECKSUM.size)
        after = begin + _HEAD.size + length
        if after <= len(content) and crc32(body := content[begin + _CHECKSUM.size : after]) == checksum:
            yield from _holds(delivery, fence, body[_WHAT.size :])
            begin = after
        else:
            begin += _STEP


def _holds(delivery: int, fence: int, told: bytes) -> Iterator[tuple[Hold, bytes]]:
    """Give what a record says of each delivery in it."""
    if delivery >= 0:
        yield Hold(delivery, fence), told
        return
    end = -delivery * _DELIVERY.size
    if end <= len(told):
        for [one] in _DELIVERY.iter_unpack(told[:end]):
            yield Hold(one, fence), told[end:]


def _told(verdict: Verdict, at: datetime) -> bytes:
    not_before = verdict.not_before.isoformat() if verdict.not_before else None
    milliseconds = (at - _EPOCH) // _MILLISECOND
    said = [milliseconds, verdict.state, not_before, verdict.code, verdict.reason]
    told = json.dumps(said, separators=(",", ":"))
    return told.encode("ascii") + b" " * (-len(told) % _STEP)


def _noted(hold: Hold, told: bytes) -> Noted:
    milliseconds, state, not_before, code, reason = json.loads(told)
    verdict = Verdict(
        state=state,
        not_before=datetime.fromisoformat(not_before) if not_before else None,
        code=code,
        reason=reason,
    )
    return Noted(hold.delivery, hold.fence, verdict, _EPOCH + milliseconds * _MILLISECOND)
