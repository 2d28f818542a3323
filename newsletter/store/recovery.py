"""What senders that are gone left behind.

One that died left its lock. Beside an embedded database its journal tells what it had begun and what became
of it; on a server its rows do. One that lives and stands still for longer than its lease is taken over as
well: it finds that out before it sends another byte. After a power loss no journal is relied on, and all that
was claimed is in doubt.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsletter.errors import StoreError
from newsletter.store import moves, senders
from newsletter.store.journal_file import journal_paths, lock, read_journal
from newsletter.store.ledger_values import Recovered, SenderId
from newsletter.store.schema import senders as table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Row

    from newsletter.store.database import Database
    from newsletter.store.senders import LeaseClock

_REASON = "the sender was lost before an answer came"


def recover(database: Database, *, at: datetime, clock: LeaseClock | None, strays: bool = True) -> Recovered:
    """Take over from every sender that is gone."""
    total = Recovered()
    clock = clock or (senders.BootClock() if database.file else senders.ServerClock(database))
    with database.reading() as connection:
        candidates = _candidates(connection, database.file, strays=strays)
        entries = {sender: _entry(connection, sender) for sender in candidates}
        # Mostly all live: then nobody is made to wait for a transaction of ours.
        gone = [
            sender
            for sender, entry in entries.items()
            if _is_gone(connection, database.file, sender, entry, clock)
        ]
    for sender in sorted(gone):
        if database.file:
            found = _from_journal(database, database.file, sender, at, clock)
        else:
            found = _from_rows(database, sender, at, clock)
        total = Recovered(
            senders=total.senders + found.senders,
            outcomes=total.outcomes + found.outcomes,
            in_doubt=total.in_doubt + found.in_doubt,
            returned=total.returned + found.returned,
        )
    return total


def living(connection: Connection, database_file: Path | None) -> frozenset[SenderId]:
    """Name the senders that live, whether they hold deliveries just now or wait for something."""
    begun = connection.scalars(select(table.c.id).where(table.c.has_ended.is_(False))).all()
    return frozenset(SenderId(number) for number in begun if _is_alive(connection, database_file, number))


def left_behind(connection: Connection, database_file: Path | None) -> int:
    """Count the senders that are gone and still hold deliveries."""
    holders = {sender for sender, _ in moves.holders(connection)}
    entries = {sender: _entry(connection, sender) for sender in holders}
    return sum(
        entry is None or entry.has_ended or not _is_alive(connection, database_file, sender)
        for sender, entry in entries.items()
    )


def at_work(connection: Connection, database_file: Path | None) -> int:
    """Count the senders that live."""
    entered = connection.scalars(select(table.c.id).where(table.c.has_ended.is_(False))).all()
    return sum(_is_alive(connection, database_file, SenderId(sender)) for sender in entered)


def _candidates(connection: Connection, database_file: Path | None, *, strays: bool) -> set[SenderId]:
    """Name who has not ended and whose journal is there; `strays`: and who has claims all the same."""
    found = set(connection.scalars(select(table.c.id).where(table.c.has_ended.is_(False))))
    if strays:
        found |= {sender for sender, _ in moves.holders(connection)}
    if database_file:
        folder = journal_paths(database_file, SenderId(0))[0].parent
        found |= {int(path.stem) for path in folder.glob("*.journal*") if path.stem.isdigit()}
    return {SenderId(number) for number in found}


def _is_gone(
    connection: Connection, file: Path | None, sender: SenderId, entry: Row[Any] | None, clock: LeaseClock
) -> bool:
    return not _is_alive(connection, file, sender) or _stands_still(entry, clock)


def _is_alive(connection: Connection, file: Path | None, sender: SenderId) -> bool:
    if file is None:
        return senders.has_session(connection, sender)
    with _lock_of(journal_paths(file, sender)[0]) as is_ours:
        return is_ours is False


def _from_journal(
    database: Database, file: Path, sender: SenderId, at: datetime, clock: LeaseClock
) -> Recovered:
    paths = journal_paths(file, sender)
    with ExitStack() as locks:
        # Within the transaction: whoever begins to send holds it until the new journal is locked.
        with database.writing() as connection:
            entry = _locked_entry(connection, sender)
            is_ours = locks.enter_context(_lock_of(paths[0]))
            is_alive = is_ours is False
            if is_alive and not _stands_still(entry, clock):
                return Recovered()
            remains = read_journal(paths)
            outcomes = moves.settle(connection, sender, moves.gathered(remains.outcomes))
            moves.fly(connection, sender, remains.intents)
            is_reliable = is_ours is not None and entry is not None and entry.boot == clock.boot
            found = _taken_over(connection, sender, entry, at, outcomes, doubts_all=not is_reliable)
        if not is_alive:
            for path in reversed(paths):
                path.unlink(missing_ok=True)
    return found


def _from_rows(database: Database, sender: SenderId, at: datetime, clock: LeaseClock) -> Recovered:
    with database.writing() as connection:
        entry = _locked_entry(connection, sender)
        if not _is_gone(connection, None, sender, entry, clock):
            return Recovered()
        return _taken_over(connection, sender, entry, at, 0, doubts_all=False)


def _taken_over(
    connection: Connection,
    sender: SenderId,
    entry: Row[Any] | None,
    at: datetime,
    outcomes: int,
    *,
    doubts_all: bool,
) -> Recovered:
    in_doubt, returned = moves.take_over(connection, sender, at=at, reason=_REASON, doubts_all=doubts_all)
    is_new = entry is not None and not entry.has_ended
    senders.end(connection, sender)
    counts = bool(is_new or outcomes or in_doubt or returned)
    return Recovered(senders=int(counts), outcomes=outcomes, in_doubt=in_doubt, returned=returned)


def _entry(connection: Connection, sender: SenderId) -> Row[Any] | None:
    return connection.execute(select(table).where(table.c.id == sender)).one_or_none()


def _locked_entry(connection: Connection, sender: SenderId) -> Row[Any] | None:
    """Look a sender up, and let nobody else end it, or claim for it, meanwhile."""
    return connection.execute(select(table).where(table.c.id == sender).with_for_update()).one_or_none()


def _stands_still(entry: Row[Any] | None, clock: LeaseClock) -> bool:
    if entry is None or entry.has_ended or entry.boot != clock.boot:
        return False
    return senders.is_late(entry.lease_until, clock.now())


@contextmanager
def _lock_of(path: Path) -> Iterator[bool | None]:
    """Try to take a journal's lock: true if we have it, false if its owner lives, None without a journal."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened ({error.strerror})") from error
    try:
        yield lock(handle)
    finally:
        os.close(handle)
