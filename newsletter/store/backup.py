"""Copies of an embedded database, made while it is in use, and put back without bringing anybody back.

Somebody who left after the backup was made has left: a restore takes over from the database it replaces who
was erased, and who unsubscribed, complained, bounced or paused.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import delete, func, insert, select, update

from newsletter.errors import StoreError, UsageError
from newsletter.store.backup_ledger import (
    LEDGER_TABLES,
    goes_on,
    halt_unfinished,
    keep_counting,
    keep_ledger,
)
from newsletter.store.backup_papers import keep_showings
from newsletter.store.checking import broken_pages, integrity
from newsletter.store.database import Database, connect
from newsletter.store.engines import WAIT_SECONDS, insert_unless_there, make_private_file
from newsletter.store.fingerprints import SUPPRESSION_SETTINGS, fingerprints
from newsletter.store.indexes import lost_tables
from newsletter.store.ledger_values import BeingSent
from newsletter.store.link_keys import keep_link_keys
from newsletter.store.recovery import at_work
from newsletter.store.schema import erased, settings, status_changes, subscribers
from newsletter.store.troubles import told
from newsletter.subscriber import LEFT, AddressKey, predecessors

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection, Row

_MAGIC = b"SQLite format 3\0"
_AWAY = (*LEFT, "paused")
_NEEDED = {table.name for table in (subscribers, status_changes, erased, settings, *LEDGER_TABLES)}
_SINCE = "so since the backup was made"
_NO_BACKUP = "is no backup of a newsletter's database"


def back_up(database: Database, target: Path, *, overwrite: bool = False) -> None:
    """Copy the database as it is at one moment, into a file that nobody else may read; the file is there
    whole or not at all. Raises `StoreError`, and `UsageError` for a server's database."""
    source = _embedded(database, "`pg_dump --format=custom` backs it up")
    if not source.is_file():
        raise StoreError(f"{source}: there is no database yet")
    if target.exists() and not overwrite:
        raise StoreError(f"{target}: exists already", hint="choose another name, or replace it with --force")
    database.refuse_strangers(database.revision())
    beside = _private_file_beside(target)
    try:
        _copy(source, beside, place=database.place)
        _make_single(beside)
        beside.replace(target)
    except OSError as error:
        raise StoreError(f"{target}: cannot be written ({error.strerror})") from error
    finally:
        beside.unlink(missing_ok=True)


def restore(database: Database, backup: Path, *, at: datetime, suppression_key: str | None = None) -> int:
    """Put a backup in the place of the database, brought to this version; say how many people left or
    paused after it was made, and stay away. The backup itself is not touched. Raises `StoreError`."""
    target = must_be_restorable(database, backup)
    beside = _private_file_beside(target)
    try:
        _copy(backup, beside, place=str(backup))
        copy = Database(connect(f"sqlite:///{beside}").engine, str(backup), beside)
        try:
            kept_away = _prepare(copy, database, at, suppression_key)
        finally:
            copy.close()
        make_private_file(target)
        _copy(beside, target, place=str(target))
    finally:
        for leftover in (beside, *(beside.with_name(f"{beside.name}{tail}") for tail in ("-wal", "-shm"))):
            leftover.unlink(missing_ok=True)
    return kept_away


def must_be_restorable(database: Database, backup: Path) -> Path:
    """Give the file that `restore` would write. Raises `UsageError` for a server's database, and `StoreError`
    for a backup that is not even a database, by how SQLite's files begin
    (https://www.sqlite.org/fileformat.html#magic_header_string)."""
    target = _embedded(database, "`pg_restore` does it")
    if not backup.is_file():
        raise StoreError(f"{backup}: there is no such file")
    try:
        with backup.open("rb") as content:
            begin = content.read(len(_MAGIC))
    except OSError as error:
        raise StoreError(f"{backup}: cannot be read ({error.strerror})") from error
    if begin != _MAGIC:
        raise StoreError(f"{backup}: {_NO_BACKUP}")
    return target


def _prepare(copy: Database, current: Database, at: datetime, suppression_key: str | None) -> int:
    if copy.revision().name is None:
        raise StoreError(f"{copy.place}: {_NO_BACKUP}")
    copy.migrate()
    with copy.reading() as connection:
        for fault in integrity(connection):
            raise StoreError(f"{copy.place}: {fault}")
    if not (current.file and current.file.is_file() and current.file.stat().st_size):
        with copy.writing() as then:
            halt_unfinished(then, at)
        return 0
    try:
        _make_readable(current)
    except BeingSent:
        raise
    except StoreError as error:
        raise StoreError(
            f"{error.message}; so who left since the backup cannot be known",
            hint=f"move {current.place} away (with its -wal and -shm files) to restore without knowing",
        ) from error
    with current.reading() as now, copy.writing() as then:
        if at_work(now, current.file):
            raise StoreError(
                f"{current.place}: an issue is being sent; what becomes of it would be lost",
                hint="wait for its end, or stop it with `newsletter halt ISSUE`",
            )
        if is_same := goes_on(now, then):
            keep_ledger(now, then)
        else:
            halt_unfinished(then, at)
        keep_counting(now, then)
        keep_link_keys(now, then)
        keep_showings(now, then)
        erased_again = _erase_again(now, then, suppression_key)
        is_erased = _erased_in(then, suppression_key)
        return erased_again + _leave_again(now, then, at, is_erased, keeps_numbers=is_same)


