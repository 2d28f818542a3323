"""The feed of a journal or a site: RSS 2.0 and its elders, RSS 1.0 (RDF), Atom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.parsing import xml_text
from newsletter.parsing.drafts import Draft, add_drafts
from newsletter.parsing.feed_items import Texts, authors_of, dates_of, doi_and_version, links_of, title_of
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.given_dates import given_date
from newsletter.parsing.identity import arxiv_id_in
from newsletter.parsing.xml_records import read_xml

if TYPE_CHECKING:
    from datetime import date

    from newsletter.model import Document, Parsed
    from newsletter.parsing.xml_tree import Element

_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|RDF|feed)(?=[\s>])")
_RSS_1 = re.compile(r"purl\.org/rss/1\.0|my\.netscape\.com/rdf|<(?:[\w.-]{1,40}:)?channel[\s>]")
_ARXIV = re.compile(
    r"//(?:rss\.|export\.|www\.)?arxiv\.org/(?:api|schemas|rss|atom)|//rss\.arxiv\.org", re.IGNORECASE
)
_NAME_PARTS = re.compile(r"[:}]")
_RECORDS = ("item", "atom:entry", "entry")
_OWN_DATES = ("pubDate", "lastBuildDate", "dc:date", "atom:updated", "updated")


class Feed:
    """Reads the feeds of journals, preprint servers and sites; arXiv's own have parsers of their own.

    Texts are HTML and become plain text. What only repeats the title, or cites the issue of the journal, is
    no abstract.
    """

    reads = "an RSS or Atom feed of a journal or a site"

    def recognises(self, document: Document, /) -> bool:
        """Look for the first element of a feed."""
        head = xml_text.head(document.body)
        found = _ROOT.search(head)
        if found is None or _ARXIV.search(head):
            return False
        return "RDF" not in found[0] or _RSS_1.search(head) is not None

    def parse(self, document: Document, /) -> Parsed:
        """Read every item. Raises `SourceError` if it declares entities or is no XML at all."""
        gathering = Gathering()
        feed = read_xml(document, _RECORDS)
        gathering.take(feed.problems)
        if _NAME_PARTS.split(feed.root.name)[-1].lower() not in ("rss", "rdf", "feed"):
            raise SourceError(
                f"{document.origin}: XML with the root {feed.root.name[:60]!r}, which is no feed"
            )
        add_drafts(
            (_draft(item, number) for number, item in enumerate(feed.records, start=1)), gathering, "feed"
        )
        return gathering.parsed(document, day=_own_day(feed.root))


def _draft(item: Element, number: int) -> Draft:
    title, markup = title_of(item)
    page, pdf = links_of(item)
    told = Texts.of(item, title)
    doi, version = doi_and_version(item, page)
    published, updated = dates_of(item)
    return Draft(
        place=f"item {number}",
        line=item.line,
        title=title,
        abstract=told.abstract,
        abstract_raw=told.raw,
        markup=markup,
        abstract_markup="text",
        authors=authors_of(item) or told.authors,
        published=published or told.published,
        updated=updated,
        arxiv=arxiv_id_in(page) if page else None,
        doi=doi,
        url=page,
        pdf_url=pdf,
        journal=item.text_of("prism:publicationName"),
        categories=told.categories,
        version=version,
    )


def _own_day(root: Element) -> date | None:
    """Give the day on which the feed says that it was made."""
    channel = root.child("channel") or root
    text = channel.text_of(*_OWN_DATES) or root.text_of(*_OWN_DATES)
    found = given_date(text) if text else None
    return found.day if found else None
