"""A journal beside an embedded database: `newsletter.db-senders/ID.journal`.

Its lock says that the sender is alive, and its death frees it at once. What a process wrote survives it
without a sync; after a power loss, which another boot tells, the journal is not relied on.

Records go into a file that is mapped into memory: no system call, and no other thread, comes between. Its
room is reserved when it is opened, so a disk that fills up later cannot fail it. Two files take turns, so
that none grows without end: when one is filled to a mark the other takes over, and as soon as all outcomes of
the first are in the rows, with what is still under way marked there as well, it is emptied.
"""

from __future__ import annotations

import mmap
import os
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from newsletter.errors import StoreError
from newsletter.store.journal_records import Telling, intents, read_records
from newsletter.store.ledger_values import LeaseLost
from newsletter.store.moves import Hold, fly, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.store.database import Database
    from newsletter.store.journal import Holdings
    from newsletter.store.journal_records import Remains
    from newsletter.store.ledger_values import SenderId, Verdict
    from newsletter.store.moves import Alike

# Room for some 2,500 mails before it turns, or 12,000 that are recorded many at once; the rest is for those
# that come while the rows are written, also where each was refused at length, and is in memory only if it is
# used.
FILE_BYTES, TURN_BYTES = 4 << 20, 1 << 18


def journal_paths(database_file: Path, sender: SenderId) -> tuple[Path, Path]:
    """Name the two files of a sender, the same by whatever way the database is reached; the lock is on the
    first."""
    file = database_file.resolve()
    folder = file.with_name(f"{file.name}-senders")
    return folder / f"{sender}.journal", folder / f"{sender}.journal2"


