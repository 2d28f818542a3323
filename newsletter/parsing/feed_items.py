"""What the items of feeds hold, under the many names that journals have for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from newsletter.parsing.identity import doi_of
from newsletter.parsing.markup import text_of
from newsletter.parsing.names import people
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, clean
from newsletter.parsing.xml_markup import markup_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.parsing.xml_tree import Element

_MAX_RAW_CHARS = 8 * MAX_ABSTRACT_CHARS
_PUBLISHED = (
    "published",
    "atom:published",
    "issued",
    "dc:date",
    "pubDate",
    "publicationDate",
    "prism:publicationDate",
    "dcterms:issued",
    "prism:coverDate",
)
_UPDATED = ("updated", "atom:updated", "modified", "prism:modificationDate", "dcterms:modified")
_AUTHORS = (
    "dc:creator",
    "author",
    "atom:author",
    "authors",
    "creator",
    "contributor",
    "atom:contributor",
    "dc:contributor",
)
_BODIES = (
    "content:encoded",
    "abstract",
    "description",
    "atom:content",
    "atom:summary",
    "content",
    "summary",
    "dc:description",
    "prism:teaser",
)
_CATEGORIES = ("category", "atom:category", "dc:subject", "prism:section", "subject")
_DOIS = ("prism:doi", "doi", "dc:identifier", "identifier", "guid", "atom:id", "id", "dc:source")
_DOI_IN_TEXT = re.compile(r"(?:\bdoi\s*:\s*|doi\.org/|info:doi/|^)(10\.\d{4,9}/[^\s<>\"|;]+)", re.IGNORECASE)
_DOI_IN_PATH = re.compile(r"/(10\.\d{4,9}/[^?#\s]+)")
_BEHIND_DOI = re.compile(
    r"(?:/(?:abstract|full|fulltext|pdf|epdf|meta|html|summary))+/?$|\.pdf$|/$", re.IGNORECASE
)
_RXIV = re.compile(r"(?:bio|med)rxiv\.org/", re.IGNORECASE)
_RXIV_VERSION = re.compile(
    r"v(\d{1,3})(?:\.(?:full|abstract|short|article-info))*(?:\.pdf|-text)?$", re.IGNORECASE
)
_MAIL = re.compile(r"^\S+@\S+\s*\((?P<name>[^()]+)\)$")
_ADDRESS_ONLY = re.compile(r"^\S+@\S+$")
_MAX_ADDRESS_CHARS = 300
_PERMALINK = "isPermaLink"

# Lines that cite the article or the journal and tell nothing of what the paper is about.
_CITING = re.compile(
    r"abstract\.?|summary\.?|doi\s*:.{0,200}|https?://\S+"
    r"|.{0,120}\bpublished online\b.{0,200}|publication date\s*:.{0,80}|source\s*:.{0,200}"
    r"|\[.{0,200}\]\s*published\b.{0,80}"
    r"|(?:published|available online|received|accepted)\s*:?\s.{0,60}\d{4}\.?"
    r"|.{0,200},\s*(?:vol(?:ume|\.)?|issue|page|pages|early ?view|ahead of print|not yet published).{0,200}",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:by|authors?(?:\(s\))?\s*:)\s+(?P<names>.{2,})", re.IGNORECASE)
_PUBLICATION_DATE = re.compile(r"publication date\s*:\s*(?P<date>.{4,60})", re.IGNORECASE)
_MAX_CITING_CHARS = 400
_MAX_NAMES_CHARS = 5_000


def title_of(item: Element) -> tuple[str | None, Literal["text", "html"]]:
    """Give the title and say whether it is markup: one of Atom only is where it says so."""
    for found in item.children("title", "atom:title", "dc:title"):
        if found.text.strip():
            kind = found.attributes.get("type", "text" if found.name == "atom:title" else "html")
            has_elements = any(True for _ in found.children())
            return markup_of(found), "text" if kind == "text" and not has_elements else "html"
    return None, "html"


def links_of(item: Element) -> tuple[str | None, str | None]:
    """Give the address of the paper's page and of its PDF."""
    page, pdf = None, None
    for link in item.children("link", "atom:link"):
        address = (link.attributes.get("href") or link.text).strip()
        is_pdf = link.attributes.get("type") == "application/pdf" or link.attributes.get("title") == "pdf"
        if is_pdf:
            pdf = pdf or address
        elif address and link.attributes.get("rel", "alternate") == "alternate":
            page = page or address
    guid = item.child("guid")
    if page is None and guid is not None and guid.attributes.get(_PERMALINK, "true").lower() != "false":
        page = guid.text.strip()
    page = (
        page or item.text_of("prism:url") or item.attributes.get("rdf:about") or item.text_of("atom:id", "id")
    )
    return (page.strip() if page else None), pdf


