"""The moves of a delivery from state to state, and how each engine makes many of them at once.

Every move names the sender and the fence of the claim it belongs to: what comes late, from somebody who was
taken for dead or for an earlier claim of the same row, changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, literal, literal_column, select, tuple_

from newsletter.store import move_statements as statements
from newsletter.store.columns import Moment
from newsletter.store.engines import is_embedded
from newsletter.store.schema import deliveries, frozen_issues, subscribers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from newsletter.store.ledger_values import EditionId, IssueId, SenderId, Verdict
    from newsletter.subscriber import SubscriberId

GONE = "is no longer here"
_MOMENT = Moment()
_PENDING = deliveries.c.state == literal_column("'pending'")


class Hold(NamedTuple):
    """A claim of a delivery: the fence tells it from earlier ones."""

    delivery: int
    fence: int


class Noted(NamedTuple):
    """An outcome that is not in the rows yet; one is made for each mail, so it is the cheapest there is."""

    delivery: int
    fence: int
    verdict: Verdict
    at: datetime


class Found(NamedTuple):
    """A row that may be claimed, with its fence before that, and its person as far as there is one."""

    id: int
    subscriber_id: SubscriberId
    edition_id: EditionId
    attempt: int
    fence: int
    address: str
    name: str
    status: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """Rows that were claimed (with their fence before it), how many people had left, and how far we came."""

    rows: tuple[Found, ...]
    suppressed: int
    last: int


def take(
    connection: Connection, issue: IssueId, sender: SenderId, limit: int, *, after: int, at: datetime
) -> Taken:
    """Claim what was put off and is due, then fresh rows with ids over `after`."""
    found = _found(connection, due_rows(issue, at).limit(limit))
    fresh = _found(connection, fresh_rows(issue, after).limit(limit - len(found)))
    if after and len(found) + len(fresh) < limit:  # some came back behind us
        rest = fresh_rows(issue, 0).where(deliveries.c.id <= after)
        found += _found(connection, rest.limit(limit - len(found) - len(fresh)))
    last = fresh[-1].id if fresh else after
    found += fresh
    rows = tuple(row for row in found if row.status == "active")
    left = [row for row in found if row.status != "active"]
    if rows:
        _mark_claimed(connection, sender, rows)
    if left:
        _mark_left(connection, left, at)
    return Taken(rows=rows, suppressed=len(left), last=last)


def _found(connection: Connection, wanted: Select[Any]) -> list[Found]:
    """Look rows up. From SQLite they come as one text: it lets another thread run before each row that it
    gives, and the thread of the ledger would wait for its turn a thousand times."""
    if not is_embedded(connection):
        return [Found(*row) for row in connection.execute(wanted)]
    rows = wanted.subquery()
    together = select(func.json_group_array(func.json_array(*rows.c))).select_from(rows)
    return [Found(*row) for row in json.loads(connection.execute(together).scalar_one())]


def fresh_rows(issue: IssueId, after: int) -> Select[Any]:
    """Say where a claim looks for rows that nobody has tried. A pair is compared, so that only the index of
    pairs will do: by the primary key alone, a server would walk all that is done."""
    pair = deliveries.c.issue_id, deliveries.c.id
    beyond = tuple_(*pair) > tuple_(literal(issue), literal(after))
    fresh = _claimable().where(deliveries.c.issue_id <= issue, beyond, deliveries.c.not_before.is_(None))
    return fresh.order_by(*pair)


def due_rows(issue: IssueId, at: datetime) -> Select[Any]:
    """Say where a claim looks for rows that were put off until now."""
    return (
        _claimable()
        .where(deliveries.c.issue_id == issue)
        .where(deliveries.c.not_before.is_not(None), deliveries.c.not_before <= at)
        .order_by(deliveries.c.not_before)
    )


def _claimable() -> Select[Any]:
    people = deliveries.outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
    return (
        select(
            deliveries.c.id,
            deliveries.c.subscriber_id,
            deliveries.c.edition_id,
            deliveries.c.attempt,
            deliveries.c.fence,
            subscribers.c.address,
            subscribers.c.name,
            subscribers.c.status,
        )
        .select_from(people)
        .where(_PENDING)
        .with_for_update(of=deliveries, skip_locked=True)  # SQLite has one writer, and knows no such words
    )


def _mark_claimed(connection: Connection, sender: SenderId, rows: Sequence[Found]) -> None:
    ids = [row.id for row in rows]
    if is_embedded(connection):
        connection.exec_driver_sql(statements.CLAIM, (sender, json.dumps(ids)))
    else:
        connection.exec_driver_sql(statements.SERVER_CLAIM, (sender, ids))


def _mark_left(connection: Connection, rows: Sequence[Found], at: datetime) -> None:
    reasons = [f"left ({row.status})" if row.status else GONE for row in rows]
    ids = [row.id for row in rows]
    if is_embedded(connection):
        moment = _moment(connection, at)
        rows_left = [(moment, reason, number) for reason, number in zip(reasons, ids, strict=True)]
        connection.exec_driver_sql(statements.SUPPRESS, rows_left)
    else:
        connection.exec_driver_sql(statements.SERVER_SUPPRESS, (at, ids, reasons))


def settle(connection: Connection, sender: SenderId, noted: Sequence[Noted]) -> int:
    """Bring outcomes into their rows; say how many were still ours to bring."""
    alike = _alike(connection, sender, noted)
    if is_embedded(connection):
        return sum(
            connection.exec_driver_sql(statements.SETTLE, (*told, json.dumps(ids), fence, sender)).rowcount
            for (told, fence), ids in alike.items()
        )
    rows = [(*told, number, fence) for (told, fence), ids in alike.items() for number in ids]
    if not rows:
        return 0
    columns = [list(column) for column in zip(*rows, strict=True)]
    return connection.exec_driver_sql(statements.SERVER_SETTLE, (*columns, sender)).rowcount


def _alike(
    connection: Connection, sender: SenderId, noted: Sequence[Noted]
) -> dict[tuple[tuple[Any, ...], int], list[int]]:
    """Gather deliveries whose rows will say the same, as nearly all do: by what they say, and the fence."""
    said: dict[tuple[Verdict, datetime], tuple[Any, ...]] = {}
    alike: dict[tuple[tuple[Any, ...], int], list[int]] = {}
    for delivery, fence, verdict, at in noted:
        told = said.get((verdict, at))
        if told is None:
            told = said[verdict, at] = _told(connection, sender, verdict, at)
        alike.setdefault((told, fence), []).append(delivery)
    return alike


def _told(connection: Connection, sender: SenderId, verdict: Verdict, at: datetime) -> tuple[Any, ...]:
    """Give what a row says of a verdict."""
    return (
        verdict.state,
        _moment(connection, verdict.not_before),
        None if verdict.state == "pending" else _moment(connection, at),
        verdict.code,
        verdict.reason,
        sender if verdict.state == "in_doubt" else None,
    )


def fly(connection: Connection, sender: SenderId, holds: Sequence[Hold]) -> frozenset[int]:
    """Mark claims as about to be sent. A server says which are: not those that are ours no more, or of an
    issue that was halted."""
    if not holds:
        return frozenset()
    if is_embedded(connection):
        connection.exec_driver_sql(statements.FLY, [(hold.delivery, sender, hold.fence) for hold in holds])
        return frozenset(hold.delivery for hold in holds)
    ids, fences = [hold.delivery for hold in holds], [hold.fence for hold in holds]
    return frozenset(connection.exec_driver_sql(statements.SERVER_FLY, (ids, fences, sender)).scalars())


def give_back(
    connection: Connection, sender: SenderId, holds: Sequence[Hold], not_before: datetime | None
) -> None:
    """Return claims to whoever wants them next."""
    if not holds:
        return
    moment = _moment(connection, not_before)
    if is_embedded(connection):
        rows = [(moment, hold.delivery, sender, hold.fence) for hold in holds]
        connection.exec_driver_sql(statements.RETURN, rows)
    else:
        ids, fences = [hold.delivery for hold in holds], [hold.fence for hold in holds]
        connection.exec_driver_sql(statements.SERVER_RETURN, (moment, ids, fences, sender))


def take_over(
    connection: Connection, sender: SenderId, *, at: datetime | None, reason: str, doubts_all: bool
) -> tuple[int, int]:
    """End what a sender holds: what it had begun to send is in doubt (or all of it), the rest goes back; say
    how many of both.

    It may be alive, and just committing that it begins another: on a server the first statement waits for
    that, so it must be the one that leaves what was begun to the second.
    """
    doubting = {"sender": sender, "at": _moment(connection, at), "reason": reason, "all_of_them": doubts_all}
    returned = 0 if doubts_all else connection.execute(statements.RETURN_REST, {"sender": sender}).rowcount
    return connection.execute(statements.DOUBT, doubting).rowcount, returned


def halted_among(connection: Connection, numbers: Sequence[int]) -> frozenset[int]:
    """Say which deliveries are of an issue that was halted."""
    joined = deliveries.join(frozen_issues, frozen_issues.c.id == deliveries.c.issue_id)
    halted = select(deliveries.c.id).select_from(joined).where(frozen_issues.c.halted_at.is_not(None))
    return frozenset(connection.scalars(halted.where(deliveries.c.id.in_(numbers))))


def holders(connection: Connection) -> Iterable[SenderId]:
    """List whose claims there are."""
    return connection.exec_driver_sql(statements.HOLDERS).scalars()


def _moment(connection: Connection, at: datetime | None) -> Any:
    """Give a time as the driver wants it."""
    return None if at is None else _MOMENT.as_bound(at, connection.dialect)
