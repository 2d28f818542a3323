"""How fast an issue goes out just now, whoever sends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsletter.store.schema import deliveries

if TYPE_CHECKING:
    from newsletter.store.database import Database
    from newsletter.store.ledger_values import IssueId

_LATELY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`senders` have claims; `rate` is in mails a second over the last minute; `put_off` deliveries wait for
    their time, the first until `next_due`."""

    senders: int
    rate: float
    put_off: int
    next_due: datetime | None


def pace(database: Database, issue: IssueId, *, at: datetime) -> Pace:
    """Look at one issue."""
    row = deliveries.c
    of_issue = row.issue_id == issue
    held = of_issue & row.state.in_(("claimed", "in_flight"))
    settled = of_issue & row.state.in_(("accepted", "refused", "in_doubt")) & (row.settled_at > at - _LATELY)
    waiting = of_issue & (row.state == "pending") & (row.not_before > at)
    with database.reading() as connection:
        senders = connection.scalar(select(func.count(row.sender_id.distinct())).where(held)) or 0
        begun, count = connection.execute(select(func.min(row.settled_at), func.count()).where(settled)).one()
        put_off, next_due = connection.execute(
            select(func.count(), func.min(row.not_before)).where(waiting)
        ).one()
    seconds = (at - begun).total_seconds() if begun else 0
    return Pace(
        senders=senders,
        rate=count / seconds if seconds >= 1 else float(count),
        put_off=put_off,
        next_due=next_due,
    )
