"""Which issues a day asks for, by who reads and by what went out before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from newsletter.issues.due import Due, Gone, issues_due
from newsletter.store.schema import subscribers

if TYPE_CHECKING:
    from datetime import date

    from newsletter.store.ledger import Ledger

# A fortnight with three issues a day, and some corrections.
_LOOKED_AT = 60


def due_on(day: date, ledger: Ledger, *, week_day: int) -> tuple[Due, ...]:
    """Say it, in the order in which they are to be frozen; see `issues_due`."""
    active = select(subscribers.c.cadence).where(subscribers.c.status == "active")
    with ledger.database.reading() as connection:
        in_use = set(connection.scalars(active.distinct()))
    gone = [Gone(cadence=one.cadence, day=one.day) for one in ledger.issues(_LOOKED_AT) if not one.is_halted]
    return issues_due(day, week_day=week_day, in_use=in_use, gone=gone)
