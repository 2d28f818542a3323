"""Answers in pages: each is read to learn where the next one begins; its bytes stay as they came."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsletter.model import Document, Parsed
    from newsletter.ports import DocumentParser

    Page = tuple[Document, Parsed]
    Ask = Callable[[str | None], Document]
    Following = Callable[[Parsed, str | None], str | None]

MAX_PAGES = 100


def read(document: Document, parser: DocumentParser) -> Parsed:
    """Read a document that can only be of one kind. Raises `SourceError` for any other."""
    return parse(document, {"": parser})


def readable(ask: Callable[[], Document], parser: DocumentParser) -> Page:
    """Ask for a document and read it.

    One that cannot be read is asked for once more: under load, services answer with an error or with
    nothing, and the status of a success. Raises `SourceError`.
    """
    document = ask()
    try:
        return document, read(document, parser)
    except SourceError:
        document = ask()
        return document, read(document, parser)


def named(parsed: Parsed, _token: str | None) -> str | None:
    """Give what a page names as the next one."""
    return parsed.beyond.token if parsed.beyond else None


def follow(
    ask: Ask, parser: DocumentParser, *, max_papers: int, following: Following = named
) -> Iterator[Page]:
    """Yield the pages from the first one on (token None) until there are no more, or papers enough.

    A page that brings no paper, nor a version of one, that was not there before is the last. Raises
    `SourceError` for a page that cannot be had or read, behind the ones before it, and for one that leads
    back.
    """
    token: str | None = None
    tokens: set[str | None] = set()
    papers: set[tuple[str, int | None]] = set()
    while True:
        tokens.add(token)
        document, parsed = readable(partial(ask, token), parser)
        if following is named and _is_torn(parsed):
            document, parsed = readable(partial(ask, token), parser)
        before = len(papers)
        papers.update((paper.key, paper.version) for paper in parsed.papers)
        if len(papers) > before or len(tokens) == 1:
            yield document, parsed
        if following is named and _is_torn(parsed):
            told = "the answer breaks off, and with it what says where the next page begins"
            raise SourceError(f"{document.origin}: {told}", hint="what came until here was taken")
        token = following(parsed, token)
        if token is None or len(papers) == before or len(papers) >= max_papers:
            return
        if token in tokens or len(tokens) == MAX_PAGES:
            told = "leads back to a page before it" if token in tokens else f"is not the last of {MAX_PAGES}"
            raise SourceError(f"{document.origin}: this page {told}", hint="what came until here was taken")


def _is_torn(parsed: Parsed) -> bool:
    """Whether papers came, but not what tells how many there are."""
    return bool(parsed.papers and parsed.problems) and parsed.beyond is None
