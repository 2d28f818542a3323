"""What arXiv says of a paper, in whatever form, becomes a paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from newsletter.model import Paper
from newsletter.parsing.author_lists import MAX_AUTHORS
from newsletter.parsing.code_links import code_url
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.identity import arxiv_id, arxiv_version, doi_of, identify
from newsletter.parsing.readable import readable
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, clean

SOURCE = "arxiv"
LIMITS = (
    f"a title of {MAX_TITLE_CHARS:,}, an abstract of {MAX_ABSTRACT_CHARS:,} characters, {MAX_AUTHORS} authors"
)
_MAX_NOTE_CHARS = 1_000
_MAX_CATEGORIES = 30
_CATEGORY = re.compile(r"[a-z][a-z-]{1,15}(?:\.[A-Za-z][A-Za-z-]{1,15})?")
# what stands at the beginning of comments and abstracts: "This paper has been withdrawn by the author"
_WITHDRAWN = re.compile(
    r"\W{0,3}(?:(?:this|the|our)\s+)?(?:(?:arxiv\s+)?(?:paper|article|manuscript|submission|preprint|work|version|"
    r"note|draft|document|report)\s+)?(?:(?:has|have)\s+(?:now\s+)?been\s+|is\s+|was\s+|is\s+being\s+)?"
    r"(?:temporarily\s+)?withdrawn\b(?!\s+from\s+(?!(?:the\s+)?arxiv))",
    re.IGNORECASE,
)

AnnounceType = Literal["new", "cross", "replace", "replace-cross"]
ANNOUNCE_TYPES: tuple[AnnounceType, ...] = ("new", "cross", "replace", "replace-cross")
_FLAGS: dict[AnnounceType, tuple[str, ...]] = {
    "new": (),
    "cross": ("cross",),
    "replace": ("replacement",),
    "replace-cross": ("replacement", "cross"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArxivRecord:
    """A record as it was written; `id` in any spelling, with its version where it has one."""

    line: int
    id: str | None
    title: str | None = None
    abstract: str | None = None
    authors: Sequence[str] = ()
    categories: Sequence[str] = ()
    comments: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    published: date | None = None
    updated: date | None = None
    announced: date | None = None
    announce_type: AnnounceType = "new"
    version: int | None = None
    is_withdrawn: bool = False


def add_record(record: ArxivRecord, gathering: Gathering) -> None:
    """Add a record's paper; one without a title or whose text was cut is a problem."""
    title, title_cut = readable(record.title or "", MAX_TITLE_CHARS)
    number = arxiv_id(record.id) if record.id else None
    if not title:
        gathering.report(
            "a paper without a title was left out", record.line, expected="a title", found=record.id
        )
        return
    if number is None:
        expected = "an arXiv id such as 2511.04502 or astro-ph/0601001"
        gathering.report(
            "a paper without an arXiv id", record.line, expected=expected, found=record.id or title
        )
    abstract, abstract_cut = readable(record.abstract or "", MAX_ABSTRACT_CHARS)
    if title_cut or abstract_cut or len(record.authors) > MAX_AUTHORS:
        gathering.report("a paper that was cut to the limit", record.line, expected=LIMITS, found=title)
    gathering.add(_paper(record, number, title, abstract or None), record.line)


def _paper(record: ArxivRecord, number: str | None, title: str, abstract: str | None) -> Paper:
    # some give several; the first one counts
    doi = next((word for word in (record.doi or "")[:1_000].replace(",", " ").split() if doi_of(word)), None)
    identity = identify(title, arxiv=number, doi=doi)
    comments = clean((record.comments or "")[:_MAX_NOTE_CHARS])
    withdrawn = record.is_withdrawn or bool(_WITHDRAWN.match(comments) or _WITHDRAWN.match(abstract or ""))
    return Paper(
        key=identity.key,
        ids=identity.ids,
        title=title,
        title_raw=record.title or title,
        abstract=abstract,
        abstract_raw=record.abstract if abstract else None,
        authors=tuple(record.authors[:MAX_AUTHORS]) or None,
        author_count=len(record.authors) or None,
        published=record.published,
        updated=record.updated,
        announced=record.announced,
        url=f"https://arxiv.org/abs/{number}" if number else None,
        pdf_url=f"https://arxiv.org/pdf/{number}" if number and not withdrawn else None,
        code_url=code_url(f"{abstract or ''} {comments}"),
        source=SOURCE,
        categories=categories_in(record.categories),
        version=record.version or (arxiv_version(record.id) if record.id else None),
        flags=(*(("withdrawn",) if withdrawn else ()), *_FLAGS[record.announce_type]),
        journal_ref=readable(record.journal_ref or "", _MAX_NOTE_CHARS)[0] or None,
    )


def categories_in(names: Sequence[str]) -> tuple[str, ...] | None:
    """Keep what is a category of arXiv, each once, the first one first; MSC and ACM classes are none."""
    known = [name for name in (name.strip() for name in names[:200]) if _CATEGORY.fullmatch(name)]
    return tuple(dict.fromkeys(known))[:_MAX_CATEGORIES] or None
