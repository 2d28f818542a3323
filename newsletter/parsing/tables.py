"""Tables with a row of column names: CSV and its kin, as services, libraries and people export them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.parsing.arxiv_mentions import arxiv_among
from newsletter.parsing.decoding import decode, undecodable
from newsletter.parsing.detection import looks_like_text
from newsletter.parsing.drafts import Draft, add_drafts
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.given_dates import month_number
from newsletter.parsing.identity import arxiv_id, doi_of
from newsletter.parsing.names import people
from newsletter.parsing.table_columns import Column
from newsletter.parsing.table_rows import Row, Table, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Document, Parsed

_HEAD_CHARS = 64_000
_NO_ABSTRACT = re.compile(r"\[?no abstract available\.?\]?|n/?a|none|null|nan|\[\]", re.IGNORECASE)
_NOTHING = re.compile(r"n/?a|none|null|nan|\[\]|-+", re.IGNORECASE)
_LIST = re.compile(r"[;|\n]")
_WORDS = re.compile(r"[\s,]+")
_CODE = re.compile(r"[a-z-]{2,20}(?:\.[A-Za-z-]{2,20})|[a-z]{2,10}-[a-z]{2,10}")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.|'(?![,\]]))*)'|\"((?:[^\"\\]|\\.)*)\"")
_URL = re.compile(r"https?://[^\s;|<>\"]+", re.IGNORECASE)


class Tables:
    """Reads CSV, TSV and the like with a row of column names, among them one for titles.

    The names are those of Zotero, Scopus, Web of Science, OpenAlex, PubMed, IEEE and others, or ours:
    `title`, `abstract`, `authors`, `date`, `categories`, `keywords`, `url`, `doi`, `id`.
    """

    reads = "CSV or TSV with a row of column names, among them `title`"

    def recognises(self, document: Document, /) -> bool:
        """Look for the row of names."""
        if not looks_like_text(document.body):
            return False
        table = read_table(decode(document.body[:_HEAD_CHARS]), head_only=True)
        return table is not None

    def parse(self, document: Document, /) -> Parsed:
        """Read every row."""
        gathering = Gathering()
        gathering.take(undecodable(document.body))
        table = read_table(decode(document.body)) or Table(columns={}, rows=(), problems=())
        gathering.take(table.problems)
        add_drafts((_draft(row, table.columns) for row in table.rows), gathering, "csv")
        return gathering.parsed(document, day=None)


class _Cells:
    """The cells of a row under the names that we know."""

    def __init__(self, row: Row, columns: Mapping[Column, tuple[int, ...]]) -> None:
        self._row, self._columns = row, columns

    def all(self, column: Column) -> list[str]:
        cells = [self._row.cells[i] for i in self._columns.get(column, ()) if i < len(self._row.cells)]
        return [cell for cell in cells if cell.strip() and not _NOTHING.fullmatch(cell.strip())]

    def first(self, column: Column) -> str | None:
        return next(iter(self.all(column)), None)


def _draft(row: Row, columns: Mapping[Column, tuple[int, ...]]) -> Draft:
    cells = _Cells(row, columns)
    abstract = cells.first("abstract")
    links = [link for cell in cells.all("url") for link in _URL.findall(cell)]
    own = cells.first("id") or ""
    pdfs = [link for cell in cells.all("pdf_url") for link in _URL.findall(cell)]
    return Draft(
        place=f"row {row.number}",
        line=row.line,
        title=cells.first("title"),
        abstract=abstract if abstract and not _NO_ABSTRACT.fullmatch(abstract.strip()) else None,
        markup="tags",
        authors=_authors(cells),
        published=_published(cells),
        updated=cells.first("updated"),
        arxiv=_arxiv(cells, own, links),
        doi=cells.first("doi")
        or (own if doi_of(own) else next((link for link in links if doi_of(link)), None)),
        ids={"pmid": cells.first("pmid"), "s2": cells.first("s2"), "openalex": _openalex(own)},
        url=next(iter(links), None) or next(iter(_URL.findall(own)), None),
        pdf_url=next(iter(pdfs), None),
        categories=[part for cell in cells.all("categories") for part in _parts(cell, by_words=True)],
        keywords=[part for cell in cells.all("keywords") for part in _parts(cell)],
        summary=cells.first("summary"),
        journal=cells.first("appeared"),
        counts={"upvotes": _count(cells.first("upvotes")), "comments": _count(cells.first("comments"))},
    )


def _authors(cells: _Cells) -> list[str]:
    full = cells.first("full_authors")
    text = full or cells.first("authors") or ""
    return [name for part in _quoted_list(text) or [text] for name in people(part)]


def _published(cells: _Cells) -> str | None:
    """Give the date; Web of Science has a column for the year and one for "NOV 7"."""
    date, year = cells.first("date"), cells.first("year")
    if date and (not year or re.search(r"\d{4}", date)):
        return date
    if date and year and month_number(date[:3]):
        return f"{date.partition('-')[0] if '-' in date else date} {year}"
    return year or date


def _arxiv(cells: _Cells, own: str, links: list[str]) -> str | None:
    given = cells.first("arxiv") or ""
    if found := arxiv_id(given) or arxiv_id(own) or arxiv_among([given, own]):
        return found
    return next((found for link in links if (found := arxiv_id(link))), None) or arxiv_among(
        cells.all("journal")
    )


def _openalex(own: str) -> str | None:
    return own.rpartition("/")[2] if "openalex.org/" in own else None


def _parts(cell: str, *, by_words: bool = False) -> list[str]:
    """Part a list in a cell: as Python or JSON writes it, at semicolons, bars and lines, else at commas; and
    categories like those of arXiv at blanks."""
    if (quoted := _quoted_list(cell)) is not None:
        return quoted
    if _LIST.search(cell):
        return _LIST.split(cell)
    words = _WORDS.split(cell.strip()) if by_words else []
    return words if words and all(map(_CODE.fullmatch, words)) else cell.split(",")


def _quoted_list(cell: str) -> list[str] | None:
    if not cell.lstrip().startswith("[") or not cell.rstrip().endswith("]"):
        return None
    found = [single or double for single, double in _QUOTED.findall(cell)]
    return found or None


def _count(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None  # noqa: PLR2004
