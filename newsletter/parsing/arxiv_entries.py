"""One entry of arXiv's feeds: of its search (Atom) and of its daily announcements (Atom, RSS)."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from newsletter.parsing.arxiv_records import ANNOUNCE_TYPES, AnnounceType, ArxivRecord
from newsletter.parsing.author_lists import names_in, names_of
from newsletter.parsing.identity import arxiv_id
from newsletter.parsing.written_days import written_day

if TYPE_CHECKING:
    from datetime import date

    from newsletter.parsing.xml_tree import Element

ENTRIES = ("atom:entry", "item")
SEARCH = re.compile(r"arxiv\.org/api\b|<title[^<>]{0,60}>\s*arXiv (?:Query|Search)", re.IGNORECASE)
_ANNOUNCED = re.compile(
    r"\s{0,9}arXiv:(\S{5,40})\s{1,9}Announce Type:\s{0,9}([a-z-]{3,15})\s{0,9}(?:Abstract:\s?)?",
    re.IGNORECASE,
)
# until 2024 a title ended with "(arXiv:2301.00001v1 [cs.LG] UPDATED)", and texts held HTML
_OLD_TITLE = re.compile(
    r"\s?\(arXiv:(?P<id>\S{5,40})\s{1,3}\[(?P<category>[A-Za-z.-]{2,30})\]"
    r"\s{0,3}(?P<note>UPDATED|CROSS LISTED)?\)\s{0,20}$"
)
_OLD_TAGS = re.compile(r"</?(?:p|a|br)\b[^<>]{0,500}>", re.IGNORECASE)
_OLD_TYPES: dict[str, AnnounceType] = {"UPDATED": "replace", "CROSS LISTED": "cross"}


def entry_record(entry: Element) -> ArxivRecord:
    """Read an entry. Its date is that of version 1 in a search, and of the announcement in a daily feed."""
    title = entry.text_of("atom:title", "title") or ""
    text = entry.text_of("atom:summary", "description", "atom:content") or ""
    prefix, old = _ANNOUNCED.match(text), _OLD_TITLE.search(title[-200:])
    if prefix:
        text = text[prefix.end() :]
    if old:
        title, text = title[: len(title) - len(old[0])], unescape(_OLD_TAGS.sub("", text))
    number = _id(entry, prefix[1] if prefix else None, old["id"] if old else None)
    named = entry.text_of("arxiv:announce_type") or (prefix[2] if prefix else None)
    is_daily = named is not None or old is not None or (number or "").startswith("oai:")
    shown = written_day(entry.text_of("atom:published", "pubDate", "dc:date"))
    return ArxivRecord(
        line=entry.line,
        id=number,
        title=title,
        abstract=text,
        authors=_authors(entry),
        categories=[*_categories(entry), *([old["category"]] if old else [])],
        comments=entry.text_of("arxiv:comment"),
        journal_ref=entry.text_of("arxiv:journal_ref", "arxiv:journal_reference"),
        doi=entry.text_of("arxiv:doi", "arxiv:DOI"),
        published=None if is_daily else shown,
        updated=None if is_daily else written_day(entry.text_of("atom:updated")),
        announced=shown if is_daily else None,
        announce_type=_announce_type(named, old["note"] if old else None),
    )


def day_of_entries(announced: list[date | None], shown: date | None) -> date | None:
    """Give the day that a daily feed is of: the newest of its entries, else what its head shows."""
    return max((day for day in announced if day), default=shown)


def _id(entry: Element, *told: str | None) -> str | None:
    """Take the first that is an id, the versioned ones first; else what stands where one belongs."""
    links = [link.attributes.get("href") or link.text for link in entry.children("atom:link", "link")]
    given = entry.text_of("atom:id", "guid")
    texts = [text.strip() for text in (given, *told, *links, entry.attributes.get("rdf:about")) if text]
    return next((text for text in texts if arxiv_id(text)), given)


def _authors(entry: Element) -> tuple[str, ...]:
    structured = [person.text_of("atom:name") or "" for person in entry.children("atom:author")]
    if names := names_of(structured):
        return names
    creators = [element.text for element in entry.children("dc:creator", "author")]
    return tuple(name for text in creators for name in names_in(_OLD_TAGS.sub("", text)))


def _categories(entry: Element) -> list[str]:
    """List the primary category first."""
    primary = entry.child("arxiv:primary_category")
    elements = [*([primary] if primary else []), *entry.children("atom:category", "category")]
    return [element.attributes.get("term") or element.text for element in elements]


def _announce_type(named: str | None, old: str | None) -> AnnounceType:
    name = (named or "").strip().lower()
    return next((known for known in ANNOUNCE_TYPES if known == name), _OLD_TYPES.get(old or "", "new"))
