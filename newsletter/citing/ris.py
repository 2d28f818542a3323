"""RIS, which every reference manager reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.citing.people import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.model import Paper


def records(papers: Iterable[Paper]) -> Iterator[str]:
    """Write a record for each paper, with the line ends that RIS wants (CR LF)."""
    for paper in papers:
        lines = [f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in _tags(paper)]
        yield "".join(lines) + "ER  - \r\n\r\n"


def _tags(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR" if paper.journal_ref else "UNPB"
    yield "TI", paper.title
    for author in paper.authors or ():
        yield "AU", _author(author)
    if paper.published:
        yield "PY", f"{paper.published.year:04}"
        yield "DA", f"{paper.published:%Y/%m/%d}".rjust(10, "0")
    if paper.journal_ref:
        yield "T2", paper.journal_ref
    if doi := paper.ids.get("doi"):
        yield "DO", doi
    if number := paper.ids.get("arxiv"):
        yield "AN", f"arXiv:{number}"
    if paper.url:
        yield "UR", paper.url
    if paper.pdf_url:
        yield "L1", paper.pdf_url
    for word in paper.keywords or ():
        yield "KW", word
    if paper.abstract:
        yield "AB", paper.abstract


def _author(spoken: str) -> str:
    """Write "Byron, Ada" or "King, Martin Luther, Jr."."""
    name = name_of(spoken)
    return ", ".join(part for part in (name.family, name.given, name.suffix) if part)
