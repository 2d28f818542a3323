"""Which parser reads a document."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.parsing.decoding import decode
from newsletter.parsing.refusals import refusal_in
from newsletter.parsing.text import clean, clip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Document
    from newsletter.ports import DocumentParser

MAX_BYTES = 10_000_000  # a page of a harvest, with 2,500 abstracts, has six million

_BINARY = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3\0", "a database"),
)
_MARKUP = (
    (re.compile(r"<!doctype html|<html|<head|<body", re.IGNORECASE), "an HTML page"),
    (re.compile(r"<[!?/A-Za-z]"), "XML"),
    (re.compile(r"\{\s*[\"}]|\[\s*([\"{\[\]]|-?\d+\s*,)"), "JSON"),
)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<>]{1,300})</title", re.IGNORECASE)
_TEXT = "text of an unknown kind"
_SAMPLE_BYTES = 4096
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NO_TEXT_SHARE = 0.1


def recognise(document: Document, parsers: Mapping[str, DocumentParser]) -> DocumentParser:
    """Choose the parser that recognises a document, the first one in the order of `parsers`.

    Raises `SourceError` if none does or the document is too large.
    """
    readable = "; ".join(parser.reads for parser in parsers.values()) or "nothing: no parser is installed"
    if len(document.body) > MAX_BYTES:
        raise SourceError(
            f"{document.origin}: has {len(document.body):,} bytes; at most {MAX_BYTES:,} are read",
            hint=f"this can be read: {readable}",
        )
    for parser in parsers.values():
        if parser.recognises(document):
            return parser
    if told := refusal_in(document.body):
        raise SourceError(
            f"{document.origin}: an error message instead of papers: {told}",
            hint="fetch it again later, or ask for something else",
        )
    raise SourceError(
        f"{document.origin}: {_looks_like(document.body)}, which no parser here can read",
        hint=f"this can be read: {readable}",
    )


def looks_like_text(body: bytes) -> bool:
    """Tell text for people from markup, JSON and binary files by how it begins."""
    return _looks_like(body) == _TEXT


def page_title(body: bytes) -> str | None:
    """Give the title of a page near whose beginning there is one, as a line of bounded length."""
    title = _TITLE.search(decode(body[:_SAMPLE_BYTES]))
    return clip(clean(unescape(title[1])), 80) if title else None


def _looks_like(body: bytes) -> str:
    for signature, name in _BINARY:
        if body.startswith(signature):
            return name
    sample = decode(body[:_SAMPLE_BYTES])
    start = sample.strip()
    if not start:
        return _TEXT if decode(body).strip() else "an empty file"
    # One odd byte in a page is no reason to refuse all of it.
    if len(_CONTROLS.findall(sample)) > len(sample) * _NO_TEXT_SHARE:
        return "a binary file"
    name = next((name for pattern, name in _MARKUP if pattern.match(start)), _TEXT)
    # an error page, saved as if it were data, says what happened in its title
    title = page_title(body) if name != _TEXT else None
    return f'{name} titled "{title}"' if title else name
