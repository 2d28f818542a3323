"""A JSON list of papers in our own form, as scripts write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from newsletter.parsing.decoding import decode
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.json_kinds import json_kind
from newsletter.parsing.json_lines import paper_of, title_of
from newsletter.parsing.json_records import objects, read_answer, read_json

if TYPE_CHECKING:
    from newsletter.model import Document, Parsed

_LISTS = ("articles", "data", "entries", "items", "papers", "publications", "records", "results")
_BEGINS = re.compile(
    rf'\s*(?:\{{(?:\s*"\w{{1,40}}"\s*:\s*(?:"[^"]{{0,200}}"|[\w.+-]{{1,40}})\s*,){{0,20}}'
    rf'\s*"(?:{"|".join(_LISTS)})"\s*:\s*)?\[\s*\{{'
)
_HEAD_BYTES = 100_000
# A paper is told from anything else that has a title by one of these.
_TELLING = frozenset(("abstract", "authors", "date", "doi", "published", "categories", "keywords", "summary"))


class JsonList:
    """Reads `[{"title": ...}, ...]`, or an object that holds such a list as `papers` or the like. The names
    of fields are those of JSON Lines."""

    reads = 'a JSON list of papers, such as [{"title": "...", "abstract": "..."}]'

    def recognises(self, document: Document, /) -> bool:
        """Look for the beginning of a list and a paper in it."""
        head = decode(document.body[:_HEAD_BYTES])
        if not _BEGINS.match(head) or json_kind(document):
            return False
        found = read_json(head, lists=_LISTS, is_record=_is_paper).records
        return any(_is_paper(record.data) for record in found)

    def parse(self, document: Document, /) -> Parsed:
        """Read every record; the first of two about one paper counts."""
        gathering = Gathering()
        for record in objects(read_answer(document, gathering, lists=_LISTS, is_record=_is_paper), gathering):
            if title := title_of(record.data):
                gathering.add(paper_of(record.data, title), record.line)
            else:
                message = f"{record.place}: no title, so it was left out"
                gathering.report(message, record.line, expected='a text under "title"')
        return gathering.parsed(document, day=None)


def _is_paper(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("title"), str) and not _TELLING.isdisjoint(data)
