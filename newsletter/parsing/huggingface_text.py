"""The Hugging Face Daily Papers page, saved or pasted as text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsletter.model import Document, Paper, Parsed, Problem
from newsletter.parsing.code_links import code_url
from newsletter.parsing.coverage import coverage_of
from newsletter.parsing.dates import ShownDate, exact, latest_until, year_of_page
from newsletter.parsing.decoding import decode_lines
from newsletter.parsing.identity import key_of, title_id
from newsletter.parsing.page_lines import Facts, Item, Paragraph, is_authors_line, items_of
from newsletter.parsing.tex import plain
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, clean, clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

MAX_PAPERS = 5_000
SOURCE = "hf"
_HEAD_LINES = 60
_FOUND_CHARS = 60


class HuggingFaceText:
    """Reads the text of huggingface.co/papers: what a browser copies or saves as plain text.

    The page gives titles, abstracts, numbers of authors, dates (without the current year) and, for some
    papers, a number of comments; no links, names or upvotes.
    """

    reads = "a Hugging Face Daily Papers page saved as text"

    def recognises(self, document: Document, /) -> bool:
        """Look for the page's heading near the top, or for a line such as "• 4 authors" anywhere."""
        if document.body.lstrip()[:1] in (b"<", b"{", b"[", b"%"):
            return False
        lines, _ = decode_lines(document.body)
        texts = [line.words for line in lines if line.words]
        return "Daily Papers" in texts[:_HEAD_LINES] or any(map(is_authors_line, texts))

    def parse(self, document: Document, /) -> Parsed:
        """Read every record; the first of two with one title counts."""
        lines, problems = decode_lines(document.body)
        reader = _Reader()
        reader.read(items_of(lines))
        records, repeats = _without_repeats(reader.records[:MAX_PAPERS])
        dating = _Dating.of(document, reader.page_day, records)
        papers = tuple(dating.paper(record) for record in records)
        found = [*problems, *reader.problems, *repeats, *dating.problems, *_beyond(reader.records)]
        return Parsed(
            papers=papers,
            problems=tuple(sorted(found, key=lambda problem: problem.line or 0)),
            coverage=coverage_of(papers, years_given=dating.years_given),
            day=dating.day,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    title: Paragraph
    abstract: tuple[Paragraph, ...]
    facts: Facts | None = None

    @property
    def shown(self) -> ShownDate | None:
        return self.facts.shown if self.facts else None


class _Reader:
    """Puts paragraphs and facts together to records."""

    def __init__(self) -> None:
        self.records: list[_Record] = []
        self.problems: list[Problem] = []
        self.page_day: ShownDate | None = None
        self._pending: list[Paragraph] = []

    def read(self, items: Iterable[Item]) -> None:
        for item in items:
            if isinstance(item, Paragraph):
                self._pending.append(item)
            elif self._is_page_day(item):
                self.page_day = item.shown
                self._pending.clear()
            else:
                self._close(item)
        self._close(None)

    def _is_page_day(self, facts: Facts) -> bool:
        """The first lone date, before any paper, is the page's own; what stood above it is its heading."""
        is_first = self.page_day is None and not self.records
        return is_first and facts.authors is None and not any(p.is_prose for p in self._pending)

    def _close(self, facts: Facts | None) -> None:
        """Make records of what is pending; the facts belong to the last one."""
        pending, self._pending = self._pending, []
        before = len(self.records)
        self._pair(pending, ends_with_facts=facts is not None)
        if facts is None:
            self._mark_torn(pending, before)
        elif len(self.records) == before:
            self._problem("facts that belong to no paper", facts.number, "a title and an abstract above them")
        else:
            self.records[-1] = replace(self.records[-1], facts=facts)
            if facts.torn is not None:
                self._problem(
                    "a paper without a date", facts.number, "a date such as Oct 9, 2023", facts.torn
                )

    def _pair(self, pending: Sequence[Paragraph], *, ends_with_facts: bool) -> None:
        at, start = 0, len(self.records)
        while at < len(pending):
            this, following = pending[at], pending[at + 1 : at + 2]
            closes = ends_with_facts and at + 1 == len(pending) - 1
            if this.is_prose and len(self.records) > start:
                last = self.records[-1]
                self.records[-1] = replace(last, abstract=(*last.abstract, this))
            elif this.is_prose:
                self._problem("an abstract without a title", this.number, "a title above it", this.raw)
            elif following and (following[0].is_prose or closes):
                self.records.append(_Record(title=this, abstract=(following[0],)))
                at += 1
            elif ends_with_facts and at == len(pending) - 1:
                self.records.append(_Record(title=this, abstract=()))
                self._problem(
                    "a paper without an abstract", this.number, "an abstract below the title", this.raw
                )
            else:
                self._problem(
                    "a line that belongs to no paper", this.number, "an abstract below it", this.raw
                )
            at += 1

    def _mark_torn(self, pending: Sequence[Paragraph], before: int) -> None:
        if len(self.records) > before:
            self._problem(
                "the page ends within a paper",
                pending[-1].lines[-1].number,
                "a line such as • 4 authors, and a date",
            )

    def _problem(self, message: str, line: int, expected: str, found: str | None = None) -> None:
        shown = None if found is None else clip(clean(found), _FOUND_CHARS)
        self.problems.append(Problem(message=message, line=line, expected=expected, found=shown))


class _Dating:
    """Gives dates their years, and papers their final form."""

    def __init__(self, day: date | None, page_day: date | None, page_year: int | None) -> None:
        self.day = day
        self.problems: list[Problem] = []
        self.years_given: Counter[int] = Counter()
        self._page_day = page_day
        self._page_year = page_year

    @classmethod
    def of(cls, document: Document, shown: ShownDate | None, records: Sequence[_Record]) -> _Dating:
        """Resolve the page's own day: by the day a person gave, the day it was fetched, or what it shows."""
        known = document.day or (document.fetched_at.date() if document.fetched_at else None)
        inferred = year_of_page(r.shown.year for r in records if r.shown and r.shown.year)
        page_day = known
        if shown:
            page_day = _page_day(shown, known, inferred)
        year = page_day.year if page_day else inferred
        dating = cls(document.day or page_day, page_day, year)
        if year is None and any(r.shown and not r.shown.year for r in records):
            dating.problems.append(
                Problem(
                    message="no date can be given its year",
                    expected="a year somewhere on the page, or the page's day given with --date",
                )
            )
        return dating

    def paper(self, record: _Record) -> Paper:
        title_raw = record.title.raw
        abstract_raw = "\n\n".join(paragraph.raw for paragraph in record.abstract) or None
        title = clip(clean(plain(title_raw)), MAX_TITLE_CHARS)
        abstract = clip(clean(plain(abstract_raw)), MAX_ABSTRACT_CHARS) if abstract_raw else None
        ids = {"title": title_id(title)}
        return Paper(
            key=key_of(ids),
            ids=ids,
            title=title,
            title_raw=title_raw,
            abstract=abstract,
            abstract_raw=abstract_raw,
            author_count=record.facts.authors if record.facts else None,
            published=self._published(record.facts),
            comments=record.facts.comments if record.facts else None,
            code_url=code_url(abstract_raw) if abstract_raw else None,
            source=SOURCE,
        )

    def _published(self, facts: Facts | None) -> date | None:
        if facts is None or facts.shown is None:
            return None
        if facts.shown.year:
            return self._explicit(facts, exact(facts.shown, facts.shown.year))
        if self._page_year is None:
            return None
        return self._inferred(facts, facts.shown)

    def _explicit(self, facts: Facts, day: date | None) -> date | None:
        if day is None:
            self._impossible(facts)
        elif self._page_day and day > self._page_day:
            self._late(facts, f"taken as {day}")
        return day

    def _inferred(self, facts: Facts, shown: ShownDate) -> date | None:
        year = self._page_year or 0
        day = latest_until(shown, self._page_day) if self._page_day else exact(shown, year)
        if day is None:
            self._impossible(facts)
            return None
        if day.year != year:
            self._late(facts, f"taken as {day}")
        self.years_given[day.year] += 1
        return day

    def _late(self, facts: Facts, taken: str) -> None:
        self.problems.append(
            Problem(
                message=f"a paper dated after its page, {taken}",
                line=facts.number,
                expected=f"no date after {self._page_day}",
            )
        )

    def _impossible(self, facts: Facts) -> None:
        self.problems.append(
            Problem(message="a date that no calendar has", line=facts.number, expected="a day of that month")
        )


def _page_day(shown: ShownDate, known: date | None, inferred: int | None) -> date | None:
    if shown.year:
        return exact(shown, shown.year)
    if known:
        return latest_until(shown, known)
    return exact(shown, inferred) if inferred else None


def _without_repeats(records: Sequence[_Record]) -> tuple[list[_Record], list[Problem]]:
    first: dict[str, _Record] = {}
    problems = []
    for record in records:
        identity = title_id(clean(plain(record.title.raw)))
        if identity in first:
            problems.append(
                Problem(
                    message="a paper that was listed before",
                    line=record.title.number,
                    expected=f"every paper once; the one in line {first[identity].title.number} is used",
                )
            )
        else:
            first[identity] = record
    return list(first.values()), problems


def _beyond(records: Sequence[_Record]) -> list[Problem]:
    if len(records) <= MAX_PAPERS:
        return []
    line = records[MAX_PAPERS].title.number
    return [
        Problem(message="papers beyond the limit were left out", line=line, expected=f"{MAX_PAPERS:,} papers")
    ]
