"""The names that columns have in the exports of services, libraries and people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Column = Literal[
    "title", "abstract", "authors", "full_authors", "date", "year", "updated", "doi", "arxiv", "id", "pmid",
    "s2", "url", "pdf_url", "journal", "appeared", "categories", "keywords", "summary", "upvotes", "comments",
]  # fmt: skip

_NO_LETTERS = re.compile(r"[^a-z0-9]+")

# The best name first: where a table has several, their columns are asked in this order. The two-letter ones
# are Web of Science's.
KNOWN_COLUMNS: Mapping[Column, Sequence[str]] = {
    "title": (
        "title", "article title", "document title", "item title", "paper title", "titles", "primary title",
        "display name", "titel", "titre", "titulo", "ti",
    ),
    "abstract": ("abstract", "abstract note", "abstracts", "description", "summary", "summaries", "ab"),
    "full_authors": (
        "author full names", "authors full names", "authors full name", "full author names",
        "af",
    ),
    "authors": (
        "authors", "author", "author s", "author names", "authorships author display name", "creators",
        "creator", "authors list", "author list", "inventors", "au",
    ),
    "date": (
        "date", "published", "publication date", "published date", "date published", "pub date", "pubdate",
        "published online", "online date", "submitted", "submitted date", "published at", "cover date",
        "early access date", "create date", "posted", "release date", "date added to xplore", "pd", "ea",
    ),
    "year": ("year", "publication year", "pub year", "published year", "yr", "py"),
    "updated": ("updated", "updated date", "update date", "last updated", "updated at"),
    "doi": ("doi", "item doi", "doi link", "dois", "digital object identifier", "article doi", "di"),
    "arxiv": ("arxiv id", "arxiv", "eprint", "arxivid", "arxiv url"),
    "id": ("id", "paper id", "ids openalex", "openalex id", "entry id", "identifier"),
    "pmid": ("pmid", "pubmed id", "ids pmid", "pm"),
    "s2": ("s2 id", "corpus id", "s2id"),
    "url": (
        "url", "link", "urls", "links", "primary location landing page url", "landing page url",
        "article url", "external url", "source urls", "paper url", "abs url", "web link", "uri",
    ),
    "pdf_url": (
        "pdf url", "pdf", "pdf link", "best oa location pdf url", "primary location pdf url",
        "full text url",
    ),
    "journal": (
        "journal", "publication title", "source title", "publication", "source", "journal book", "venue",
        "so", "archive location", "extra", "archive", "number", "report number",
    ),
    "appeared": ("publication title", "source title", "journal", "journal book", "venue", "so"),
    "categories": (
        "categories", "category", "cats", "subjects", "subject", "terms", "primary category",
        "fields of study", "primary topic display name", "topics display name", "arxiv categories",
        "wos categories", "wc",
    ),
    "keywords": (
        "keywords", "author keywords", "manual tags", "automatic tags", "index keywords", "keywords plus",
        "keywords display name", "tags", "ieee terms", "mesh terms", "de", "id keywords",
    ),
    "summary": ("tldr", "ai summary", "tl dr"),
    "upvotes": ("upvotes", "votes", "likes"),
    "comments": ("num comments", "comment count", "number of comments"),
}  # fmt: skip


def columns_of(header: Sequence[str]) -> dict[Column, tuple[int, ...]]:
    """Say which columns hold what; empty without a column for titles."""
    places: dict[str, list[int]] = {}
    for i, name in enumerate(header):
        places.setdefault(_NO_LETTERS.sub(" ", name.casefold()).strip(), []).append(i)
    found = {
        column: tuple(i for name in names for i in places.get(name, ()))
        for column, names in KNOWN_COLUMNS.items()
    }
    return {column: at for column, at in found.items() if at} if found["title"] else {}
