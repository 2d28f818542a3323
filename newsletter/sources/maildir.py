"""Mails in a Maildir: a folder with `new` and `cur` in it, a file for each mail."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.sources.letters import Letter, letter_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from types import TracebackType
    from typing import Self

_MAX_LETTERS = 2_000
_HEAD_BYTES = 32_000
_FOLDERS = ("new", "cur")
_FLAGS = ":2,"


class Maildir:
    """Reads mails where a mail server delivered them; those thrown away are left out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open."""

    @property
    def place(self) -> str:
        return str(self._folder)

    def heads(self, since: date | None) -> Iterator[Letter]:
        """Give the newest mails by the time of their files; `since` is left to the mails' own dates."""
        del since
        files = sorted(self._files(), key=lambda file: -file[1].st_mtime)
        for path, status in files[:_MAX_LETTERS]:
            head = self._read(path, _HEAD_BYTES)
            letter = (
                letter_of(head, name=f"{path.parent.name}/{path.name}", size=status.st_size) if head else None
            )
            if letter:
                yield letter

    def body(self, letter: Letter) -> bytes:
        """Read the file, wherever a mail program has moved it meanwhile. Raises `SourceError`."""
        path = self._now_at(letter)
        body = self._read(path, letter.size + 1) if path else None
        if body is None:
            raise SourceError(f"{self.place}: the mail {letter.name} is gone", hint="run it again")
        return body

    def mark_read(self, letter: Letter) -> None:
        """Move the file into `cur` with the flag "seen"; one that is gone stays gone."""
        path = self._now_at(letter)
        if path is None:
            return
        base, _, flags = path.name.partition(_FLAGS)
        seen = self._folder / "cur" / f"{base}{_FLAGS}{''.join(sorted({*flags, 'S'}))}"
        try:
            path.rename(seen)
        except OSError as error:
            raise _unreadable(path, error, "cannot be marked as read") from error

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for name in _FOLDERS:
            try:
                with os.scandir(self._folder / name) as entries:
                    yield from (
                        (Path(entry.path), entry.stat(follow_symlinks=False))
                        for entry in entries
                        if _is_letter(entry)
                    )
            except OSError as error:
                raise SourceError(
                    f"{self.place}: is no Maildir that can be read ({error.strerror})",
                    hint="give the folder that has `new` and `cur` in it",
                ) from error

    def _now_at(self, letter: Letter) -> Path | None:
        path = self._folder / letter.name
        if path.exists():
            return path
        base = path.name.partition(_FLAGS)[0]
        moved = (file for file, _ in self._files() if file.name.partition(_FLAGS)[0] == base)
        return next(moved, None)

    def _read(self, path: Path, size: int) -> bytes | None:
        try:
            with path.open("rb") as stream:
                return stream.read(size)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(path, error, "cannot be read") from error


def _is_letter(entry: os.DirEntry[str]) -> bool:
    flags = entry.name.partition(_FLAGS)[2]
    return not entry.name.startswith(".") and "T" not in flags and entry.is_file(follow_symlinks=False)


def _unreadable(path: Path, error: OSError, what: str) -> SourceError:
    return SourceError(f"{path}: {what} ({error.strerror})", hint="mend the rights of the Maildir")
