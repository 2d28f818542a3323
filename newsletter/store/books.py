"""The books of an issue: what became of whom, and what nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, literal_column, select, update

from newsletter.errors import StoreError
from newsletter.store.ledger_values import STATES, Books, Doubt, Tally
from newsletter.store.schema import deliveries, frozen_issues, subscribers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.store.ledger_values import IssueId, Settlement

_MAX_TALLIES = 50
_BATCH = 500
_IN_DOUBT = deliveries.c.state == literal_column("'in_doubt'")


def books(connection: Connection, issue: IssueId) -> Books:
    """Count. Raises `StoreError` for an issue that was never frozen."""
    audience = connection.scalar(select(frozen_issues.c.audience).where(frozen_issues.c.id == issue))
    if audience is None:
        raise StoreError(f"there is no frozen issue with the number {issue}")
    counting = select(
        deliveries.c.state, func.count().label("count"), func.max(deliveries.c.settled_at).label("at")
    )
    rows = connection.execute(
        counting.where(deliveries.c.issue_id == issue).group_by(deliveries.c.state)
    ).all()
    counts = {row.state: row[1] for row in rows}
    times = [row.at for row in rows if row.at]
    return Books(
        audience=audience,
        counts={state: counts.get(state, 0) for state in STATES},
        tallies=_tallies(connection, issue) if set(counts) - {"accepted"} else (),
        settled_at=max(times) if times else None,
    )


def _tallies(connection: Connection, issue: IssueId) -> tuple[Tally, ...]:
    same = deliveries.c.state, deliveries.c.code, deliveries.c.reason
    count = func.count()
    told = (
        select(*same, count)
        .where(deliveries.c.issue_id == issue, deliveries.c.state != "accepted", deliveries.c.reason != "")
        .group_by(*same)
        .order_by(count.desc(), *same)
        .limit(_MAX_TALLIES)
    )
    return tuple(
        Tally(state=state, code=code, reason=reason, count=number)
        for state, code, reason, number in connection.execute(told)
    )


def doubts(connection: Connection, issue: IssueId) -> Iterator[Doubt]:
    """Go through what is in doubt."""
    people = deliveries.outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
    wanted = (
        select(deliveries, subscribers.c.address)
        .select_from(people)
        .where(deliveries.c.issue_id == issue, _IN_DOUBT)
        .order_by(deliveries.c.id)
    )
    for row in connection.execution_options(stream_results=True, yield_per=_BATCH).execute(wanted):
        yield Doubt(
            delivery=row.id,
            subscriber=row.subscriber_id,
            address=row.address,
            attempt=row.attempt,
            since=row.settled_at,
            reason=row.reason,
        )


def settle_doubts(
    connection: Connection,
    issue: IssueId,
    numbers: Collection[int] | None,
    verdict: Settlement,
    *,
    at: datetime,
    reason: str,
) -> int:
    """Settle what is in doubt."""
    values = {
        "state": verdict,
        "settled_at": None if verdict == "pending" else at,
        "reason": reason,
        "sender_id": None,
    }
    settling = update(deliveries).where(deliveries.c.issue_id == issue, _IN_DOUBT).values(values)
    if numbers is None:
        return connection.execute(settling).rowcount
    wanted = sorted(numbers)
    batches = (wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH))
    return sum(connection.execute(settling.where(deliveries.c.id.in_(batch))).rowcount for batch in batches)


def is_waiting(connection: Connection, issue: IssueId) -> bool:
    """Whether any row is pending: a look at the index of what was put off, and at that of what was not."""
    pending = deliveries.c.issue_id == issue, deliveries.c.state == literal_column("'pending'")
    is_open = deliveries.c.settled_at.is_(None), deliveries.c.not_before.is_(None)
    kinds = (deliveries.c.not_before.is_not(None),), is_open
    looks = (select(deliveries.c.id).where(*pending, *kind).limit(1) for kind in kinds)
    return any(connection.scalar(look) is not None for look in looks)


def next_due(connection: Connection, issue: IssueId) -> datetime | None:
    """Say when the first row that was put off is due."""
    waiting = deliveries.c.state == literal_column("'pending'"), deliveries.c.not_before.is_not(None)
    first = select(func.min(deliveries.c.not_before)).where(deliveries.c.issue_id == issue, *waiting)
    due: datetime | None = connection.scalar(first)
    return due
