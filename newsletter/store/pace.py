"""How fast an issue goes out just now, whoever sends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from newsletter.store import moves
from newsletter.store.recovery import living
from newsletter.store.schema import deliveries

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import ColumnElement, Connection, Select

    from newsletter.store.database import Database
    from newsletter.store.ledger_values import IssueId

_LATELY = timedelta(minutes=1)
# The longest a limit makes a sender wait.
_LONGEST_WAIT = timedelta(days=1)

_ANSWERED = ("accepted", "refused", "in_doubt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`senders` live and are at it; `rate` is in mails a second over the last minute; `put_off` deliveries
    wait to be tried again, and `waiting` ones for their reader's hour, the last until `last_hour`. The first
    of both is due at `next_due`."""

    senders: int
    rate: float
    put_off: int
    next_due: datetime | None
    waiting: int = 0
    last_hour: datetime | None = None


def pace(database: Database, issue: IssueId, *, at: datetime) -> Pace:
    """Look at one issue."""
    row = deliveries.c
    of_issue = row.issue_id == issue
    settled = of_issue & row.state.in_(_ANSWERED) & (row.settled_at > at - _LATELY)
    later = of_issue & (row.state == "pending") & (row.not_before > at)
    is_untried = row.fence == 0
    with database.reading() as connection:
        senders = _senders(connection, database.file, issue, at=at)
        begun, count = connection.execute(select(func.min(row.settled_at), func.count()).where(settled)).one()
        put_off, due = connection.execute(_counted(later & ~is_untried)).one()[:2]
        waiting, first_hour, last_hour = connection.execute(_counted(later & is_untried)).one()
    seconds = (at - begun).total_seconds() if begun else 0
    return Pace(
        senders=senders,
        rate=count / seconds if seconds >= 1 else float(count),
        put_off=put_off,
        next_due=min((moment for moment in (due, first_hour) if moment), default=None),
        waiting=waiting,
        last_hour=last_hour,
    )


def _counted(rows: ColumnElement[bool]) -> Select[int, Any, Any]:
    """Count rows, and say when the first and the last of them are due."""
    not_before = deliveries.c.not_before
    return select(func.count(), func.min(not_before), func.max(not_before)).where(rows)


def _senders(connection: Connection, file: Path | None, issue: IssueId, *, at: datetime) -> int:
    """Count who is at an issue. One that waits for a limit holds nothing: it is at what was sent lately,
    unless it holds something else."""
    row = deliveries.c
    holders = tuple(moves.holders(connection))
    alive = living(connection, file)
    if here := alive & {sender for sender, its_issue in holders if its_issue == issue}:
        return len(here)
    waiting = alive - {sender for sender, _ in holders}
    lately = (row.issue_id == issue) & row.state.in_(_ANSWERED) & (row.settled_at > at - _LONGEST_WAIT)
    is_recent = bool(waiting) and connection.scalar(select(row.id).where(lately).limit(1)) is not None
    return len(waiting) if is_recent else 0
