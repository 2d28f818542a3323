"""The Hugging Face Daily Papers page as a browser or a program saves it, HTML.

Its papers are JSON in an attribute (`data-props`) of an element that the page's program fills in.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from newsletter.errors import SourceError
from newsletter.model import Document, Parsed
from newsletter.parsing.decoding import decode
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.huggingface_items import day_of
from newsletter.parsing.huggingface_json import add_items, items_in, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROPS = re.compile(r"\bdata-props\s{0,9}=\s{0,9}([\"'])")
_PAPERS = re.compile(rb"data-target\s{0,9}=\s{0,9}[\"']?\w{0,40}Papers\b|dailyPapers(?:&quot;|&#34;|\")")
_MAX_ELEMENTS = 200


class HuggingFaceHtml:
    """Reads the page of a day, a week or a month, and the one of trending papers."""

    reads = "a Hugging Face Daily Papers page saved as HTML"

    def recognises(self, document: Document, /) -> bool:
        """Look for the element that holds the papers."""
        body = document.body
        return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _PAPERS.search(body) is not None

    def parse(self, document: Document, /) -> Parsed:
        """Read every paper. A page of this kind without readable papers in it is a `SourceError`."""
        text = decode(document.body)
        candidates = [props for props in _props(text) if isinstance(props, dict)]
        with_papers = [props for props in candidates if items_in(props)]
        empty = [props for props in candidates if isinstance(props.get("dailyPapers"), list)]
        props = next(iter(with_papers or empty), None)
        if props is None:
            raise SourceError(
                f"{document.origin}: a page of Hugging Face whose papers cannot be read",
                hint="save it again to its end; a copy as text can be read as well",
            )
        gathering = Gathering()
        add_items(items_in(props), gathering)
        shown = props.get("dateString") or props.get("date")
        return gathering.parsed(document, day=day_of(gathering.papers, shown))


def _props(text: str) -> Iterator[Any]:
    """Give what the attributes hold: their text runs to the quote that began it, entities are read once."""
    at = 0
    for _ in range(_MAX_ELEMENTS):
        found = _PROPS.search(text, at)
        end = text.find(found[1], found.end()) if found else -1
        if found is None or end < 0:
            return
        yield loaded(unescape(text[found.end() : end]))
        at = end + 1
