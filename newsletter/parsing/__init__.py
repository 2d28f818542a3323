"""Documents become papers. Pure: bytes in, values out; a record that cannot be read is a `Problem`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.parsing.detection import recognise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Document, Parsed
    from newsletter.ports import DocumentParser


def parse(document: Document, parsers: Mapping[str, DocumentParser]) -> Parsed:
    """Read a document with the parser that recognises it. Raises `SourceError` if none does."""
    return recognise(document, parsers).parse(document)


__all__ = ["parse"]
