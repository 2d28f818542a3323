"""Many newcomers at once: set down beside the store first, then let in all together.

They wait in a temporary table of one connection, which the engine drops by itself whatever becomes of the
process; the store is neither changed nor locked until `admit`, one transaction of a few statements.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Table,
    Text,
    case,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.schema import CreateTable

from newsletter.mailing.addresses import address_key
from newsletter.store.engines import for_writing, hold_erasures, insert_unless_there, plan_with_figures, pour
from newsletter.store.fingerprints import Fingerprints, begun_fingerprints
from newsletter.store.schema import Number, erased, status_changes, subscribers
from newsletter.store.subscriber_rows import COLUMNS, as_row
from newsletter.subscriber import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from newsletter.store.subscribers import SubscriberStore
    from newsletter.subscriber import Newcomer

_BATCH = 2_000

arrivals = Table(
    "arrivals",
    MetaData(),
    Column("row", Number, primary_key=True, autoincrement=False),
    *(Column(name, subscribers.c[name].type) for name in COLUMNS),
    Column("fingerprint", Text),
    Column("obstacle", Text),
    prefixes=["TEMPORARY"],
)
# Made when everybody is there: that is quicker than to keep it while they come.
_BY_KEY = Index("ix_arrivals_address_key", arrivals.c.address_key, arrivals.c.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why a row was not let in: its person was there with a status, had been erased, or stands in an earlier
    row of the same file as well (`first_row`)."""

    row: int
    kind: Status | Literal["erased", "repeated"]
    first_row: int | None = None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """People who wait to be let in."""

    connection: Connection
    fingerprints: Fingerprints

    def wait(self, rows: Sequence[tuple[int, Newcomer]]) -> None:
        """Set some down with the numbers of their rows, each number once."""
        with self.connection.begin():
            pour(self.connection, arrivals, [self._as_row(number, person) for number, person in rows])

    def admit(self, *, at: datetime, reason: str, dry_run: bool = False) -> int:
        """Let in all at once who may come in, and say how many; in a dry run, how many it would be."""
        with self.connection.begin():
            _BY_KEY.create(self.connection)
            plan_with_figures(self.connection, arrivals.name)
            self.connection.execute(update(arrivals).values(obstacle=_obstacle()))
            if dry_run:
                return self._count_free()
        with for_writing(self.connection).begin():
            hold_erasures(self.connection)
            # The long look is done while others may write; what they did meanwhile is seen here.
            self.connection.execute(
                update(arrivals)
                .where(arrivals.c.obstacle.is_(None), _forgotten() | _status().is_not(None))
                .values(obstacle=case((_forgotten(), "erased"), else_=_status()))
            )
            before = self.connection.scalar(select(func.max(subscribers.c.id))) or 0
            columns = [arrivals.c[name] for name in COLUMNS]
            free = select(*columns).where(arrivals.c.obstacle.is_(None)).order_by(arrivals.c.row)
            inserting = insert_unless_there(self.connection, subscribers).from_select(COLUMNS, free)
            admitted: int = self.connection.execute(inserting).rowcount
            self.connection.execute(_first_steps(before, at, reason))
            return admitted

    def obstacles(self) -> Iterator[Obstacle]:
        """After `admit`: who was not let in, in the order of their rows."""
        earlier = arrivals.alias()
        first = (
            select(func.min(earlier.c.row))
            .where(earlier.c.address_key == arrivals.c.address_key)
            .scalar_subquery()
        )
        wanted = (
            select(arrivals.c.row, arrivals.c.obstacle, first.label("first_row"))
            .where(arrivals.c.obstacle.is_not(None))
            .order_by(arrivals.c.row)
        )
        with self.connection.begin():
            streamed = self.connection.execution_options(stream_results=True, yield_per=_BATCH)
            for row in streamed.execute(wanted):
                is_repeated = row.obstacle == "repeated"
                yield Obstacle(
                    row=row.row, kind=row.obstacle, first_row=row.first_row if is_repeated else None
                )

    def _as_row(self, number: int, person: Newcomer) -> dict[str, Any]:
        key = address_key(person.address)
        return {"row": number, "fingerprint": self.fingerprints.of(key), **as_row(person, key)}

    def _count_free(self) -> int:
        free = select(func.count()).select_from(arrivals).where(arrivals.c.obstacle.is_(None))
        return self.connection.scalar(free) or 0


@contextmanager
def arriving(store: SubscriberStore) -> Iterator[Arrivals]:
    """Open the place where newcomers wait; it is gone afterwards. Raises `StoreError`."""
    with store.database.writing() as connection:
        made = begun_fingerprints(connection, store.suppression_key)
    with store.database.alone() as connection:
        with connection.begin():
            connection.execute(CreateTable(arrivals))
        yield Arrivals(connection, made)


def _obstacle() -> ColumnElement[str | None]:
    """Say per row what keeps it out; NULL lets it in."""
    earlier = arrivals.alias()
    repeated = select(literal(1)).where(
        earlier.c.address_key == arrivals.c.address_key, earlier.c.row < arrivals.c.row
    )
    return case(
        (_forgotten(), "erased"),
        (_status().is_not(None), _status()),
        (repeated.exists(), "repeated"),
        else_=null(),
    )


def _forgotten() -> ColumnElement[bool]:
    return select(literal(1)).where(erased.c.fingerprint == arrivals.c.fingerprint).exists()


def _status() -> ColumnElement[str]:
    there = select(subscribers.c.status).where(subscribers.c.address_key == arrivals.c.address_key)
    return there.scalar_subquery()


def _first_steps(before: int, at: datetime, reason: str) -> Any:
    """Begin the history of those who came in: of everybody new who has none yet."""
    steps = select(literal(1)).where(status_changes.c.subscriber_id == subscribers.c.id)
    newest = select(
        subscribers.c.id,
        literal(at, status_changes.c.at.type),
        subscribers.c.status,
        literal(reason, Text),
    ).where(subscribers.c.id > before, ~steps.exists())
    return insert(status_changes).from_select(("subscriber_id", "at", "status", "reason"), newest)
