"""The web pages on which arXiv lists papers: /list/*/new, and /recent and months, which have no abstracts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from newsletter.model import Document, Parsed
from newsletter.parsing.arxiv_records import AnnounceType, ArxivRecord, add_record
from newsletter.parsing.author_lists import names_in, names_of
from newsletter.parsing.decoding import decode
from newsletter.parsing.gathering import MAX_PAPERS, Gathering
from newsletter.parsing.html_tokens import Tag, tokens
from newsletter.parsing.identity import arxiv_id, arxiv_version
from newsletter.parsing.text import clean
from newsletter.parsing.written_days import written_day

_LISTING = re.compile(
    rb"list-title|id\s?=\s?[\"']?(?:articles|dlpage)\b|Showing new listings for|"
    rb"No updates (?:today|for this time)"
)
_SHOWING = re.compile(r"\([^\d()]{0,60}(\d{1,6}) of (\d{1,6}) entries", re.IGNORECASE)
_DAY = re.compile(r"\b\d{1,2} [A-Z][a-z]{2,8} \d{4}\b")
_SUBJECT = re.compile(r"\(([a-z][a-z-]{1,15}(?:\.[A-Za-z-]{2,15})?)\)")
_LABEL = re.compile(
    r"\s{0,99}(?:Title|Authors?|Comments?|Subjects?|Journal-ref|DOI|Abstract)\s?:\s?", re.IGNORECASE
)
_FIELDS = ("list-title", "list-authors", "list-comments", "list-subjects", "list-journal-ref", "list-doi")
_ABSTRACT = "abstract"
_MAX_PARTS = 500_000  # of which 2,000 papers have a tenth
_HEADINGS = ("h1", "h2", "h3", "h4")
_TYPES: dict[str, AnnounceType] = {"new": "new", "cros": "cross", "repl": "replace"}


@dataclass(slots=True, kw_only=True)
class _Item:
    line: int
    announced: date | None
    announce_type: AnnounceType
    hrefs: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        return _written(self.texts[name]) if name in self.texts else None


class ArxivPage:
    """Reads a listing as a browser saves it or a program fetches it."""

    reads = "a page of new papers of arXiv (arxiv.org/list/.../new)"

    def recognises(self, document: Document, /) -> bool:
        """Look for the parts that only arXiv's listings have."""
        body = document.body
        return (
            body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
            and b"arxiv" in body[:100_000].lower()
            and _LISTING.search(body) is not None
        )

    def parse(self, document: Document, /) -> Parsed:
        """Read every paper, with the day and the kind of announcement of the heading above it."""
        reading = _Reading()
        parts = tokens(decode(document.body))
        for part in islice(parts, _MAX_PARTS):
            reading.take(part)
        reading.end()
        if next(parts, None) is not None:
            reading.gathering.report(
                "the rest was left out", expected=f"at most {_MAX_PARTS:,} tags and texts"
            )
        for item in reading.items:
            add_record(_record(item), reading.gathering)
        if not reading.items:
            reading.gathering.report("no paper: the page says that nothing was announced")
        days = [item.announced for item in reading.items if item.announced]
        return reading.gathering.parsed(document, day=max(days, default=reading.day))


