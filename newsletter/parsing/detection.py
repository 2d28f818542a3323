"""Which parser reads a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Document
    from newsletter.ports import DocumentParser

MAX_BYTES = 5_000_000

_SIGNATURES = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<?xml", "XML of an unknown kind"),
    (b"<", "an HTML page of an unknown kind"),
    (b"{", "JSON of an unknown kind"),
    (b"[", "JSON of an unknown kind"),
)
_BINARY_SAMPLE = 4096


def recognise(document: Document, parsers: Mapping[str, DocumentParser]) -> DocumentParser:
    """Choose the parser that recognises a document, the first one in the order of `parsers`.

    Raises `SourceError` if none does or the document is too large.
    """
    if len(document.body) > MAX_BYTES:
        raise SourceError(
            f"{document.origin}: {len(document.body):,} bytes is more than the {MAX_BYTES:,} that are read"
        )
    for parser in parsers.values():
        if parser.recognises(document):
            return parser
    readable = "; ".join(parser.reads for parser in parsers.values())
    raise SourceError(
        f"{document.origin}: {_looks_like(document.body)}, which no parser here can read",
        hint=f"this can be read: {readable}",
    )


def _looks_like(body: bytes) -> str:
    start = body.lstrip()
    if not start:
        return "an empty file"
    for signature, name in _SIGNATURES:
        if start.startswith(signature):
            return name
    return "a binary file" if b"\0" in body[:_BINARY_SAMPLE] else "text of an unknown kind"
