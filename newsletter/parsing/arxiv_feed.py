"""arXiv's daily feeds (rss.arxiv.org), Atom and RSS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.model import Document, Parsed
from newsletter.parsing import xml_text
from newsletter.parsing.arxiv_entries import ENTRIES, SEARCH, day_of_entries, entry_record
from newsletter.parsing.arxiv_records import add_record
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.written_days import written_day
from newsletter.parsing.xml_records import read_xml

if TYPE_CHECKING:
    from newsletter.parsing.xml_tree import Element

_FEED = re.compile(r"<(?:\w+:)?(?:feed|rss|RDF)\b")
_OF_ARXIV = re.compile(
    r"(?:rss|export)\.arxiv\.org/(?:rss|atom)\b|updates on arXiv\.org|arxiv\.org/schemas/atom|"
    r"oai:arXiv\.org:|Feed error for query|<id>\s*https?://arxiv\.org/abs/",
    re.IGNORECASE,
)
_ERROR = re.compile(r"\s*feed error", re.IGNORECASE)


class ArxivFeed:
    """Reads what arXiv announces in a day.

    A feed cannot prove that it is of today: it is dated with the day on which it was served. Later versions
    from the sixth on are missing in it, and so are papers beyond 2,000.
    """

    reads = "a daily feed of arXiv (Atom or RSS)"

    def recognises(self, document: Document, /) -> bool:
        """Look for a feed that names arXiv, and not its search interface."""
        head = xml_text.head(document.body)
        if _FEED.search(head) is None or _OF_ARXIV.search(head) is None:
            return False
        return SEARCH.search(head) is None

    def parse(self, document: Document, /) -> Parsed:
        """Read every entry. A feed that is an error message is a `SourceError`."""
        found = read_xml(document, ENTRIES)
        channel = found.root.child("channel") or found.root
        _refuse_errors(document, channel)
        gathering = Gathering()
        gathering.take(found.problems)
        records = [entry_record(entry) for entry in found.records]
        for record in records:
            add_record(record, gathering)
        if not records and not found.problems:
            gathering.report("no paper: nothing was announced, as on Saturdays, Sundays and holidays")
        shown = written_day(channel.text_of("pubDate", "atom:updated", "lastBuildDate", "dc:date"))
        return gathering.parsed(document, day=day_of_entries([record.announced for record in records], shown))


def _refuse_errors(document: Document, channel: Element) -> None:
    title = channel.text_of("atom:title", "title") or ""
    if _ERROR.match(title):
        told = channel.text_of("atom:subtitle", "description", "atom:summary") or ""
        raise SourceError(
            f"{document.origin}: an error message of arXiv instead of papers: "
            f"{' '.join(f'{title[:200]} {told[:200]}'.split())}",
            hint="mend the category in the address, such as cs.AI or cs.AI+cs.LG",
        )
