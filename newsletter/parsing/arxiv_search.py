"""Answers of arXiv's search interface (export.arxiv.org/api/query), an Atom feed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.model import Beyond, Document, Parsed
from newsletter.parsing import xml_text
from newsletter.parsing.arxiv_entries import SEARCH, entry_record
from newsletter.parsing.arxiv_records import add_record
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.written_days import written_day
from newsletter.parsing.xml_records import read_xml

if TYPE_CHECKING:
    from newsletter.parsing.xml_tree import Element

_ERROR = re.compile(r"arxiv\.org/api/errors", re.IGNORECASE)
_MAX_DIGITS = 12


class ArxivSearch:
    """Reads the papers of a search, with the dates of their first and of this version.

    An id that arXiv does not know is silently missing in its answer: whoever asked for ids compares.
    """

    reads = "an answer of arXiv's search interface (Atom)"

    def recognises(self, document: Document, /) -> bool:
        """Look for a feed that names the search interface."""
        head = xml_text.head(document.body)
        return "<feed" in head and SEARCH.search(head) is not None

    def parse(self, document: Document, /) -> Parsed:
        """Read every entry. An answer that is an error message is a `SourceError`."""
        found = read_xml(document, ("atom:entry",))
        errors = [entry for entry in found.records if _is_error(entry)]
        if errors and len(errors) == len(found.records):
            raise SourceError(
                f"{document.origin}: an error message of arXiv instead of papers: {_told(errors[0])}",
                hint="mend the query that was sent (ids, categories, words)",
            )
        gathering = Gathering()
        gathering.take(found.problems)
        for entry in found.records:
            if _is_error(entry):
                gathering.report("an error message of arXiv", entry.line, found=_told(entry))
            else:
                add_record(entry_record(entry), gathering)
        total, start = _counts(found.root)
        following = start + len(found.records)
        if not found.records and not found.problems:
            if total and start < total:
                raise SourceError(
                    f"{document.origin}: an empty page of arXiv, though {total:,} papers were found",
                    hint="arXiv answers so when it is asked too often: fetch it again after some seconds",
                )
            gathering.report("no paper: the search found none")
        has_more = total is not None and following < total
        beyond = None if total is None else Beyond(token=str(following) if has_more else None, total=total)
        day = written_day(found.root.text_of("atom:updated"))
        return gathering.parsed(document, day=day, beyond=beyond)


def _is_error(entry: Element) -> bool:
    return _ERROR.search(entry.text_of("atom:id") or "") is not None


def _told(entry: Element) -> str:
    return " ".join((entry.text_of("atom:summary", "atom:title") or "no reason given")[:300].split())


def _counts(root: Element) -> tuple[int | None, int]:
    """Say how many papers were found in all, and how many stand on the pages before this one."""
    total, start = (_number(root.text_of(f"opensearch:{name}")) for name in ("totalResults", "startIndex"))
    return total, start or 0


def _number(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < _MAX_DIGITS else None
