"""The Hugging Face Daily Papers page, saved or pasted as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.model import Document, Paper, Parsed, Problem
from newsletter.parsing.code_links import code_url
from newsletter.parsing.coverage import coverage_of
from newsletter.parsing.decoding import Line, decode_lines
from newsletter.parsing.detection import looks_like_text
from newsletter.parsing.identity import identify, title_id
from newsletter.parsing.page_dates import PageDates
from newsletter.parsing.page_lines import Facts, items_of
from newsletter.parsing.page_records import Record, records_of, unwrapped
from newsletter.parsing.tex import plain
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, clean, clip, strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_PAPERS = 5_000
SOURCE = "hf"
_HEAD_LINES = 60
_HEADING = "daily papers"
_SUBHEADINGS = (
    "byak and the research community",
    "by ak and the research community",
    "get trending papers in your email inbox!",
)
# A page has some ten lines for each line of facts, thirty if it is wrapped; other text may quote one.
_LINES_PER_PAPER = 60
_SAMPLE_LINES = 2_000
_MAX_PROBLEMS = 200
_RAW_CHARS_PER_CHAR = 8  # markup takes room; what is far beyond a limit need not be read


class HuggingFaceText:
    """Reads the text of huggingface.co/papers: what a browser copies or saves as plain text.

    The page gives titles, abstracts, numbers of authors, dates (without the current year) and, for some
    papers, a number of comments; no links, names or upvotes.
    """

    reads = "a Hugging Face Daily Papers page saved as text"

    def recognises(self, document: Document, /) -> bool:
        """Look for the page's heading near the top, or for enough lines of authors and date."""
        if not looks_like_text(document.body):
            return False
        lines = decode_lines(document.body).lines
        return _has_heading(lines) or _has_records(lines[:_SAMPLE_LINES])

    def parse(self, document: Document, /) -> Parsed:
        """Read every record; the first of two with one title counts."""
        text = decode_lines(document.body)
        page = records_of(items_of(text.lines), last_line=text.last)
        entries, repeats = _without_repeats(map(_Entry.of, page.records[:MAX_PAPERS]))
        facts = [entry.facts for entry in entries if entry.facts]
        years = (fact.shown.year for fact in facts if fact.shown and fact.shown.year)
        dates = PageDates(document, page.shown, years)
        papers = tuple(_paper(entry, dates) for entry in entries)
        problems = (
            *text.problems,
            *page.problems,
            *repeats,
            *dates.problems,
            *_limits(page.records, entries),
        )
        return Parsed(
            papers=papers,
            problems=_listed(problems),
            coverage=coverage_of(papers, years_given=dates.years_given),
            day=dates.day,
        )


def _has_heading(lines: Sequence[Line]) -> bool:
    head = [line.words.casefold() for line in lines[:_HEAD_LINES]]
    return _HEADING in head and any(subheading in head for subheading in _SUBHEADINGS)


def _has_records(lines: Sequence[Line]) -> bool:
    items = items_of(lines)
    facts = [item for item in items if isinstance(item, Facts) and item.authors is not None]
    certain = sum(1 for fact in facts if fact.shown or fact is items[-1])
    return certain * _LINES_PER_PAPER >= len(lines) and certain > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A record and its texts, cleaned."""

    record: Record
    title: str
    abstract: str | None
    is_clipped: bool

    @classmethod
    def of(cls, record: Record) -> _Entry:
        title, title_clipped = _readable(record.title_raw, MAX_TITLE_CHARS)
        abstract, abstract_clipped = _readable(record.abstract_raw or "", MAX_ABSTRACT_CHARS)
        return cls(
            record=record,
            title=title,
            abstract=abstract or None,
            is_clipped=title_clipped or abstract_clipped,
        )

    @property
    def facts(self) -> Facts | None:
        return self.record.facts


def _readable(raw: str, max_chars: int) -> tuple[str, bool]:
    """Turn raw text into plain Unicode of at most `max_chars`; tell whether anything was cut."""
    limit = max_chars * _RAW_CHARS_PER_CHAR
    stripped = unwrapped(strip_controls(raw[:limit]))
    text = clean(plain(stripped)) or clean(stripped)
    return clip(text, max_chars), len(raw) > limit or len(text) > max_chars


def _without_repeats(entries: Iterable[_Entry]) -> tuple[list[_Entry], list[Problem]]:
    first: dict[str, _Entry] = {}
    problems = []
    for entry in entries:
        earlier = first.setdefault(title_id(entry.title), entry)
        if earlier is not entry:
            problems.append(
                Problem(
                    message="a paper that was listed before",
                    line=entry.record.title.first,
                    expected=f"every paper once; the one in line {earlier.record.title.first} is used",
                    found=clip(entry.title, 60),
                )
            )
    return list(first.values()), problems


def _paper(entry: _Entry, dates: PageDates) -> Paper:
    record, facts = entry.record, entry.facts
    identity = identify(entry.title)
    return Paper(
        key=identity.key,
        ids=identity.ids,
        title=entry.title,
        title_raw=record.title_raw,
        abstract=entry.abstract,
        abstract_raw=record.abstract_raw,
        author_count=facts.authors if facts else None,
        published=dates.published(facts) if facts else None,
        comments=facts.comments if facts else None,
        code_url=code_url(entry.abstract) if entry.abstract else None,
        source=SOURCE,
    )


def _listed(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Put problems in the order of the page; a page of nothing else is not worth reading to its end."""
    ordered = sorted(problems, key=lambda problem: problem.line or 0)
    beyond = len(ordered) - _MAX_PROBLEMS
    if beyond <= 0:
        return tuple(ordered)
    return (
        *ordered[:_MAX_PROBLEMS],
        Problem(message=f"and {beyond:,} more problems from here on", line=ordered[_MAX_PROBLEMS].line),
    )


def _limits(records: Sequence[Record], entries: Sequence[_Entry]) -> list[Problem]:
    problems = [
        Problem(
            message="a text that was cut to the limit",
            line=entry.record.title.first,
            expected=f"a title of {MAX_TITLE_CHARS:,} and an abstract of {MAX_ABSTRACT_CHARS:,} characters",
        )
        for entry in entries
        if entry.is_clipped
    ]
    if len(records) > MAX_PAPERS:
        line = records[MAX_PAPERS].title.first
        expected = f"at most {MAX_PAPERS:,} papers"
        problems.append(
            Problem(message="the papers from here on were left out", line=line, expected=expected)
        )
    return problems
