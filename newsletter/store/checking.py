"""What may be wrong with a database, looked at without changing it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsletter.errors import StoreError
from newsletter.mailing.addresses import address_key
from newsletter.store.checking_papers import archive_faults
from newsletter.store.engines import is_embedded
from newsletter.store.fingerprints import fingerprints
from newsletter.store.indexes import index_losses, lost_tables, table_losses
from newsletter.store.recovery import left_behind
from newsletter.store.schema import deliveries, erased, frozen_issues, status_changes, subscribers
from newsletter.store.troubles import RESTORE, Damaged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from newsletter.store.database import Database

_BATCH = 2_000


def faults(database: Database, suppression_key: str | None = None) -> tuple[str, ...]:
    """List what is wrong, in sentences; nothing if all is well. No address is in them. Raises `StoreError`
    only where nothing can be read at all."""
    found = damage(database, suppression_key)
    if any(map(_is_damage, found)):
        return found
    return (*found, *slow(database), *abandoned(database))


def abandoned(database: Database) -> tuple[str, ...]:
    """Say what senders that are gone left behind: no damage, since the next send takes it over."""
    if not database.revision().is_current:
        return ()
    with database.reading() as connection:
        gone = 0 if lost_tables(connection) else left_behind(connection, database.file)
    told = f"{gone} senders are gone and left deliveries behind; `newsletter send ISSUE` takes them over"
    return (told,) if gone else ()


def slow(database: Database) -> tuple[str, ...]:
    """Say which indexes somebody dropped: no damage, but nothing may take as long as it does without them."""
    if not database.revision().is_current:
        return ()
    with database.reading() as connection:
        return index_losses(connection)


def damage(database: Database, suppression_key: str | None = None) -> tuple[str, ...]:
    """List what no send puts right, as `faults` does."""
    revision = database.revision()
    database.refuse_strangers(revision)
    if not revision.is_current:
        return ("the tables are not those of this version; `newsletter db migrate` makes them so",)
    found = [*_permissions(database.file)] if database.file else []
    try:
        with database.reading() as connection:
            found += _contradictions(connection, suppression_key)
    except Damaged:
        found.append(f"damaged: it cannot be read to its end; {RESTORE}")
    return tuple(found)


def _contradictions(connection: Connection, suppression_key: str | None) -> Sequence[str]:
    found = [*integrity(connection)] if is_embedded(connection) else []
    lost = table_losses(connection)
    if lost or any(map(_is_damage, found)):
        return [*found, *lost]
    return [
        *found,
        *_histories(connection),
        *_people(connection, suppression_key),
        *_ledger(connection),
        *archive_faults(connection),
    ]


def _is_damage(fault: str) -> bool:
    return fault.startswith("damaged:")


def _permissions(file: Path) -> Iterator[str]:
    for path in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        if os.name == "posix" and path.exists() and path.stat().st_mode & 0o077:
            yield f"others may read {path}; make it yours alone: chmod 600 {path}"


def broken_pages(connection: Connection) -> Iterator[str]:
    """Say what cannot be read in an embedded database."""
    for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(10)"):
        if line != "ok":
            yield f"damaged: {', '.join(line.splitlines())}"


def integrity(connection: Connection) -> Iterator[str]:
    """Say what is damaged in an embedded database."""
    for line in broken_pages(connection):
        yield f"{line}; {RESTORE}"
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        yield f"{len(orphans)} rows belong to nobody"


def _histories(connection: Connection) -> Iterator[str]:
    last = (
        select(status_changes.c.subscriber_id, func.max(status_changes.c.id).label("id"))
        .group_by(status_changes.c.subscriber_id)
        .subquery()
    )
    joined = subscribers.outerjoin(last, last.c.subscriber_id == subscribers.c.id).outerjoin(
        status_changes, status_changes.c.id == last.c.id
    )
    differs = func.coalesce(status_changes.c.status, "") != subscribers.c.status
    count = connection.scalar(select(func.count()).select_from(joined).where(differs))
    if count:
        yield f"of {count} subscribers the history ends with another status than they have"


def _people(connection: Connection, suppression_key: str | None) -> Iterator[str]:
    """Look for keys that are not their address's, and for erased people who are here."""
    try:
        made = fingerprints(connection, suppression_key)
    except StoreError as error:
        yield f"{error.message}; {error.hint}"
        made = None
    gone = set(connection.scalars(select(erased.c.fingerprint))) if made else set()
    streamed = connection.execution_options(yield_per=_BATCH)
    wrong = back = 0
    for row in streamed.execute(select(subscribers.c.address, subscribers.c.address_key)):
        wrong += address_key(row.address) != row.address_key
        back += bool(made and gone and made.of(row.address_key) in gone)
    if wrong:
        yield f"{wrong} subscribers are filed under another address than theirs"
    if back:
        yield f"{back} subscribers had been erased"


def _ledger(connection: Connection) -> Iterator[str]:
    """Look for books that do not balance."""
    counts = (
        select(deliveries.c.issue_id, func.count().label("count")).group_by(deliveries.c.issue_id).subquery()
    )
    there = func.coalesce(counts.c.count, 0)
    joined = frozen_issues.outerjoin(counts, counts.c.issue_id == frozen_issues.c.id)
    wrong = select(frozen_issues.c.slug, frozen_issues.c.audience, there.label("there")).select_from(joined)
    for row in connection.execute(wrong.where(there != frozen_issues.c.audience)):
        yield f"{row.slug}: {row.audience} were enrolled, of whom {row.there} are in the books"
    known = select(frozen_issues.c.id)
    strays = select(func.count()).select_from(deliveries).where(deliveries.c.issue_id.not_in(known))
    if count := connection.scalar(strays):
        yield f"{count} deliveries belong to no issue"
    state, settled_at, not_before = deliveries.c.state, deliveries.c.settled_at, deliveries.c.not_before
    is_held = state.in_(("claimed", "in_flight"))
    is_open = is_held | (state == "pending")
    contrary = (is_open & settled_at.is_not(None)) | (is_held & not_before.is_not(None))
    if count := connection.scalar(select(func.count()).select_from(deliveries).where(contrary)):
        yield f"{count} deliveries are open by their state and not by their times, so no send would find them"