def lock(handle: int, *, waits: bool = False) -> bool:
    """Take the lock on an open file, if nobody has it, or as soon as nobody has."""
    import fcntl  # noqa: PLC0415 - POSIX alone has it, and only who sends needs it

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def read_journal(paths: Sequence[Path]) -> Remains:
    """Read what a sender wrote down. Raises `StoreError`."""
    contents: list[bytes] = []
    for path in paths:
        try:
            contents.append(path.read_bytes())
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StoreError(f"{path}: cannot be read ({error.strerror})") from error
    return read_records(*contents)


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
        self._maps = [mmap.mmap(handle, FILE_BYTES) for handle in self._handles]
        self._map, self._end = self._maps[0], 0
        self._is_turned, self._filled = False, 0
        # Why nothing may be intended, if so: for good, or until the next flush.
        self._ended: LeaseLost | None = None
        self._unsaved: StoreError | None = None
        self._is_closed = False
        self._lock = Lock()
        self._under_way: dict[int, int] = {}  # fences, by delivery
        self._noted: dict[tuple[int, Verdict, datetime], Telling] = {}  # since the last flush
        self._telling: Telling | None = None  # the one of them that was used last
        self._kept: list[Alike] = []  # what a flush failed to bring

    def intend(self, delivery: int, fence: int) -> None:
        """Write it down, and only then look whether the lease still holds: a process that stood still in
        between either was in time, and then whoever takes over reads this, or is refused."""
        with self._lock:
            self._promise({fence: (delivery,)})

    def note(self, delivery: int, fence: int, verdict: Verdict, at: datetime) -> None:
        """Keep an outcome in memory, and in the file if possible."""
        with self._lock:
            self._note((delivery,), fence, verdict, at)

    def record(self, noted: Holdings, verdict: Verdict, at: datetime, intended: Holdings) -> None:
        """Write it down in two records, mostly, which takes a fraction of what one for each mail does."""
        with self._lock:
            for fence, deliveries in noted.items():
                self._note(deliveries, fence, verdict, at)
            if intended:
                self._promise(intended)

    def forget(self, holds: Sequence[Hold]) -> None:
        """Take intents back: their rows are no longer claimed, which outweighs the file."""
        with self._lock:
            for hold in holds:
                self._under_way.pop(hold.delivery, None)

    def flush(self, *, at: datetime) -> int:
        """Bring outcomes into their rows, and turn to the other file now and then."""
        del at  # each outcome has its own time
        with self._lock:
            noted = self._take_noted()
            if self._end > TURN_BYTES and not self._is_turned:
                self._map = self._other()
                self._filled, self._end, self._is_turned = self._end, 0, True
            under_way = self._holds() if self._is_turned else ()
        if not noted and not self._is_turned:
            return 0
        try:
            with self._database.writing() as connection:
                count = settle(connection, self._sender, noted)
                fly(connection, self._sender, under_way)
        except BaseException:
            with self._lock:
                self._kept = noted + self._kept
            raise
        if self._is_turned:
            self._other()[: self._filled] = bytes(self._filled)
            self._is_turned = False
        with self._lock:
            if not self._noted:
                self._unsaved = None
        return count

    def extend(self, deadline: float) -> None:
        """Let intents pass until then."""
        self._deadline = deadline

    def finish(self, connection: Connection) -> None:
        """Write all there is into the rows."""
        with self._lock:
            self._ended = LeaseLost("this sender has ended")
            noted, under_way = self._take_noted(), self._holds()
        settle(connection, self._sender, noted)
        fly(connection, self._sender, under_way)

    def close(self, *, is_finished: bool) -> None:
        """Remove the files if they say nothing that the rows do not; then let the lock go."""
        if is_finished:
            for path in reversed(self._paths):
                path.unlink(missing_ok=True)
        with self._lock:
            self._ended, self._is_closed = LeaseLost("this sender has ended"), True
            for mapped in self._maps:
                mapped.close()
        for handle in self._handles:
            os.close(handle)

    def _note(self, deliveries: Sequence[int], fence: int, verdict: Verdict, at: datetime) -> None:
        telling = self._telling_of(fence, verdict, at)
        telling.deliveries += deliveries
        for delivery in deliveries:
            self._under_way.pop(delivery, None)
        # where it is closed it is too late for the rows, and the deliveries are in doubt
        if not self._is_closed and not self._put(telling.record(deliveries)):
            self._unsaved = self._no_room()

    def _promise(self, intended: Holdings) -> None:
        try:
            for fence, deliveries in intended.items():
                self._intend(deliveries, fence)
            if self._now() > self._deadline:
                raise _stood_still()
        except StoreError:
            for delivery in chain(*intended.values()):  # it will not be sent
                self._under_way.pop(delivery, None)
            raise

    def _intend(self, deliveries: Sequence[int], fence: int) -> None:
        if obstacle := self._ended or self._unsaved:
            raise obstacle
        if not self._put(intents(deliveries, fence)):
            raise self._no_room()
        self._under_way.update(dict.fromkeys(deliveries, fence))

    def _put(self, record: bytes) -> bool:
        """Write a record if there is room for it."""
        place, end = self._end, self._end + len(record)
        if end > FILE_BYTES:
            return False
        self._map[place:end] = record
        self._end = end
        return True

    def _telling_of(self, fence: int, verdict: Verdict, at: datetime) -> Telling:
        telling = self._telling
        if telling and telling.verdict is verdict and telling.at is at and telling.fence == fence:
            return telling
        key = fence, verdict, at
        if key not in self._noted:
            self._noted[key] = Telling(*key)
        self._telling = self._noted[key]
        return self._telling

    def _take_noted(self) -> list[Alike]:
        noted = [*self._kept, *(telling.alike for telling in self._noted.values())]
        self._noted, self._telling, self._kept = {}, None, []
        return noted

    def _no_room(self) -> StoreError:
        return StoreError(
            f"{self._database.place}: what became of earlier mails cannot be saved",
            hint="nothing is sent that cannot be written down; make room on the disk",
        )

    def _other(self) -> mmap.mmap:
        return self._maps[1] if self._map is self._maps[0] else self._maps[0]

    def _holds(self) -> tuple[Hold, ...]:
        return tuple(Hold(delivery, fence) for delivery, fence in self._under_way.items())


def _stood_still() -> LeaseLost:
    return LeaseLost("this process stood still for longer than its lease")


def _opened(paths: tuple[Path, Path]) -> tuple[int, int]:
    """Make both files, locked, empty and with their room reserved."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    handles: list[int] = []
    try:
        paths[0].parent.mkdir(mode=0o700, exist_ok=True)
        handles += [os.open(path, flags, 0o600) for path in paths]
        _take_lock(handles[0], paths[0])
        for handle in handles:
            os.ftruncate(handle, 0)  # what a process left whose entry was never saved
            _reserve(handle)
    except BaseException as error:
        for handle in handles:
            os.close(handle)
        if isinstance(error, OSError):
            raise StoreError(
                f"{paths[0].parent}: cannot be written ({error.strerror})",
                hint="nothing is sent that cannot be written down; make room on the disk",
            ) from error
        raise
    return handles[0], handles[1]


def _take_lock(handle: int, path: Path) -> None:
    """Nobody has a new journal's lock for longer than a look; but they may have cleared the file away."""
    lock(handle, waits=True)
    if not path.exists() or path.stat().st_ino != os.fstat(handle).st_ino:
        raise StoreError(f"{path}: was cleared away", hint="try again")


def _reserve(handle: int) -> None:
    """Write zeros: a hole that is filled through memory when the disk is full would end the process."""
    zeros = bytes(FILE_BYTES)
    if os.write(handle, zeros) != len(zeros):
        raise OSError(28, "No space left on device")
