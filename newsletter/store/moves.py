"""The moves of a delivery from state to state, and how each engine makes many of them at once.

Every move names the sender and the fence of the claim it belongs to: what comes late, from somebody who was
taken for dead or for an earlier claim of the same row, changes nothing.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import partial
from itertools import compress, groupby
from operator import add, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sqlalchemy import select

from newsletter.store import move_statements as statements
from newsletter.store.columns import Moment
from newsletter.store.engines import embedded, is_embedded
from newsletter.store.ledger_values import Claim
from newsletter.store.schema import deliveries, frozen_issues

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.store.ledger_values import IssueId, SenderId, Verdict

GONE = "is no longer here"
_MOMENT = Moment()
_LARGEST = 2**63 - 1
# On average: then a statement for each run takes no longer than to look up each of its rows.
_SHORTEST_RUN = 16


class Hold(NamedTuple):
    """A claim of a delivery: the fence tells it from earlier ones."""

    delivery: int
    fence: int


class Noted(NamedTuple):
    """An outcome that is not in the rows yet."""

    delivery: int
    fence: int
    verdict: Verdict
    at: datetime


# The same, as it is kept for each mail: nothing is made faster.
Outcome: TypeAlias = "tuple[int, int, Verdict, datetime]"


class Alike(NamedTuple):
    """Outcomes that are not in the rows yet, and say the same of each of some deliveries."""

    fence: int
    verdict: Verdict
    at: datetime
    deliveries: list[int]


@dataclass(frozen=True, slots=True)
class Taken:
    """Claims and their fences, how many people had left, and how far we came."""

    claims: tuple[Claim, ...]
    fences: Sequence[int]
    suppressed: int
    last: int


class _Found(NamedTuple):
    """Rows that may be claimed, column by column: so a thousand are handled without a line for each."""

    ids: list[int]
    subscribers: list[int]
    addresses: list[str | None]
    names: list[str | None]
    editions: list[int]
    attempts: list[int]
    fences: list[int]
    statuses: list[str | None]

    def and_also(self, others: _Found) -> _Found:
        return _Found._make(map(add, self, others)) if others.ids else self

    def only(self, wanted: Sequence[bool]) -> _Found:
        return self if all(wanted) else _Found._make(list(compress(column, wanted)) for column in self)

    def claims(self) -> tuple[Claim, ...]:
        attempts = [attempt + 1 for attempt in self.attempts]
        columns = self.ids, self.subscribers, self.addresses, self.names, self.editions, attempts
        # What `Claim._make` does, without a call of Python for each.
        return tuple(map(partial(tuple.__new__, Claim), zip(*columns, strict=True)))


def take(
    connection: Connection, issue: IssueId, sender: SenderId, limit: int, *, after: int, at: datetime
) -> Taken:
    """Claim what was put off and is due, then fresh rows with ids over `after`."""
    found = _due(connection, issue, at, limit)
    fresh = _fresh(connection, issue, after, _LARGEST, limit - len(found.ids))
    if after and len(found.ids) + len(fresh.ids) < limit:  # some came back behind us
        found = found.and_also(_fresh(connection, issue, 0, after, limit - len(found.ids) - len(fresh.ids)))
    last = fresh.ids[-1] if fresh.ids else after
    found = found.and_also(fresh)
    is_active = [status == "active" for status in found.statuses]
    here = found.only(is_active)
    if here.ids:
        _mark_claimed(connection, sender, here.ids, are_fresh=len(found.ids) == len(fresh.ids))
    if not all(is_active):
        _mark_left(connection, found.only([not active for active in is_active]), at)
    return Taken(
        claims=here.claims(),
        fences=[fence + 1 for fence in here.fences],
        suppressed=len(found.ids) - len(here.ids),
        last=last,
    )


def _due(connection: Connection, issue: IssueId, at: datetime, limit: int) -> _Found:
    values = issue, _moment(connection, at), limit
    if is_embedded(connection):
        return _from_one_row(connection, statements.DUE_IN_ONE_ROW, values)
    return _from_rows(connection, statements.SERVER_DUE, values)


def _fresh(connection: Connection, issue: IssueId, after: int, until: int, limit: int) -> _Found:
    if is_embedded(connection):
        return _embedded_fresh(connection, (issue, after, until, limit))
    return _from_rows(connection, statements.SERVER_FRESH, (issue, after, issue, until, limit))


def _embedded_fresh(connection: Connection, values: tuple[Any, ...]) -> _Found:
    row = embedded(connection).execute(statements.FRESH_IN_SEQUENCE, values).fetchone()
    (first, last, rows, edition, other_edition, with_edition), people = row[:6], row[6:]
    if not rows:
        return _Found._make([] for _ in _Found._fields)
    if last - first + 1 == rows == with_edition and edition == other_edition:
        return _found([*range(first, last + 1)], [edition] * rows, people)
    return _from_one_row(connection, statements.FRESH_IN_ONE_ROW, values)


def _from_one_row(connection: Connection, statement: str, values: tuple[Any, ...]) -> _Found:
    ids, editions, *people = embedded(connection).execute(statement, values).fetchone()
    return _found(json.loads(ids), json.loads(editions), people)


def _found(ids: list[int], editions: list[int], told: Sequence[str]) -> _Found:
    """Put columns together; what was told last is of those who are not active, or were claimed before."""
    people, addresses, names, others = map(json.loads, told)
    rows = len(ids)
    found = _Found(ids, people, addresses, names, editions, [0] * rows, [0] * rows, ["active"] * rows)
    if others:
        places = {number: place for place, number in enumerate(ids)}
        for number, attempt, fence, status in others:
            place = places[number]
            found.attempts[place], found.fences[place], found.statuses[place] = attempt, fence, status
    return found


def _from_rows(connection: Connection, statement: str, values: tuple[Any, ...]) -> _Found:
    rows = connection.exec_driver_sql(statement, values).all()
    return _Found._make(map(list, zip(*rows, strict=True)) if rows else ([] for _ in _Found._fields))


def _mark_claimed(connection: Connection, sender: SenderId, ids: Sequence[int], *, are_fresh: bool) -> None:
    if not is_embedded(connection):
        connection.exec_driver_sql(statements.SERVER_CLAIM, (sender, ids))
        return
    first, last = min(ids), max(ids)
    if are_fresh and last - first + 1 == len(ids):  # as nearly always
        embedded(connection).execute(statements.CLAIM_ALL_BETWEEN, (sender, first, last))
    else:
        embedded(connection).execute(statements.CLAIM, (sender, json.dumps(ids)))


def _mark_left(connection: Connection, left: _Found, at: datetime) -> None:
    reasons = [f"left ({status})" if status else GONE for status in left.statuses]
    if is_embedded(connection):
        moment = _moment(connection, at)
        rows_left = [(moment, reason, number) for reason, number in zip(reasons, left.ids, strict=True)]
        connection.exec_driver_sql(statements.SUPPRESS, rows_left)
    else:
        connection.exec_driver_sql(statements.SERVER_SUPPRESS, (at, left.ids, reasons))


def settle(connection: Connection, sender: SenderId, noted: Iterable[Alike]) -> int:
    """Bring outcomes into their rows; say how many were still ours to bring."""
    told = [(_told(connection, sender, verdict, at), fence, ids) for fence, verdict, at, ids in noted]
    if is_embedded(connection):
        return sum(_settle_embedded(connection, sender, *alike) for alike in told)
    rows = [(*said, number, fence) for said, fence, ids in told for number in ids]
    if not rows:
        return 0
    columns = [list(column) for column in zip(*rows, strict=True)]
    return connection.exec_driver_sql(statements.SERVER_SETTLE, (*columns, sender)).rowcount


def _settle_embedded(
    connection: Connection, sender: SenderId, said: tuple[Any, ...], fence: int, ids: Sequence[int]
) -> int:
    if runs := runs_of(ids):
        rows = [(*said, *ends, fence, sender) for ends in runs]
        return connection.exec_driver_sql(statements.SETTLE_ALL_BETWEEN, rows).rowcount
    return connection.exec_driver_sql(statements.SETTLE, (*said, json.dumps(ids), fence, sender)).rowcount


def runs_of(ids: Sequence[int]) -> Sequence[tuple[int, int]]:
    """Cut numbers into runs without a gap, each by its first and its last. Mostly there are one or two in a
    thousand; where there are many, none is given, and each number must be looked up."""
    numbers = sorted(set(ids))
    gaps = numbers[-1] - numbers[0] + 1 - len(numbers) if numbers else 0
    if gaps * _SHORTEST_RUN > len(numbers):
        return ()
    runs: list[tuple[int, int]] = []
    start = 0
    while start < len(numbers):
        ahead, offset = range(start, len(numbers)), numbers[start] - start
        end = start + bisect_right(ahead, offset, key=lambda place: numbers[place] - place)
        runs.append((numbers[start], numbers[end - 1]))
        start = end
    return runs


def gathered(noted: Iterable[Outcome]) -> list[Alike]:
    """Gather deliveries whose rows will say the same, as nearly all do."""
    alike: dict[tuple[int, Verdict, datetime], list[int]] = {}
    for key, run in groupby(noted, itemgetter(1, 2, 3)):
        alike.setdefault(key, []).extend(map(itemgetter(0), run))
    return [Alike(*key, deliveries) for key, deliveries in alike.items()]


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


def is_halted(connection: Connection, issue: IssueId) -> bool:
    """Whether nobody may send the issue now."""
    if is_embedded(connection):
        return embedded(connection).execute(statements.HALTED, (issue,)).fetchone() is not None
    return connection.exec_driver_sql(statements.SERVER_HALTED, (issue,)).scalar() is not None


def halted_among(connection: Connection, numbers: Sequence[int]) -> frozenset[int]:
    """Say which deliveries are of an issue that was halted."""
    joined = deliveries.join(frozen_issues, frozen_issues.c.id == deliveries.c.issue_id)
    halted = select(deliveries.c.id).select_from(joined).where(frozen_issues.c.halted_at.is_not(None))
    return frozenset(connection.scalars(halted.where(deliveries.c.id.in_(numbers))))


def holders(connection: Connection) -> Iterator[tuple[SenderId, IssueId]]:
    """List whose claims there are, and of which issues. An embedded database goes through all that is not
    settled for it."""
    for sender, issue in connection.exec_driver_sql(statements.HOLDERS):
        if sender is not None:
            yield sender, issue


def _moment(connection: Connection, at: datetime | None) -> Any:
    """Give a time as the driver wants it."""
    return None if at is None else _MOMENT.as_bound(at, connection.dialect)
