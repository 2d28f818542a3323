"""What a database is and holds, for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from newsletter.store.indexes import index_losses, table_losses
from newsletter.store.papers import PaperArchive
from newsletter.store.subscribers import SubscriberStore

if TYPE_CHECKING:
    from newsletter.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`bytes` is the size of an embedded database with its log; `counts` are of subscribers by status, and
    `papers` those of the archive: None where there are no tables of this version to look into. `missing` says
    in sentences what somebody dropped."""

    place: str
    engine: Literal["SQLite", "PostgreSQL"]
    state: Literal["absent", "empty", "old", "current"]
    revision: str | None = None
    bytes: int | None = None
    counts: Mapping[str, int] | None = None
    erased: int = 0
    papers: int | None = None
    missing: tuple[str, ...] = ()


def overview(database: Database) -> Overview:
    """Look, and change nothing. Raises `StoreError` for what is no database of ours."""
    engine: Literal["SQLite", "PostgreSQL"] = "SQLite" if database.file else "PostgreSQL"
    if database.file and not database.file.exists():
        return Overview(place=database.place, engine=engine, state="absent")
    revision = database.revision()
    database.refuse_strangers(revision)
    size = _size(database)
    if not revision.is_current:
        state: Literal["empty", "old"] = "old" if revision.name else "empty"
        return Overview(place=database.place, engine=engine, state=state, revision=revision.name, bytes=size)
    with database.reading() as connection:
        tables, indexes = table_losses(connection), index_losses(connection)
    found = Overview(
        place=database.place,
        engine=engine,
        state="current",
        revision=revision.name,
        bytes=size,
        missing=(*tables, *indexes),
    )
    return found if tables else _counted(found, database)


def _counted(found: Overview, database: Database) -> Overview:
    store = SubscriberStore(database)
    return replace(
        found,
        counts={str(name): count for name, count in store.counts().items()},
        erased=store.erased_count(),
        papers=PaperArchive(database).count(),
    )


def _size(database: Database) -> int | None:
    if database.file is None:
        return None
    log = database.file.with_name(f"{database.file.name}-wal")
    return sum(path.stat().st_size for path in (database.file, log) if path.exists())
