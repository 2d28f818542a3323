"""BibTeX, as BibLaTeX and older programs read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.citing.citation_keys import with_keys
from newsletter.citing.people import name_of
from newsletter.citing.tex_text import as_tex, with_capitals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.model import Paper

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NOT_IN_ADDRESS = {"{": "%7B", "}": "%7D", "\\": "%5C"}
_UNBALANCED = re.compile(r"[{}\\]")
_AND = re.compile(r"\band\b", re.IGNORECASE)


def entries(papers: Iterable[Paper]) -> Iterator[str]:
    """Write an entry for each paper: an article where a journal is known, else of type `misc`."""
    for key, paper in with_keys(papers):
        kind = "article" if paper.journal_ref else "misc"
        fields = "".join(f"  {name} = {value},\n" for name, value in _fields(paper))
        yield f"@{kind}{{{key},\n{fields}}}\n\n"


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    if paper.authors:
        yield "author", _braced(" and ".join(map(_author, paper.authors)))
    yield "title", _braced(with_capitals(as_tex(paper.title)))
    if paper.journal_ref:
        yield "journal", _braced(as_tex(paper.journal_ref))
    if paper.published:
        yield "year", _braced(f"{paper.published.year:04}")
        yield "month", _MONTHS[paper.published.month - 1]
        yield "day", _braced(str(paper.published.day))
    yield from _ids(paper)
    if paper.url:
        yield "url", _braced("".join(_NOT_IN_ADDRESS.get(sign, sign) for sign in paper.url))
    if paper.keywords:
        yield "keywords", _braced(", ".join(map(as_tex, paper.keywords)))
    if paper.abstract:
        yield "abstract", _braced(as_tex(paper.abstract))


def _ids(paper: Paper) -> Iterator[tuple[str, str]]:
    if number := paper.ids.get("arxiv"):
        yield "eprint", _braced(number)
        yield "archiveprefix", "{arXiv}"
        if paper.categories:
            yield "primaryclass", _braced(as_tex(paper.categories[0]))
    doi = paper.ids.get("doi")
    if doi and not _UNBALANCED.search(doi):
        yield "doi", _braced(doi)
    if pmid := paper.ids.get("pmid"):
        yield "pmid", _braced(as_tex(pmid))


def _author(spoken: str) -> str:
    """Write "Byron, Ada", "King, Jr., Martin Luther" or "{A Collaboration}"."""
    name = name_of(spoken)
    if not name.given or _AND.search(spoken):
        return _braced(as_tex(spoken))
    parts = (name.family, name.suffix, name.given) if name.suffix else (name.family, name.given)
    return ", ".join(map(as_tex, parts))


def _braced(text: str) -> str:
    return f"{{{text}}}"
