"""Documents of earlier times on disk, so that a server need not send again what did not change."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newsletter.http.policy import MAX_BYTES
from newsletter.model import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsletter.http.answers import Answer

log = logging.getLogger(__name__)

_MAX_HEAD_BYTES = 10_000
_WRITING_TAKES = timedelta(hours=1)
_ENDING = ".document"
_OURS = re.compile(rf"\.?[0-9a-f]{{64}}{re.escape(_ENDING)}(\.\w+)?")  # and what a killed writer left of it
_FIELD = re.compile(r"[\x20-\x7e]{1,1000}")  # what may be sent in a header


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document as it was at a time, and by what the server knows whether it still holds."""

    body: bytes
    at: datetime
    media_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for it only if it changed (RFC 9110, section 13)."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}

    def document(self, origin: str, at: datetime) -> Document:
        """Give it as what was found unchanged at a time."""
        return Document(
            body=self.body,
            origin=origin,
            media_type=self.media_type,
            fetched_at=at,
            unchanged=True,
        )


class DocumentCache:
    """A folder of one file per address, for its owner alone, bounded in size and age.

    What it cannot read, it has not: a damaged or forged file is as good as none. Nothing here ever raises.
    """

    def __init__(
        self,
        folder: Path,
        *,
        write_at_once: Callable[[Path, bytes], None],
        max_bytes: int = 200_000_000,
        max_age: timedelta = timedelta(days=30),
    ) -> None:
        self._folder = folder
        self._write_at_once = write_at_once
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._is_told = False

    def read(self, key: str) -> Kept | None:
        """Give what is kept under a key: the address, and what else decides on the answer."""
        try:
            return _unpacked(self._bytes(self._path(key)))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.info("kept document is unusable", extra={"reason": type(error).__name__})
            return None

    def write(self, key: str, answer: Answer, at: datetime) -> None:
        """Keep an answer, unless the server forbids it."""
        if "no-store" in answer.headers.get("cache-control", "").lower():
            return
        kept = Kept(
            body=answer.body,
            at=at,
            media_type=answer.media_type,
            etag=_field(answer.headers.get("etag")),
            last_modified=_field(answer.headers.get("last-modified")),
        )
        self.refresh(key, kept, at)
        self._prune(at)

    def refresh(self, key: str, kept: Kept, at: datetime) -> None:
        """Note that something kept still held at a time."""
        try:
            if not self._folder.exists():
                self._folder.mkdir(mode=0o700, parents=True)
                (self._folder / ".gitignore").write_text("*\n", "utf-8")
            self._write_at_once(self._path(key), _packed(kept, at))
        except OSError as error:
            if not self._is_told:
                log.warning("documents cannot be kept in %s (%s)", self._folder, error.strerror)
            self._is_told = True

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}{_ENDING}"

    def _bytes(self, path: Path) -> bytes:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as stream:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_HEAD_BYTES + MAX_BYTES:
                raise ValueError("not a file of ours")
            return stream.read(_MAX_HEAD_BYTES + MAX_BYTES)

    def _prune(self, now: datetime) -> None:
        """Delete what is too old, and then the oldest until the rest is small enough."""
        size = 0
        oldest = (now - self._max_age).timestamp()
        left_behind = (now - _WRITING_TAKES).timestamp()
        for changed, bytes_, path in sorted(self._ours(), reverse=True):
            is_being_written = path.name.startswith(".") and changed >= left_behind
            size += bytes_
            if not is_being_written and (size > self._max_bytes or changed < oldest):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _ours(self) -> Iterator[tuple[float, int, Path]]:
        """List times and sizes of our files; other threads and processes may write and delete meanwhile."""
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if _OURS.fullmatch(path.name):
                    with contextlib.suppress(OSError):
                        found = path.stat()
                        yield found.st_mtime, found.st_size, path


def _packed(kept: Kept, at: datetime) -> bytes:
    head = {
        "at": at.astimezone(UTC).isoformat(),
        "media_type": kept.media_type,
        "etag": kept.etag,
        "last_modified": kept.last_modified,
        "sha256": hashlib.sha256(kept.body).hexdigest(),
    }
    return json.dumps(head).encode() + b"\n" + kept.body


def _unpacked(data: bytes) -> Kept:
    """Read a file of ours. Raises `ValueError` and the like for any other."""
    line, mark, body = data.partition(b"\n")
    if not mark or len(line) > _MAX_HEAD_BYTES:
        raise ValueError("no head")
    head: dict[str, Any] = json.loads(line)
    if hashlib.sha256(body).hexdigest() != head["sha256"]:
        raise ValueError("damaged")
    at = datetime.fromisoformat(head["at"])
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return Kept(
        body=body,
        at=at,
        media_type=_field(head["media_type"]),
        etag=_field(head["etag"]),
        last_modified=_field(head["last_modified"]),
    )


def _field(value: str | None) -> str | None:
    """Take a header only if it can be sent again as it is."""
    return value if value is not None and _FIELD.fullmatch(value) else None
