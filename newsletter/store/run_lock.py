"""One run at a time: a lock that its holder's death frees at once.

Beside an embedded database it is a lock on a file that stays (`newsletter.db-run`); on a server it is a
session's, so that it holds over machines.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from newsletter.errors import StoreError
from newsletter.store.journal_file import lock
from newsletter.store.run_values import AlreadyRunning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsletter.store.database import Database

_LOCK_NUMBER = 1313166165


@contextmanager
def running_alone(database: Database) -> Iterator[None]:
    """Be the only run of this newsletter until the block ends. Raises `AlreadyRunning`."""
    with _beside(database.file) if database.file else _in_a_session(database):
        yield


@contextmanager
def _beside(database_file: Path) -> Iterator[None]:
    file = database_file.resolve()
    path = file.with_name(f"{file.name}-run")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror})") from error
    try:
        if not lock(handle):
            raise _already_running(_holder(handle))
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode("ascii"))
        yield
    finally:
        os.close(handle)


@contextmanager
def _in_a_session(database: Database) -> Iterator[None]:
    with database.alone() as session:
        taking = session.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (_LOCK_NUMBER,))
        is_taken = bool(taking.scalar_one())
        session.commit()
        if not is_taken:
            raise _already_running("on some machine")
        try:
            yield
        finally:
            # A server notices some time later that a connection was closed. One that is lost holds no lock.
            with suppress(DBAPIError):
                session.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (_LOCK_NUMBER,))


def _holder(handle: int) -> str:
    number = os.pread(handle, 20, 0).decode("ascii", "replace")
    return f"as process {number}" if number.isdecimal() else "on this machine"


def _already_running(where: str) -> AlreadyRunning:
    return AlreadyRunning(
        f"another run is under way ({where})", hint="`newsletter runs` tells how far it is; it ends by itself"
    )
