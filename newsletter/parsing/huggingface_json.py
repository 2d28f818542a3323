"""The Hugging Face daily papers as its interface gives them (/api/daily_papers), JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from newsletter.errors import SourceError
from newsletter.model import Document, Parsed
from newsletter.parsing.decoding import decode
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.huggingface_items import add_item, day_of, is_item
from newsletter.parsing.text import clean, clip

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAMPLE_ITEMS = 5
_SAMPLE_BYTES = 200_000
_MAX_ERROR_BYTES = 20_000
_ITEM = re.compile(r'\{\s{0,50}"paper"\s{0,9}:\s{0,9}\{')
_ERROR = re.compile(r'\{\s{0,50}"error"\s{0,9}:')
_MARKS = re.compile(
    r'"(?:submittedOnDaily\w{2}|discussionId|upvotes|ai_summary|isAuthorParticipating|dailyPapers|publishedAt|hidden)"'
    r"\s{0,9}:"
)
_EMPTY = re.compile(r'\s{0,9}(?:\[\s{0,99}\]|\{\s{0,99}"dailyPapers"\s{0,9}:\s{0,9}\[\s{0,99}\])')
_MAX_TORN = 50
_MAX_DIGITS = 18


class HuggingFaceJson:
    """Reads daily papers, trending papers and answers of the search, or one paper.

    The day is that of `submittedOnDailyAt`; a paper's own date is `paper.publishedAt`.
    """

    reads = "Hugging Face daily papers as JSON (huggingface.co/api/daily_papers)"

    def recognises(self, document: Document, /) -> bool:
        """Look for an item at the beginning, or for an error message in its place."""
        text = decode(document.body[:_SAMPLE_BYTES]).lstrip("\ufeff \t\r\n")
        if not text.startswith(("[", "{")):
            return False
        if _ERROR.match(text):
            return len(document.body) < _MAX_ERROR_BYTES and loaded(text) is not None
        if _EMPTY.match(text) or (_ITEM.search(text) and _MARKS.search(text)):
            return True
        items = items_in(loaded(text)) or [loaded(text)]
        # our own exports have `ids` as well
        return is_item(items[0]) and "upvotes" in items[0] and "ids" not in items[0]

    def parse(self, document: Document, /) -> Parsed:
        """Read every item. An error message in place of the list is a `SourceError`."""
        text = decode(document.body).lstrip("\ufeff")
        data = loaded(text)
        if isinstance(data, dict) and "error" in data and not items_in(data):
            told = clip(clean(str(data["error"])[:400]), 200)
            raise SourceError(
                f"{document.origin}: an error message instead of papers: {told}",
                hint="fetch it again later, or another day",
            )
        gathering = Gathering()
        if data is None:
            _salvage(document, text, gathering)
        else:
            add_items([data] if is_item(data) else items_in(data), gathering)
        shown = data.get("dateString") if isinstance(data, dict) else None
        return gathering.parsed(document, day=day_of(gathering.papers, shown))


def loaded(text: str) -> Any:
    """Parse JSON; None for what is none, or nested too deeply."""
    try:
        return json.loads(text, parse_int=_whole_number, strict=False)
    except (ValueError, RecursionError):
        return None


def items_in(data: object) -> list[Any]:
    """Find the list of items: it is all there is, or stands under a name such as `dailyPapers`."""
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        return []
    lists = [value for value in data.values() if isinstance(value, list)]
    return next((items for items in lists if any(map(is_item, items[:_SAMPLE_ITEMS]))), [])


def add_items(items: Sequence[Any], gathering: Gathering) -> None:
    """Add every item; say so if there is none."""
    for number, item in enumerate(items, start=1):
        add_item(item, gathering, line=None, place=f"item {number}")
    if not items:
        gathering.report("no paper: the list is empty, as for days to come, Saturdays and Sundays")


def _salvage(document: Document, text: str, gathering: Gathering) -> None:
    """Read the items of a list that breaks off or is broken in between."""
    decoder = json.JSONDecoder(parse_int=_whole_number, strict=False)
    end, torn, number, line, counted = 0, 0, 0, 1, 0
    for found in _ITEM.finditer(text):
        if found.start() < end:
            continue
        line, counted, number = line + text.count("\n", counted, found.start()), found.start(), number + 1
        try:
            item, end = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            torn += 1
            gathering.report(
                f"item {number} breaks off or is no JSON", line, found=text[counted : counted + 200]
            )
        else:
            add_item(item, gathering, line=line, place=f"item {number}")
        if torn == _MAX_TORN:
            gathering.report("the items from here on were left out", line, expected="JSON that is not broken")
            return
    if not number:
        raise SourceError(
            f"{document.origin}: JSON that breaks off before its first paper, or is none",
            hint="fetch it again; an answer that was cut cannot be mended",
        )
    if not torn:
        gathering.report("a list that breaks off", line, expected="its end")


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits[:400])
