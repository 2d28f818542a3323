"""A document from a file or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.config.plugin import PluginOptions
from newsletter.errors import SourceError
from newsletter.model import Document
from newsletter.parsing.detection import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from newsletter.ports import Fetcher

STANDARD_INPUT = "-"


class FileSource:
    """Reads one saved document; `-` is standard input. At most 10 MB, so that a wrong path costs nothing."""

    class Options(PluginOptions):
        """`[sources.file]`."""

        path: str

    def __init__(self, options: Options, fetcher: Fetcher | None = None) -> None:
        del fetcher  # a file is no address
        self._path = options.path

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield the one document. The file's time says nothing about its content and is not used."""
        yield Document(body=self._read(), origin=self._origin, day=day)

    @property
    def _origin(self) -> str:
        return "standard input" if self._path == STANDARD_INPUT else self._path or "the empty path"

    def _read(self) -> bytes:
        try:
            if self._path == STANDARD_INPUT and sys.stdin is None:
                raise SourceError("standard input is closed", hint="give the path of a saved page")
            if self._path == STANDARD_INPUT:
                body = sys.stdin.buffer.read(MAX_BYTES + 1)
            else:
                with Path(self._path).open("rb") as stream:
                    body = stream.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a path"
            raise SourceError(
                f"{self._origin}: cannot be read ({reason})",
                hint="give the path of a saved page, or - for standard input",
            ) from error
        if len(body) > MAX_BYTES:
            raise SourceError(f"{self._origin}: larger than {MAX_BYTES:,} bytes, which no page of papers is")
        return body