def doi_and_version(item: Element, page: str | None) -> tuple[str | None, int | None]:
    """Give the DOI, from where it is told or from the address of the page; and the version of a preprint."""
    told = (child.text.strip() for name in _DOIS for child in item.children(name))
    named = (found[1] for text in told if (found := _DOI_IN_TEXT.search(text)))
    doi = next(named, None)
    version = None
    if page and (found := _DOI_IN_PATH.search(page)):
        in_path = _BEHIND_DOI.sub("", found[1])
        if _RXIV.search(page) and (numbered := _RXIV_VERSION.search(in_path)):
            version, in_path = int(numbered[1]), in_path[: numbered.start()]
        doi = doi or in_path
    return (doi.rstrip(".,;)") if doi and doi_of(doi) else None), version


def dates_of(item: Element) -> tuple[str | None, str | None]:
    """Give the dates of publication and of the last change, as they are written."""
    published = item.text_of(*_first_of(item, _PUBLISHED))
    updated = item.text_of(*_first_of(item, _UPDATED))
    return published, updated if updated != published else None


def authors_of(item: Element) -> list[str]:
    """Give the authors: one element for each, or one for all of them; addresses are no names."""
    for name in _AUTHORS:
        found = [person for author in item.children(name) for person in _persons(author)]
        if found:
            return list(dict.fromkeys(found))
    return []


def _persons(author: Element) -> Iterator[str]:
    text = author.text_of("name", "atom:name") or author.text
    text = text_of(text).strip(" \t\r\n,;")
    is_short = len(text) <= _MAX_ADDRESS_CHARS
    if is_short and (mail := _MAIL.match(text)):
        text = mail["name"]
    if not is_short or not _ADDRESS_ONLY.match(text):
        yield from people(text)


def _first_of(item: Element, names: tuple[str, ...]) -> tuple[str, ...]:
    """Give the first of the names that the item has."""
    return next(((name,) for name in names if item.text_of(name)), ("",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What the body of an item tells: the abstract as plain text, without what cites the journal; the body
    as it was written; and authors and date where only the body names them."""

    abstract: str | None
    raw: str | None
    authors: list[str]
    published: str | None
    categories: list[str]

    @classmethod
    def of(cls, item: Element, title: str | None) -> Texts:
        """Take the longest of an item's bodies."""
        authors: list[str] = []
        published = None
        best, best_raw = "", None
        for body in item.children(*_BODIES):
            raw = markup_of(body)
            lines = [clean(line) for line in _text(body, raw).split("\n")]
            kept = list(_told(lines, title))
            authors = authors or [name for line in lines for name in _names_in(line)]
            published = published or next(
                (f["date"] for line in lines if (f := _PUBLICATION_DATE.match(line))), None
            )
            if sum(map(len, kept)) > len(best):
                best, best_raw = "\n".join(kept), raw
        return cls(
            abstract=best or None,
            raw=best_raw,
            authors=authors,
            published=published,
            categories=_categories(item),
        )


def _text(body: Element, raw: str) -> str:
    is_plain = body.attributes.get("type") in ("text", "text/plain")
    is_plain = is_plain or (body.name in ("atom:summary", "atom:content") and "type" not in body.attributes)
    cut = raw[:_MAX_RAW_CHARS]
    return cut if is_plain else text_of(cut)


def _told(lines: list[str], title: str | None) -> Iterator[str]:
    """Give the lines that tell something."""
    own = clean(text_of(title or "")).casefold().rstrip(".")
    for line in lines:
        is_citing = len(line) <= _MAX_CITING_CHARS and _CITING.fullmatch(line) is not None
        if line and not is_citing and line.casefold().rstrip(".") != own and not list(_names_in(line)):
            yield line


def _names_in(line: str) -> tuple[str, ...]:
    """Give the names in a line that only names the authors, as PLOS and others put it first."""
    found = _BY.fullmatch(line) if len(line) <= _MAX_NAMES_CHARS else None
    if found is None:
        return ()
    names = people(found["names"])
    return names if all(name[:1].isupper() and len(name.split()) <= 6 for name in names) else ()  # noqa: PLR2004


def _categories(item: Element) -> list[str]:
    found = [
        child.attributes.get("label") or child.attributes.get("term") or child.text
        for child in item.children(*_CATEGORIES)
    ]
    return [text_of(text) for text in found if text.strip()]
