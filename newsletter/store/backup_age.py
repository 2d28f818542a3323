"""When the last backup was made, kept in the database itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from newsletter.store.engines import insert_unless_there
from newsletter.store.schema import settings

if TYPE_CHECKING:
    from newsletter.store.database import Database

_NAME = "backed_up_at"


def note_backup(database: Database, *, at: datetime) -> None:
    """Write down that a backup was made; a database of another version has nowhere to write it."""
    if not database.revision().is_current:
        return
    row = {"name": _NAME, "value": at.astimezone(UTC).isoformat()}
    with database.writing() as connection:
        if connection.execute(insert_unless_there(connection, settings).values(row)).rowcount != 1:
            connection.execute(update(settings).where(settings.c.name == _NAME).values(value=row["value"]))


def last_backup(database: Database) -> datetime | None:
    """Say when the last one was made; None if none was, as far as anybody wrote down."""
    with database.reading() as connection:
        text = connection.scalar(select(settings.c.value).where(settings.c.name == _NAME))
    try:
        made = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return made if made is None or made.tzinfo else made.replace(tzinfo=UTC)
