"""The records of a journal file: one short line each, that proves itself by a checksum.

`I<delivery> <fence>` is an intent; `O<delivery> <fence> <time in ms> [state, not before, code, reason]` an
outcome. The order of lines does not matter, and a line that was torn is as if it had never been written:
whoever wrote it was told so.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from newsletter.store.ledger_values import Verdict
from newsletter.store.moves import Hold, Noted

if TYPE_CHECKING:
    from collections.abc import Iterable

_RECORD = re.compile(rb"([IO])(\d{1,18}) (\d{1,9})(?: (-?\d{1,15}) (\[.*\]))? ([0-9a-f]{8})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Remains:
    """What a journal tells: outcomes, and intents without one."""

    outcomes: tuple[Noted, ...]
    intents: tuple[Hold, ...]


def intent_record(delivery: int, fence: int) -> bytes:
    """Write an intent."""
    body = b"I%d %d" % (delivery, fence)
    return b"%b %08x\n" % (body, crc32(body))


class OutcomeWriter:
    """Writes outcomes. Nearly every mail is accepted, with the same verdict and at about the same time."""

    def __init__(self) -> None:
        self._verdict: Verdict | None = None
        self._at: datetime | None = None
        self._tail = b""

    def record(self, noted: Noted) -> bytes:
        """Write an outcome."""
        delivery, fence, verdict, at = noted
        if verdict is not self._verdict or at is not self._at:
            self._verdict, self._at, self._tail = verdict, at, _tail(verdict, at)
        body = b"O%d %d %b" % (delivery, fence, self._tail)
        return b"%b %08x\n" % (body, crc32(body))


def read_records(lines: Iterable[bytes]) -> Remains:
    """Read what a sender left behind; what is no whole record is skipped."""
    outcomes: dict[Hold, Noted] = {}
    intents: dict[Hold, None] = {}
    for line in lines:
        found = _RECORD.fullmatch(line)
        if not found or crc32(line[: found.start(6) - 1]) != int(found[6], 16):
            continue
        hold = Hold(int(found[2]), int(found[3]))
        if found[1] == b"I":
            intents[hold] = None
        else:
            outcomes[hold] = _noted(hold, int(found[4]), found[5])
    return Remains(
        outcomes=tuple(outcomes.values()), intents=tuple(hold for hold in intents if hold not in outcomes)
    )


def _tail(verdict: Verdict, at: datetime) -> bytes:
    not_before = verdict.not_before.isoformat() if verdict.not_before else None
    told = json.dumps([verdict.state, not_before, verdict.code, verdict.reason])
    return b"%d %b" % ((at - _EPOCH) // _MILLISECOND, told.encode("ascii"))


def _noted(hold: Hold, milliseconds: int, text: bytes) -> Noted:
    state, not_before, code, reason = json.loads(text)
    verdict = Verdict(
        state=state,
        not_before=datetime.fromisoformat(not_before) if not_before else None,
        code=code,
        reason=reason,
    )
    return Noted(hold.delivery, hold.fence, verdict, _EPOCH + milliseconds * _MILLISECOND)
