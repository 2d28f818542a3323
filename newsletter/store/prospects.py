"""Who would get an issue that is not frozen yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsletter.store.freezing import active_readers
from newsletter.store.ledger_values import Wish
from newsletter.store.schema import subscribers

if TYPE_CHECKING:
    from datetime import date

    from newsletter.model import Cadence
    from newsletter.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospects:
    """How many people share a wish, and the addresses of a few of them."""

    wish: Wish
    people: int
    addresses: tuple[str, ...]


def prospects(database: Database, cadence: Cadence, day: date, *, shown: int = 3) -> tuple[Prospects, ...]:
    """Count the active people whose rhythm takes an issue of that day, by wish, the commonest first."""
    wish = (subscribers.c.sections, subscribers.c.language)
    found = []
    with database.reading() as connection:
        who = active_readers(connection, cadence, day)
        counted = select(*wish, func.count().label("people")).where(who).group_by(*wish)
        for row in connection.execute(counted).all():
            same = [
                column.is_(None) if value is None else column == value
                for column, value in zip(wish, (row.sections, row.language), strict=True)
            ]
            some = select(subscribers.c.address).where(who, *same).order_by(subscribers.c.id).limit(shown)
            found.append(
                Prospects(
                    wish=Wish(sections=row.sections, language=row.language),
                    people=row.people,
                    addresses=tuple(connection.scalars(some)),
                )
            )
    return tuple(sorted(found, key=lambda one: -one.people))