class _Reading:
    """Puts the texts of a page where they belong."""

    def __init__(self) -> None:
        self.items: list[_Item] = []
        self.gathering = Gathering()
        self.day: date | None = None
        self._type: AnnounceType = "new"
        self._item: _Item | None = None
        self._heading: list[str] | None = None
        self._counts: tuple[int, int, int] | None = None
        self._place: str | None = None  # "dt", "dd", or a field of it
        self._container, self._depth = "", 0
        self._is_in_link = False

    def take(self, token: Tag | str) -> None:
        if isinstance(token, str):
            self._take_text(token)
        elif token.name in _HEADINGS:
            self._take_heading(token)
        elif token.name == "dt" and not token.is_end and len(self.items) <= MAX_PAPERS:
            self._heading = None
            self._item = _Item(line=token.line, announced=self.day, announce_type=self._type)
            self.items.append(self._item)
            self._place = "dt"
        elif token.name in ("dt", "dd", "dl"):
            self._place = "dd" if token.name == "dd" and not token.is_end else None
        elif self._item is not None and self._place is not None:
            self._take_tag(self._item, token)

    def end(self) -> None:
        """Compare the last section with what its heading says."""
        if self._counts is None:
            return
        line, told, before = self._counts
        if (found := len(self.items) - before) < told:
            expected = f"{told}, as the heading says"
            self.gathering.report(f"{found} papers in a section", line, expected=expected)
        self._counts = None

    def _take_text(self, text: str) -> None:
        if self._heading is not None:
            self._heading.append(text)
        elif self._item is None or self._place is None:
            if self.day is None and "listings for" in text:
                self._read_day(clean(text[:500]))
        elif self._place == "dt":
            self._item.told.append(text)
        elif self._place != "dd":
            self._item.texts.setdefault(self._place, []).append(text)
            if self._is_in_link and self._place == "list-authors":
                self._item.names.append(text)

    def _take_heading(self, tag: Tag) -> None:
        self._place = None
        if not tag.is_end:
            self._heading = []
        elif self._heading is not None:
            self._read_heading(clean("".join(self._heading)[:1_000]), tag.line)
            self._heading = None

    def _read_heading(self, text: str, line: int) -> None:
        self._type = _TYPES.get(text[:4].lower().strip(), "new")
        self._read_day(text)
        if (showing := _SHOWING.search(text)) is None:
            return
        self.end()
        shown, total = int(showing[1]), int(showing[2])
        self._counts = (line, shown, len(self.items))
        if shown < total:
            message = "a page that does not show all papers"
            self.gathering.report(message, line, expected=f"all {total:,} of them", found=text)

    def _read_day(self, text: str) -> None:
        found = _DAY.search(text)
        self.day = (written_day(found[0]) if found else None) or self.day

    def _take_tag(self, item: _Item, tag: Tag) -> None:
        place = self._place or "dd"
        if place == "dt":
            if tag.name == "a" and not tag.is_end:
                item.hrefs.append(tag.attributes.get("href", ""))
        elif place == "dd":
            self._place, self._container, self._depth = _field_of(tag) or "dd", tag.name, 1
        elif tag.name == self._container:
            self._depth += -1 if tag.is_end else 1
            self._place = place if self._depth > 0 else "dd"
        elif tag.name == "a":
            self._is_in_link = not tag.is_end
        elif tag.name == "br":
            item.texts.setdefault(place, []).append("\n")


def _written(texts: list[str]) -> str:
    """Join the texts of a field behind its label."""
    text = "".join(texts)
    label = _LABEL.match(text)
    return text[label.end() if label else 0 :].strip()


def _field_of(tag: Tag) -> str | None:
    if tag.is_end:
        return None
    classes = tag.classes
    if tag.name == "p" or _ABSTRACT in classes:
        return _ABSTRACT
    return next((name for name in _FIELDS if name in classes), None)


def _record(item: _Item) -> ArxivRecord:
    told = clean("".join(item.told)[:2_000])
    addresses = [f"https://arxiv.org{href}" if href.startswith("/") else href for href in item.hrefs[:20]]
    number = next((number for text in (*addresses, *told.split()) if (number := arxiv_id(text))), None)
    versions = (arxiv_version(address) for address in addresses if arxiv_id(address) == number)
    announce_type: AnnounceType = item.announce_type
    if announce_type == "new":
        announce_type = "cross" if "(cross-list" in told else "replace" if "(replaced" in told else "new"
    elif announce_type == "replace" and "(cross-list" in told:
        announce_type = "replace-cross"
    return ArxivRecord(
        line=item.line,
        id=number or told[:60] or None,
        title=item.text("list-title"),
        abstract=item.text(_ABSTRACT),
        authors=names_of(item.names) or names_in(item.text("list-authors") or ""),
        categories=_SUBJECT.findall(item.text("list-subjects") or ""),
        comments=item.text("list-comments"),
        journal_ref=item.text("list-journal-ref"),
        doi=item.text("list-doi"),
        announced=item.announced,
        announce_type=announce_type,
        version=next((version for version in versions if version), None),
    )
