"""Which mails of a mailbox are wanted, told by their heads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail before its body is read; `name` is the mailbox's own, `day` that of its date in UTC, which is
    how arXiv dates a listing. `size` is in bytes."""

    name: str
    size: int
    sender: str
    day: date


class Letters(Protocol):
    """A mailbox that is open. Never deletes; what it raises is `SourceError`."""

    @property
    def place(self) -> str:
        """Name it for people, without a secret or a full address."""
        ...

    def heads(self, since: date | None) -> Iterator[Letter]:
        """Give the mails that came since about a day, in any order, a bounded number of the newest."""
        ...

    def body(self, letter: Letter) -> bytes:
        """Read a whole mail, unchanged and without marking it as read."""
        ...

    def mark_read(self, letter: Letter) -> None:
        """Mark a mail as read."""
        ...


def letter_of(head: bytes, *, name: str, size: int) -> Letter | None:
    """Read the head of a mail; None if its date cannot be read."""
    message = BytesHeaderParser().parsebytes(head)
    try:
        moment = parsedate_to_datetime(str(message.get("date", ""))[:200])
    except (ValueError, TypeError, OverflowError):
        return None
    sender = " ".join(str(message.get("from", ""))[:500].split())
    return Letter(name=name, size=size, sender=sender, day=_day(moment))


def wanted(letters: Iterable[Letter], *, sender: str, first: date | None, last: date | None) -> list[Letter]:
    """Keep those whose From has `sender` in it, of the days named, the oldest first."""
    kept = [
        letter
        for letter in letters
        if sender.casefold() in letter.sender.casefold()
        and (first is None or first <= letter.day)
        and (last is None or letter.day <= last)
    ]
    return sorted(kept, key=lambda letter: (letter.day, letter.name))


def _day(moment: datetime) -> date:
    try:
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except OverflowError:
        return moment.date()
