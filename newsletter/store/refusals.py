"""Refusals that turned out not to be about the people who were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from newsletter.store.schema import deliveries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.store.database import Database

_SLICE = 500


def reopen(database: Database, refused: Sequence[int]) -> int:
    """Let deliveries that were refused be tried again; say how many there were. Their reason stays."""
    if not refused:
        return 0
    count = 0
    with database.writing() as connection:
        for start in range(0, len(refused), _SLICE):
            named = deliveries.c.id.in_(refused[start : start + _SLICE])
            change = update(deliveries).where(named, deliveries.c.state == "refused")
            count += connection.execute(change.values(state="pending", settled_at=None)).rowcount
    return count
