"""CSV that a spreadsheet may open: no cell of it is taken for a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from newsletter.parsing.spreadsheets import MARK, guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsletter.model import Paper

# The first one tells our reader that cells are guarded.
COLUMNS = (
    MARK, "Title", "Authors", "Date", "DOI", "arXiv ID", "URL", "PDF URL", "Publication Title", "Categories",
    "Keywords", "Version", "Flags", "Upvotes", "Num Comments", "Stars", "Source Name", "Abstract",
)  # fmt: skip


def rows(papers: Iterable[Paper]) -> Iterator[str]:
    """Write the row of names, then a row for each paper (RFC 4180)."""
    yield _row(COLUMNS)
    for paper in papers:
        yield _row([guarded(_cell(value)) for value in _values(paper)])


def _values(paper: Paper) -> Sequence[Any]:
    return (
        paper.key,
        paper.title,
        paper.authors,
        paper.published.isoformat() if paper.published else None,
        paper.ids.get("doi"),
        paper.ids.get("arxiv"),
        paper.url,
        paper.pdf_url,
        paper.journal_ref,
        paper.categories,
        paper.keywords,
        paper.version,
        paper.flags,
        paper.upvotes,
        paper.comments,
        paper.stars,
        paper.source,
        paper.abstract,
    )


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case [str(only)] if "," in only:
            return f"{only};"  # or the comma would part it
        case tuple():
            return "; ".join(value)
        case _:
            return str(value)


def _row(cells: Sequence[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
