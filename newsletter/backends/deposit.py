"""Put a message into a folder so that nobody ever sees half of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from newsletter.errors import MailError
from newsletter.model import Accepted, Deferred

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def make_folder(path: Path) -> None:
    """Make `path`, readable by its owner alone, unless it is there. Raises `MailError`."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise MailError(
            f"{path}: cannot be used as a folder for mail ({error.strerror})",
            hint="name another folder in the backend's table of newsletter.toml",
        ) from error


def deposit(body: bytes, *, temporary: Path, final: Path, commit: Callable[[], None]) -> Accepted | Deferred:
    """Write `temporary`, call `commit`, then rename it to `final`; if `commit` raises, nothing stays.

    Raises `MailError` when the file cannot be written: the next one could not be either.
    """
    try:
        _write(temporary, body)
        commit()
        try:
            temporary.replace(final)
        except OSError as error:
            return Deferred(reason=f"{final} cannot be written ({error.strerror})")
    finally:
        temporary.unlink(missing_ok=True)
    return Accepted(reply=str(final))


def _write(path: Path, body: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(handle)
    except OSError as error:
        raise MailError(f"{path.parent}: a message cannot be written ({error.strerror})") from error
