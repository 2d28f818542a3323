"""A document from a file or from standard input."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.config.plugin import PluginOptions
from newsletter.sources.dated import dated
from newsletter.sources.saved import read_saved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from newsletter.model import Document
    from newsletter.ports import Fetcher


class FileSource:
    """Reads one saved document; `-` is standard input."""

    class Options(PluginOptions):
        """`[sources.file]`: `{date}` in the path is the day; a relative one starts at the configuration."""

        path: str | Path

    def __init__(self, options: Options, fetcher: Fetcher | None = None) -> None:
        del fetcher  # a file is no address
        self._path = str(options.path)

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        """Yield the one document. Raises `SourceError`."""
        yield read_saved(dated(self._path, day), day)
