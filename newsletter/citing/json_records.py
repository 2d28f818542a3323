"""JSON, with the names of fields that our reader of JSON knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.model import Paper


def listed(papers: Iterable[Paper]) -> Iterator[str]:
    """Write one list, a paper on each line."""
    before = "[\n"
    for paper in papers:
        yield before + _written(paper)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def lines(papers: Iterable[Paper]) -> Iterator[str]:
    """Write JSON Lines: a paper on each line."""
    for paper in papers:
        yield _written(paper) + "\n"


def as_data(paper: Paper) -> dict[str, Any]:
    """Give what is known of a paper; None for what is not."""
    return {
        "key": paper.key,
        "id": paper.ids.get("arxiv") or paper.ids.get("doi"),
        "title": paper.title,
        "authors": paper.authors,
        "author_count": paper.author_count,
        "date": _day(paper.published),
        "updated": _day(paper.updated),
        "version": paper.version,
        "flags": paper.flags,
        "doi": paper.ids.get("doi"),
        "url": paper.url,
        "pdf_url": paper.pdf_url,
        "code_url": paper.code_url,
        "journal": paper.journal_ref,
        "categories": paper.categories,
        "keywords": paper.keywords,
        "upvotes": paper.upvotes,
        "comments": paper.comments,
        "stars": paper.stars,
        "source": paper.source,
        "ids": dict(paper.ids),
        "tldr": paper.summary.text if paper.summary and paper.summary.origin == "source" else None,
        "abstract": paper.abstract,
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _written(paper: Paper) -> str:
    return json.dumps(as_data(paper), ensure_ascii=False)
