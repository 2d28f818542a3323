"""What became of an issue, for people and for programs: the books, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from newsletter.store.pace import pace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Cadence
    from newsletter.store.ledger import Books, FrozenIssue, Ledger, State
    from newsletter.store.pace import Pace

Standing = Literal["sending", "left off", "put off", "waiting", "halted", "in doubt", "finished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why so many deliveries are in a state; `code` is a status code, where the mail system gave one."""

    state: State
    code: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """One revision of an issue. `counts` has every state and adds up to `audience`; `corrects` is the number
    of a revision; `rate` and `ends_at` are there while somebody sends. `waiting` people wait for the hour
    they chose, the last until `last_hour`, and `put_off` mails wait to be tried again; the first of both is
    due at `next_due`."""

    issue: str
    revision: int
    cadence: Cadence
    day: date
    standing: Standing
    audience: int
    counts: Mapping[State, int] = field(hash=False)
    is_balanced: bool
    reasons: tuple[Reason, ...]
    frozen_at: datetime
    settled_at: datetime | None
    halted_at: datetime | None
    halt_reason: str | None
    corrects: int | None
    put_off: int
    next_due: datetime | None
    senders: int
    rate: float
    ends_at: datetime | None
    waiting: int = 0
    last_hour: datetime | None = None


def account(frozen: FrozenIssue, ledger: Ledger, *, at: datetime) -> Accounting:
    """Look into the books of one revision, as it stands now."""
    frozen = ledger.find(frozen.slug, frozen.revision) or frozen
    books, speed = ledger.books(frozen.id), pace(ledger.database, frozen.id, at=at)
    is_alive = bool(speed.senders)
    return Accounting(
        issue=frozen.slug,
        revision=frozen.revision,
        cadence=frozen.cadence,
        day=frozen.day,
        standing=_standing(frozen, books, speed, is_alive=is_alive),
        audience=books.audience,
        counts=books.counts,
        is_balanced=books.is_balanced,
        reasons=tuple(
            Reason(state=one.state, code=one.code, reason=one.reason, count=one.count)
            for one in books.tallies
        ),
        frozen_at=frozen.frozen_at,
        settled_at=books.settled_at,
        halted_at=frozen.halted_at,
        halt_reason=frozen.halt_reason,
        corrects=_corrected(frozen, ledger),
        put_off=speed.put_off,
        next_due=speed.next_due,
        senders=speed.senders,
        rate=round(speed.rate, 1) if is_alive else 0.0,
        ends_at=_end(books, speed, at) if is_alive else None,
        waiting=speed.waiting,
        last_hour=speed.last_hour,
    )


def _standing(frozen: FrozenIssue, books: Books, speed: Pace, *, is_alive: bool) -> Standing:
    left = books.counts["pending"] + books.counts["claimed"] + books.counts["in_flight"]
    if frozen.is_halted:
        return "halted"
    if is_alive:
        return "sending"
    if left:
        later = speed.put_off + speed.waiting
        return "left off" if later < left else "put off" if speed.put_off else "waiting"
    return "in doubt" if books.counts["in_doubt"] else "finished"


def _end(books: Books, speed: Pace, at: datetime) -> datetime | None:
    """Foresee the end at the pace of the last minute; what was put off may take longer."""
    left = (
        books.counts["pending"]
        + books.counts["claimed"]
        + books.counts["in_flight"]
        - speed.put_off
        - speed.waiting
    )
    return at + timedelta(seconds=left / speed.rate) if left > 0 and speed.rate else None


def _corrected(frozen: FrozenIssue, ledger: Ledger) -> int | None:
    if frozen.corrects is None:
        return None
    older = (ledger.find(frozen.slug, number) for number in range(1, frozen.revision))
    return next((one.revision for one in older if one and one.id == frozen.corrects), None)
