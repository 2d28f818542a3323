"""The records of a journal file: short ones, one after the other, that prove themselves by a checksum.

A record is the checksum of the rest of it, how many deliveries it is about, below zero, their fence, the
length of what follows, and that: the deliveries, and for outcomes `[time in ms, state, not before, code,
reason]` as JSON. Each begins at a multiple of four bytes. Their order does not matter, and one that was torn
is as if it had never been written: whoever wrote it was told so. In what earlier versions wrote, a record
about one delivery has that instead of the number.
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

_CHECKSUM, _WHAT, _DELIVERY, _STEP = Struct("<I"), Struct("<qiI"), Struct("<q"), 4
_HEAD_BYTES = _CHECKSUM.size + _WHAT.size
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Remains:
    """What a journal tells: outcomes, and intents without one."""

    outcomes: tuple[Noted, ...]
    intents: tuple[Hold, ...]


def intents(deliveries: Sequence[int], fence: int) -> bytes:
    """Give the record of some intents."""
    return _record(deliveries, fence, b"")


class Telling:
    """Outcomes that say the same of many deliveries, as nearly all do."""

    def __init__(self, fence: int, verdict: Verdict, at: datetime) -> None:
        self.fence, self.verdict, self.at = fence, verdict, at
        self.deliveries: list[int] = []
        self._told = _told(verdict, at)

    @property
    def alike(self) -> Alike:
        """Give what the rows are to say."""
        return Alike(self.fence, self.verdict, self.at, self.deliveries)

    def record(self, deliveries: Sequence[int]) -> bytes:
        """Give the record of the outcomes of some of them."""
        return _record(deliveries, self.fence, self._told)


def _record(deliveries: Sequence[int], fence: int, told: bytes) -> bytes:
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
    while begin < end and begin + _HEAD_BYTES <= len(content):
        [checksum] = _CHECKSUM.unpack_from(content, begin)
        delivery, fence, length = _WHAT.unpack_from(content, begin + _CHECKSUM.size)
        after = begin + _HEAD_BYTES + length
        # Fences begin with 1. With 0, the number of a record about one, eight octets FF, would have a right
        # checksum if it was torn right behind them.
        may_be_whole = fence > 0 and after <= len(content)
        if may_be_whole and crc32(body := content[begin + _CHECKSUM.size : after]) == checksum:
            yield from _holds(delivery, fence, body[_WHAT.size :])
            begin = after
        else:
            begin += _STEP


def _holds(delivery: int, fence: int, told: bytes) -> Iterator[tuple[Hold, bytes]]:
    """Give what a record says of each delivery in it."""
    if delivery >= 0:  # as earlier versions wrote it
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
