"""Saved documents become part of the archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from newsletter.model import Document, PaperKey, Parsed
    from newsletter.ports import DocumentParser
    from newsletter.store.papers import PaperArchive


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What one document brought: keys of papers that are new, that are known in an earlier version, and that
    are known; and what was wrong with it."""

    origin: str
    added: tuple[PaperKey, ...]
    updated: tuple[PaperKey, ...]
    known: tuple[PaperKey, ...]
    parsed: Parsed


def add_document(
    archive: PaperArchive,
    document: Document,
    parsers: Mapping[str, DocumentParser],
    *,
    source: str,
    at: datetime,
) -> Added:
    """Read a document and remember its papers, as of its own day or else of today. Raises `SourceError` for
    one that no parser reads."""
    parsed = parse(document, parsers)
    told = archive.remember(parsed.papers, source=source, at=at, day=parsed.day or at.date())
    return Added(
        origin=document.origin, added=told.added, updated=told.updated, known=told.known, parsed=parsed
    )
