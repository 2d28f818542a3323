"""What went wrong in a database, in words for the person at the terminal; no value from a row is in them."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from newsletter.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

RESTORE = "`newsletter db restore BACKUP` puts a backup back"
_MISSING = "`newsletter db check` says what is missing"
_PRIVILEGE, _NO_TABLE, _TIMEOUTS, _FULL = "42501", "42P01", ("55P03", "57014"), ("53100", "53200")
_READ_ONLY = ("25006",)

_READ_ONLY_FILE = (
    "may only be read",
    "the file, those beside it (-wal and -shm, if there are any) and its folder must be writable for you",
)
_BUSY = ("another program is writing to it", "try again when it is done")
_EMBEDDED: dict[int, tuple[str, str | None]] = {
    sqlite3.SQLITE_NOTADB: ("is no database", f"move the file away; {RESTORE}"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", RESTORE),
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: _READ_ONLY_FILE,
    sqlite3.SQLITE_PERM: _READ_ONLY_FILE,
    sqlite3.SQLITE_FULL: ("the disk is full; nothing of this was saved", "make room, and run it again"),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened or made",
        "the folder must exist and be writable for you",
    ),
    sqlite3.SQLITE_IOERR: ("the disk failed; nothing of this was saved", None),
    sqlite3.SQLITE_CONSTRAINT: ("refused a value that breaks its rules", None),
}


class Damaged(StoreError):  # noqa: N818 - says what is so
    """A file is a database, but cannot be read to its end."""


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn what a driver raises into a `StoreError` that names the database."""
    try:
        yield
    except DBAPIError as error:
        raise _explained(place, error.orig or error) from error
    except sqlite3.Error as error:
        raise _explained(place, error) from error


def _explained(place: str, error: BaseException) -> StoreError:
    if isinstance(error, sqlite3.Error):
        return _embedded(place, error)
    return _server(place, error)


def _embedded(place: str, error: sqlite3.Error) -> StoreError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code == sqlite3.SQLITE_ERROR and str(error).startswith(("no such index", "no such table")):
        return StoreError(f"{place}: {error}", hint=_MISSING)
    if code not in _EMBEDDED:
        return StoreError(f"{place}: {type(error).__name__}: {error}")
    what, hint = _EMBEDDED[code]
    kind = Damaged if code == sqlite3.SQLITE_CORRUPT else StoreError
    return kind(f"{place}: {what}", hint=hint)


def _server(place: str, error: BaseException) -> StoreError:
    """PostgreSQL says what happened by code; its detail may hold a row, so only its first line is shown,
    and only where no row is involved."""
    state = getattr(error, "sqlstate", None) or ""
    if not state or state.startswith(("08", "28", "3D", "57P")):
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        return StoreError(f"{place}: cannot be reached: {first}", hint="check [store] url and the password")
    if state.startswith("23"):
        return StoreError(f"{place}: refused a value that breaks its rules")
    if state in _TIMEOUTS:
        return StoreError(f"{place}: another program holds what is needed", hint="try again when it is done")
    if state in _FULL:
        return StoreError(f"{place}: the server has no room left; nothing of this was saved")
    if state in _READ_ONLY:
        return StoreError(f"{place}: may only be read", hint="is it a standby server?")
    if state == _NO_TABLE:
        return StoreError(f"{place}: a table is missing", hint=_MISSING)
    if state == _PRIVILEGE:
        return StoreError(
            f"{place}: this user may not do that", hint="it must own the tables of the newsletter"
        )
    return StoreError(f"{place}: refused by the server ({type(error).__name__}, {state})")
