"""The documents of a folder: saved pages, exports of a library."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from newsletter.config.plugin import PluginOptions
from newsletter.errors import SourceError
from newsletter.sources.dated import dated, is_dated
from newsletter.sources.saved import read_saved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from newsletter.model import Document
    from newsletter.ports import Fetcher

MAX_FILES = 1_000


def _pattern(text: str) -> str:
    if text.startswith(("/", "~")) or ".." in Path(text).parts:
        raise ValueError('expected names below the folder, such as "*.html" or "**/{date}*.json"')
    return text


class FolderSource:
    """Reads the files of a folder in the order of their names, hidden ones left out."""

    class Options(PluginOptions):
        """A table of this kind; `{date}` in path and pattern is the day."""

        path: Path
        pattern: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_pattern)] = "*"

    def __init__(self, options: Options, fetcher: Fetcher | None = None) -> None:
        del fetcher  # a folder is no address
        self._path = str(options.path)
        self._pattern = options.pattern

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield a document per file; none where a folder is named after its day and not there.

        Raises `SourceError`, too, for more than a thousand files.
        """
        folder = Path(dated(self._path, day))
        pattern = dated(self._pattern, day)
        if not folder.is_dir():
            if is_dated(self._path):
                return
            raise SourceError(
                f"{folder}: there is no such folder", hint="make it, or mend the path of the source"
            )
        for path in _files(folder, pattern):
            yield read_saved(str(path), day)


def _files(folder: Path, pattern: str) -> list[Path]:
    try:
        visible = (p for p in folder.glob(pattern) if p.is_file() and not _is_hidden(p.relative_to(folder)))
        found = list(islice(visible, MAX_FILES + 1))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(f"{folder}: cannot be looked through ({reason})") from error
    if len(found) > MAX_FILES:
        raise SourceError(
            f"{folder}: more than {MAX_FILES:,} files are called {pattern!r}",
            hint="narrow the pattern, for example by the day: *{date}*",
        )
    return sorted(found)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
