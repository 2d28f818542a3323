"""Whether the file system of an embedded database keeps what SQLite and the journals rely on."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import StoreError
from newsletter.store.journal_file import lock

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOUNTS = Path("/proc/self/mounts")
# Their locks and fsync are those of another machine, or of a program, and often only pretended.
_REMOTE = frozenset({
    "nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ncpfs", "9p", "ceph", "glusterfs",
    "lustre", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse",
    "davfs", "fuse.davfs2",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSystem:
    """Where a file lies; `kind` is None where the machine does not tell."""

    kind: str | None
    has_locks: bool

    @property
    def is_remote(self) -> bool:
        """Whether it is known to lie on another machine."""
        return self.kind in _REMOTE


def file_system_of(file: Path) -> FileSystem:
    """Look where a file lies, and try locks and fsync on a file of our own beside it, which is gone after.

    Raises `StoreError` where nothing can be written."""
    folder = file.resolve().parent
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".newsletter-") as made:
            os.fsync(made.fileno())
            has_locks = _locks_exclude(Path(made.name), made.fileno())
    except OSError as error:
        raise StoreError(
            f"{folder}: nothing can be kept there ({error.strerror})",
            hint="SQLite writes files beside the database",
        ) from error
    return FileSystem(kind=_kind(folder, _mounts()), has_locks=has_locks)


def _locks_exclude(path: Path, handle: int) -> bool:
    """Tell whether a second one is kept out by a lock."""
    other = os.open(path, os.O_RDWR)
    try:
        return lock(handle) and not lock(other)
    finally:
        os.close(other)


def _mounts() -> list[tuple[Path, str]]:
    try:
        lines = _MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    fields = (line.split() for line in lines)
    return [(Path(words[1].replace("\\040", " ")), words[2]) for words in fields if len(words) > 2]  # noqa: PLR2004 - device, place, kind


def _kind(folder: Path, mounts: Iterable[tuple[Path, str]]) -> str | None:
    """Take the deepest mount that the folder lies in; of two in one place the later."""
    holding = [
        (len(place.parts), number, kind)
        for number, (place, kind) in enumerate(mounts)
        if folder.is_relative_to(place)
    ]
    return max(holding)[2] if holding else None
