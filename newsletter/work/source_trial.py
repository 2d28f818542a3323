"""Asking a source by itself: what came, what could be read of it, and what was wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError
from newsletter.parsing import parse
from newsletter.ports import Announcing
from newsletter.store.files import write_at_once

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from newsletter.model import Document, Parsed
    from newsletter.ports import DocumentParser
    from newsletter.sources.named import NamedSource

_ENDINGS = {"json": ".json", "xml": ".xml", "html": ".html"}
_BEGINNINGS = ((b"{", ".json"), (b"[", ".json"), (b"<!", ".html"), (b"<html", ".html"), (b"<", ".xml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """A document, and what was read in it."""

    document: Document = field(repr=False)
    parsed: Parsed = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What asking a source gave until it ended, or until `error` ended it. `silence`: why nothing was
    expected of that day."""

    source: str
    kind: str
    got: tuple[Got, ...] = ()
    silence: str | None = None
    error: str | None = None
    hint: str | None = None

    @property
    def papers(self) -> int:
        """How many different papers came."""
        return len({paper.key for one in self.got for paper in one.parsed.papers})

    @property
    def problems(self) -> int:
        """How many records could not be read as they should."""
        return sum(len(one.parsed.problems) for one in self.got)

    @property
    def is_unchanged(self) -> bool:
        """Whether all that came was there the last time, too."""
        return bool(self.got) and all(one.document.unchanged for one in self.got)


def try_source(
    named: NamedSource,
    day: date | None,
    parsers: Mapping[str, DocumentParser],
    *,
    max_documents: int | None = None,
) -> Trial:
    """Ask a source for a day (None: for what is there) and read what comes; a failure is told, not raised."""
    got: list[Got] = []
    silence, error, hint = None, None, None
    try:
        if day and isinstance(named.source, Announcing):
            silence = named.source.silence(day)
        for document in islice(named.source.fetch(day), max_documents):
            parsed = parse(document, parsers)
            got.append(Got(document=document, parsed=parsed))
    except NewsletterError as failure:
        error, hint = failure.message, failure.hint
    except Exception as failure:  # noqa: BLE001 - a stranger's source may raise anything
        error = f"{type(failure).__name__}: {failure}"
        hint = "update or remove the package that brings this source"
    return Trial(source=named.name, kind=named.kind, got=tuple(got), silence=silence, error=error, hint=hint)


def save(trial: Trial, folder: Path) -> tuple[Path, ...]:
    """Write the documents as they came, a file each, for `inspect` and `build`. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, one in enumerate(trial.got, start=1):
        path = folder / f"{trial.source}-{number}{_ending(one.document)}"
        write_at_once(path, one.document.body)
        paths.append(path)
    return tuple(paths)


def _ending(document: Document) -> str:
    told = document.media_type or ""
    named = next((ending for word, ending in _ENDINGS.items() if word in told), None)
    start = document.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return named or next((ending for begin, ending in _BEGINNINGS if start.startswith(begin)), ".txt")
