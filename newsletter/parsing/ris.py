"""RIS: what publishers, libraries and reference managers export."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.parsing.arxiv_mentions import arxiv_among
from newsletter.parsing.decoding import decode, undecodable
from newsletter.parsing.detection import looks_like_text
from newsletter.parsing.drafts import Draft, add_drafts
from newsletter.parsing.gathering import Gathering
from newsletter.parsing.identity import doi_of
from newsletter.parsing.names import people, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Document, Parsed

_TAG = re.compile(r"[ \t]{0,4}(?P<tag>[A-Z][A-Z0-9]) {0,4}-(?: (?P<value>.*)|(?P<glued>\S.*)?)$")
_BEGINS = re.compile(r"^[ \t]{0,4}TY {0,4}-[ \t]?\S", re.MULTILINE)
_HEAD_CHARS = 20_000
_PREFACE = re.compile(r"[A-Za-z][\w -]{0,40}:|$")  # "Provider: ...", as some publishers write in front
_MAX_VALUES = 5_000
_MAX_VALUE_CHARS = 200_000
_SEVERAL = re.compile(r";|\sand\s|(?:,[^,]*){3}")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_URL = re.compile(r"https?://[^\s;<>\"]+", re.IGNORECASE)
_TITLES = ("TI", "T1", "CT", "BT")
_ABSTRACTS = ("AB", "N2")
_AUTHORS = ("AU", "A1")
_DATES = ("DA", "Y1", "PY")
_LINKS = ("UR", "LK", "L2", "L3")
_ARXIV = (
    "DO",
    "UR",
    "L1",
    "L2",
    "AN",
    "JF",
    "JO",
    "JA",
    "J2",
    "T2",
    "M1",
    "M3",
    "C1",
    "C2",
    "C7",
    "SN",
    "VL",
    "IS",
    "PB",
)


class Ris:
    """Reads RIS. Tags may stand a little off; a record ends with ER, or where the next one begins."""

    reads = "RIS (.ris)"

    def recognises(self, document: Document, /) -> bool:
        """Look for the line that begins a record."""
        if not looks_like_text(document.body):
            return False
        return _BEGINS.search(decode(document.body[:_HEAD_CHARS]).replace("\r", "\n")) is not None

    def parse(self, document: Document, /) -> Parsed:
        """Read every record."""
        gathering = Gathering()
        gathering.take(undecodable(document.body))
        text = decode(document.body).replace("\r\n", "\n").replace("\r", "\n")
        add_drafts(map(_draft, _records(text, gathering)), gathering, "ris")
        return gathering.parsed(document, day=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    line: int
    number: int
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def first(self, *tags: str) -> str | None:
        return next((value for tag in tags for value in self.values.get(tag, ()) if value.strip()), None)

    def all(self, *tags: str) -> list[str]:
        """Give the values of the first of the tags that has any."""
        return next((self.values[tag] for tag in tags if self.values.get(tag)), [])


def _records(text: str, gathering: Gathering) -> Iterator[_Record]:
    record: _Record | None = None
    last: list[str] | None = None
    count = 0
    for number, line in enumerate(text.split("\n"), start=1):
        found = _TAG.match(line)
        tag = found["tag"] if found else None
        if tag == "TY":
            if record is not None:
                gathering.report(
                    f"record {record.number}: not closed", number, expected="ER  - before it", found=line
                )
                yield record
            count += 1
            record, last = _Record(line=number, number=count), None
        elif record is None:
            _outside(line, number, tag, gathering)
        elif tag == "ER":
            yield record
            record = None
        elif found is not None and tag is not None:
            last = record.values[tag]
            if len(last) < _MAX_VALUES:
                last.append((found["value"] or found["glued"] or "")[:_MAX_VALUE_CHARS])
        elif line.strip():
            _continue(last, line, number, gathering)
    if record is not None:
        gathering.report(f"record {record.number}: not closed", record.line, expected="ER  - at its end")
        yield record


def _outside(line: str, number: int, tag: str | None, gathering: Gathering) -> None:
    if line.strip("\ufeff \t") and tag != "ER" and not _PREFACE.match(line.strip("\ufeff ")):
        gathering.report("a line outside of any record", number, expected="TY  - to begin one", found=line)


def _continue(last: list[str] | None, line: str, number: int, gathering: Gathering) -> None:
    """Add a line without a tag to the value before it."""
    if not last:
        gathering.report("a line without a tag", number, expected="a tag, such as TI  - ", found=line)
    elif len(last[-1]) < _MAX_VALUE_CHARS:
        last[-1] += f"\n{line}"


def _draft(record: _Record) -> Draft:
    links = [link for tag in _LINKS for value in record.values.get(tag, ()) for link in _URL.findall(value)]
    doi = record.first("DO")
    return Draft(
        place=f"record {record.number}",
        line=record.line,
        title=record.first(*_TITLES),
        abstract=record.first(*_ABSTRACTS),
        markup="tags",
        authors=_authors(record.all(*_AUTHORS)),
        published=_published(record),
        arxiv=arxiv_among(
            [value for tag in _ARXIV for value in record.values.get(tag, ())],
            notes=record.values.get("N1", ()),
        ),
        doi=doi or next((link for link in links if doi_of(link)), None),
        url=next(iter(links), None),
        pdf_url=next((link for value in record.values.get("L1", ()) for link in _URL.findall(value)), None),
        journal=record.first("JF", "JO", "T2", "JA"),
        keywords=[
            word for value in record.values.get("KW", ()) for word in value.replace("\n", ";").split(";")
        ],
    )


def _authors(values: list[str]) -> list[str]:
    """Give one name for each line; a line with several is parted."""
    parted = (people(value) if _SEVERAL.search(value) else [person(value)] for value in values)
    return [name for names in parted for name in names]


def _published(record: _Record) -> str | None:
    """Give the most exact of the dates, which stand under several tags: `2019/05/17/` or only `2019`."""
    given = (value.strip().rstrip("/ ") for tag in _DATES for value in record.values.get(tag, ())[:1])
    dates = [value for value in given if value]
    with_year = [value for value in dates if _YEAR.search(value)]
    return max(with_year or dates, key=len, default=None)
