"""What a restore does to the ledger: what was sent since the backup was made stays sent.

A backup is older than the mails that went out after it. So the ledger of the database that is replaced is
taken over whole, if it goes on from that of the backup. Where it does not, or there is none to look into, an
issue that was not finished is halted, until a person says what is to become of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from newsletter.store.engines import pour
from newsletter.store.schema import (
    choices,
    deliveries,
    editions,
    frozen_issues,
    quota_uses,
    senders,
    subscribers,
)
from newsletter.store.schema_runs import approvals, runs, source_states, troubles

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Table

LEDGER_TABLES = (
    *(frozen_issues, editions, choices, deliveries, senders, quota_uses),
    # what a run did is not done again, and nobody is told of a trouble twice
    *(runs, source_states, troubles, approvals),
)
_BATCH = 2_000
_UNFINISHED = ("pending", "claimed", "in_flight")


def goes_on(now: Connection, then: Connection) -> bool:
    """Whether all that is frozen in the backup is so in the database it replaces."""
    known = select(
        frozen_issues.c.id, frozen_issues.c.slug, frozen_issues.c.revision, frozen_issues.c.frozen_at
    )
    return set(then.execute(known).all()) <= set(now.execute(known).all())


def keep_ledger(now: Connection, then: Connection) -> None:
    """Take over what was frozen and sent."""
    for table in reversed(LEDGER_TABLES):
        then.execute(table.delete())
    for table in LEDGER_TABLES:
        rows = now.execution_options(yield_per=_BATCH).execute(select(table).order_by(*table.primary_key))
        for batch in rows.partitions():
            pour(then, table, [row._asdict() for row in batch])


def keep_counting(now: Connection, then: Connection) -> None:
    """Give no number again: a newcomer must not get that, and with it the mail and the links, of somebody who
    came after the backup."""
    for table in (subscribers, senders):
        _keep_counting(now, then, table)


def halt_unfinished(then: Connection, at: datetime) -> int:
    """Halt what was not finished when the backup was made; say how many issues."""
    open_ones = select(deliveries.c.issue_id).where(deliveries.c.state.in_(_UNFINISHED))
    unfinished = frozen_issues.c.halted_at.is_(None), frozen_issues.c.id.in_(open_ones)
    reason = "a backup was restored that does not know who got it since"
    return then.execute(
        update(frozen_issues).where(*unfinished).values(halted_at=at, halt_reason=reason)
    ).rowcount


def _keep_counting(now: Connection, then: Connection, table: Table) -> None:
    looking = "SELECT max(seq) FROM sqlite_sequence WHERE name = ?"
    numbers = (now, then)
    given = [one.exec_driver_sql(looking, (table.name,)).scalar() or 0 for one in numbers]
    highest = max(*given, then.scalar(select(func.max(table.c.id))) or 0)
    then.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
    then.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, highest))
