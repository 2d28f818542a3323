"""A journal beside an embedded database: `newsletter.db-senders/ID.journal`.

Its lock says that the sender is alive, and its death frees it at once. What a process wrote survives it
without a sync; after a power loss, which another boot tells, the journal is not relied on.

Two files take turns, so that none grows without end: when one is large, the other takes over, and as soon as
all outcomes of the first are in the rows, with what is still under way marked there as well, it is emptied.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from newsletter.errors import StoreError
from newsletter.store.journal_records import intent_record, outcome_record, read_records
from newsletter.store.ledger_values import LeaseLost
from newsletter.store.moves import Hold, fly, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.store.database import Database
    from newsletter.store.journal_records import Remains
    from newsletter.store.ledger_values import SenderId
    from newsletter.store.moves import Noted

ROTATE_BYTES = 1 << 20


def journal_paths(database_file: Path, sender: SenderId) -> tuple[Path, Path]:
    """Name the two files of a sender; the lock is on the first."""
    folder = database_file.with_name(f"{database_file.name}-senders")
    return folder / f"{sender}.journal", folder / f"{sender}.journal2"


def lock(handle: int) -> bool:
    """Take the lock on an open file, if nobody has it."""
    import fcntl  # noqa: PLC0415 - POSIX alone has it, and only who sends needs it

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_journal(paths: Sequence[Path]) -> Remains:
    """Read what a sender wrote down. Raises `StoreError`."""
    lines: list[bytes] = []
    for path in paths:
        try:
            lines += path.read_bytes().split(b"\n")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StoreError(f"{path}: cannot be read ({error.strerror})") from error
    return read_records(lines)


class FileJournal:
    """An open journal. `now` reads the clock that the lease runs by."""

    def __init__(
        self, database: Database, sender: SenderId, *, now: Callable[[], float], deadline: float
    ) -> None:
        if database.file is None:
            raise ValueError("a journal file stands beside a database file")
        self._database, self._sender, self._now, self._deadline = database, sender, now, deadline
        self._paths = journal_paths(database.file, sender)
        self._handles = _opened(self._paths)
        self._active = 0
        self._is_turned = False
        self._size = 0
        self._is_torn = False
        self._fault: StoreError | None = None
        self._lock = Lock()
        self._under_way: dict[Hold, None] = {}
        self._noted: list[Noted] = []

    def intend(self, hold: Hold) -> None:
        """Write it down, and only then look whether the lease still holds: a process that stood still in
        between either was in time, and then whoever takes over reads this, or is refused."""
        with self._lock:
            if self._fault:
                raise self._fault
            self._append(intent_record(hold))
            self._under_way[hold] = None
        if self._now() > self._deadline:
            raise LeaseLost("this process stood still for longer than its lease")

    def note(self, noted: Noted) -> None:
        """Keep an outcome in memory, and in the file if possible."""
        with self._lock:
            self._noted.append(noted)
            self._under_way.pop(Hold(noted.delivery, noted.fence), None)
            try:
                self._append(outcome_record(noted))
            except StoreError as error:
                self._fault = error

    def forget(self, holds: Sequence[Hold]) -> None:
        """Take intents back: their rows are no longer claimed, which outweighs the file."""
        with self._lock:
            for hold in holds:
                self._under_way.pop(hold, None)

    def flush(self, *, at: datetime) -> int:
        """Bring outcomes into their rows, and turn to the other file now and then."""
        del at  # each outcome has its own time
        with self._lock:
            noted, self._noted = self._noted, []
            if self._size > ROTATE_BYTES and not self._is_turned:
                self._active, self._size, self._is_turned = 1 - self._active, 0, True
            turned, under_way = self._is_turned, tuple(self._under_way)
        if not noted and not turned:
            return 0
        try:
            with self._database.writing() as connection:
                count = settle(connection, self._sender, noted)
                if turned:
                    fly(connection, self._sender, under_way)
        except BaseException:
            with self._lock:
                self._noted = noted + self._noted
            raise
        with self._lock:
            if turned:
                os.ftruncate(self._handles[1 - self._active], 0)
                self._is_turned = False
            if not self._noted:
                self._fault = None
        return count

    def extend(self, deadline: float) -> None:
        """Let intents pass until then."""
        self._deadline = deadline

    def finish(self, connection: Connection) -> None:
        """Write all there is into the rows."""
        settle(connection, self._sender, self._noted)
        fly(connection, self._sender, tuple(self._under_way))

    def close(self, *, is_finished: bool) -> None:
        """Remove the files if they say nothing that the rows do not; then let the lock go."""
        if is_finished:
            for path in reversed(self._paths):
                path.unlink(missing_ok=True)
        for handle in self._handles:
            os.close(handle)

    def _append(self, record: bytes) -> None:
        """Write one record whole, or raise and leave no half of it that could spoil the next one."""
        if self._is_torn:
            record = b"\n" + record
        try:
            written = os.write(self._handles[self._active], record)
        except OSError as error:
            raise StoreError(
                f"{self._paths[self._active]}: cannot be written ({error.strerror})",
                hint="make room on the disk; nothing is sent that cannot be written down",
            ) from error
        self._size += written
        self._is_torn = written != len(record)
        if self._is_torn:
            raise StoreError(
                f"{self._paths[self._active]}: the disk is full",
                hint="make room on the disk; nothing is sent that cannot be written down",
            )


def _opened(paths: tuple[Path, Path]) -> tuple[int, int]:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    handles: list[int] = []
    try:
        paths[0].parent.mkdir(mode=0o700, exist_ok=True)
        handles += [os.open(path, flags, 0o600) for path in paths]
        _take_lock(handles[0], paths[0])
        for handle in handles:  # what a process left whose entry was never saved
            os.ftruncate(handle, 0)
    except BaseException as error:
        for handle in handles:
            os.close(handle)
        if isinstance(error, OSError):
            raise StoreError(f"{paths[0].parent}: cannot be written ({error.strerror})") from error
        raise
    return handles[0], handles[1]


def _take_lock(handle: int, path: Path) -> None:
    if not lock(handle):
        raise StoreError(f"{path}: is locked by another process")