def _make_readable(current: Database) -> None:
    """Bring what is to be replaced to this version. Raises `StoreError` where who left cannot be read."""
    current.migrate()
    with current.reading() as connection:
        if any(broken_pages(connection)):
            raise StoreError(f"{current.place}: is damaged")
        for table in sorted(_NEEDED & set(lost_tables(connection))):
            raise StoreError(f"{current.place}: the table {table} is missing")


def _erase_again(now: Connection, then: Connection, suppression_key: str | None) -> int:
    """Take over who was erased; the backup has their addresses still."""
    made = fingerprints(now, suppression_key)
    gone = now.execute(select(erased.c.fingerprint, erased.c.erased_on)).all()
    if made is None or not gone:
        return 0
    ours = settings.c.name.in_(SUPPRESSION_SETTINGS)
    kept = select(settings.c.name, settings.c.value).where(ours).order_by(settings.c.name)
    keys = now.execute(kept).all()
    if then.execute(kept).all() != keys:
        if then.scalar(select(func.count()).select_from(erased)):
            raise StoreError("the backup is another newsletter's: its people were erased under another key")
        then.execute(delete(settings).where(ours))
        then.execute(insert(settings), [row._asdict() for row in keys])
    for row in gone:
        then.execute(insert_unless_there(then, erased).values(row._asdict()))
    fingerprints_gone = {row.fingerprint for row in gone}
    people = then.execute(select(subscribers.c.id, subscribers.c.address_key))
    back = [person for person, key in people if made.of(AddressKey(key)) in fingerprints_gone]
    for person in back:
        then.execute(delete(status_changes).where(status_changes.c.subscriber_id == person))
        then.execute(delete(subscribers).where(subscribers.c.id == person))
    return len(back)


def _erased_in(then: Connection, suppression_key: str | None) -> Callable[[str], bool]:
    """Give what tells of an address's key whether the backup keeps that person away as erased."""
    gone = set(then.scalars(select(erased.c.fingerprint)))
    made = fingerprints(then, suppression_key) if gone else None
    return lambda key: bool(made and made.of(AddressKey(key)) in gone)


def _leave_again(
    now: Connection, then: Connection, at: datetime, is_erased: Callable[[str], bool], *, keeps_numbers: bool
) -> int:
    """Take over who unsubscribed, complained, bounced or paused; no address of whom the backup has erased."""
    gone = select(subscribers).where(subscribers.c.status.in_(_AWAY)).order_by(subscribers.c.id)
    count = 0
    for row in now.execute(gone):
        same = subscribers.c.address_key == row.address_key
        known = then.execute(select(subscribers.c.id, subscribers.c.status).where(same)).first()
        if known is None and row.status in LEFT and not is_erased(row.address_key):
            _take_over(now, then, row, keeps_number=keeps_numbers)
        elif known and known.status in predecessors(row.status):
            then.execute(update(subscribers).where(same).values(status=row.status))
            step = {"subscriber_id": known.id, "at": at, "status": row.status, "reason": _SINCE}
            then.execute(insert(status_changes), step)
        else:
            continue
        count += 1
    return count


def _take_over(now: Connection, then: Connection, row: Row[Any], *, keeps_number: bool) -> None:
    """Remember somebody who came and left after the backup was made: or the next import would bring them
    back."""
    is_taken = then.scalar(select(subscribers.c.id).where(subscribers.c.id == row.id))
    values = row._asdict()
    if is_taken or not keeps_number:
        del values["id"]
    number = then.execute(insert(subscribers), values).lastrowid
    steps = select(status_changes).where(status_changes.c.subscriber_id == row.id)
    for step in now.execute(steps.order_by(status_changes.c.id)):
        told = {"at": step.at, "status": step.status, "reason": step.reason}
        then.execute(insert(status_changes), {"subscriber_id": number, **told})


def _embedded(database: Database, instead: str) -> Path:
    if database.file is None:
        raise UsageError(
            f"{database.place} is a server's database; its own tools do this",
            hint=f"with PostgreSQL {instead}",
        )
    return database.file


def _copy(source: Path, target: Path, *, place: str) -> None:
    with (
        told(place),
        closing(sqlite3.connect(f"file:{quote(str(source.absolute()))}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(target, timeout=WAIT_SECONDS)) as writing,
    ):
        reading.backup(writing)


def _make_single(file: Path) -> None:
    """Let a copy be one file, without a log beside it."""
    with told(str(file)), closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _private_file_beside(target: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # mode 0600
    except OSError as error:
        raise StoreError(f"{target}: cannot be written ({error.strerror})") from error
    os.close(handle)
    return Path(name)
