"""A relay's log or file of events, whichever it is, read within bounds: strangers write into such files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from newsletter.errors import SourceError
from newsletter.work import postfix_log, relay_events

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import BinaryIO

    from newsletter.work.relay_events import Sighting

# What is longer is no line of a log, nor is a piece of it; a JSON document has to be held in memory.
_MAX_LINE_BYTES = 1_000_000
_MAX_DOCUMENT_BYTES = 64_000_000


@dataclass(slots=True)
class RelayLog:
    """An open log. `lines` counts what was read of it, `strange` the lines that are too long, or that should
    be JSON and are not."""

    stream: BinaryIO
    name: str
    lines: int = 0
    strange: int = 0

    def sightings(self, wanted: Collection[str]) -> Iterator[Sighting]:
        """Find what the log tells of the messages with these ids. Raises `SourceError` for what is no log."""
        first = self._first_line()
        if first[:1] not in (b"{", b"["):
            lines = chain([first] if self._is_whole(first) else [], self._lines())
            yield from postfix_log.sightings(map(_text, lines), wanted)
            return
        for event in self._events(first):
            for sighting in relay_events.sightings(event):
                if sighting.message_id in wanted:
                    yield sighting

    def _first_line(self) -> bytes:
        """Read the first line that says something, or as much of it as a line may have."""
        while line := self.stream.readline(_MAX_LINE_BYTES):
            self.lines += 1
            if said := line.removeprefix(b"\xef\xbb\xbf").lstrip():
                return said
        raise SourceError(f"{self.name}: is empty")

    def _lines(self) -> Iterator[bytes]:
        while line := self.stream.readline(_MAX_LINE_BYTES):
            self.lines += 1
            if self._is_whole(line):
                yield line

    def _is_whole(self, line: bytes) -> bool:
        """Tell whether a line was read to its end; what is left of one that was not is passed over."""
        if line.endswith(b"\n") or len(line) < _MAX_LINE_BYTES:
            return True
        while line and not line.endswith(b"\n"):
            line = self.stream.readline(_MAX_LINE_BYTES)
        self.strange += 1
        return False

    def _events(self, first: bytes) -> Iterator[Any]:
        """Read JSON Lines; or a document, if the first line alone is not one."""
        if (event := _parsed(first)) is None:
            yield self._document(first)
            return
        yield event
        for line in self._lines():
            if not line.strip():
                continue
            if (event := _parsed(line)) is None:
                self.strange += 1
            else:
                yield event

    def _document(self, first: bytes) -> Any:
        body = first + self.stream.read(_MAX_DOCUMENT_BYTES)
        if len(body) > _MAX_DOCUMENT_BYTES:
            raise SourceError(
                f"{self.name}: a JSON document larger than {_MAX_DOCUMENT_BYTES:,} bytes",
                hint="write one event per line (JSON Lines): these may be as many as you like",
            )
        if (document := _parsed(body)) is None:
            raise SourceError(
                f"{self.name}: neither JSON nor a mail log",
                hint="expected a relay's events as JSON Lines or a JSON list, or the log of Postfix",
            )
        return document


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
