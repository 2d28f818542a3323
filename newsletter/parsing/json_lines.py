"""JSON Lines: one paper per line, as datasets and archives of papers come."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from newsletter.model import Document, Paper, Parsed, Problem, Summary
from newsletter.parsing.code_links import code_url
from newsletter.parsing.coverage import coverage_of
from newsletter.parsing.decoding import decode
from newsletter.parsing.identity import arxiv_version, identify
from newsletter.parsing.json_kinds import json_kind
from newsletter.parsing.tex import plain
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, clean, clip, strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MAX_LINE_BYTES = 1_000_000
_RAW_CHARS_PER_CHAR = 8
_MAX_PROBLEMS = 100
_MAX_NAMES = 5_000
_MAX_SUMMARY_CHARS = 2_000
_MAX_NAME_CHARS = 2_000
_SAMPLE_LINES = 20
_SOURCE = "jsonl"
_LIST_BREAK = re.compile(r"[\s,;]+")
_LARGEST_COUNT = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A paper and, in labelled sets, where it belongs. `id` is the record's own id, else its title;
    `label` is a section's slug or "none"; `acceptable` are slugs that would be right as well."""

    line: int
    id: str
    paper: Paper
    label: str | None = None
    acceptable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What the lines of a file hold."""

    records: tuple[Record, ...]
    problems: tuple[Problem, ...] = field(default=())


class JsonLines:
    """Reads one JSON object per line with at least a `title`.

    Also read: `id` (an arXiv id or a DOI names the paper), `abstract`, `date` or `published` (ISO 8601),
    `categories` or `cats`, `authors`, `keywords`, `url`, `doi`, `upvotes`, `comments`, `version` (or the one
    that `id` names), and the source's own summary as `ai_summary` or `tldr` (a text, or an object with a
    `text`). Other fields are left alone.
    """

    reads = 'JSON Lines: a paper per line, such as {"title": "...", "abstract": "...", "date": "2025-11-07"}'

    def recognises(self, document: Document, /) -> bool:
        """Look for an object with a title in one of the first lines; what is a service's is not ours."""
        start = document.body.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start.startswith(b"{") or json_kind(document):
            return False
        lines = start.split(b"\n", _SAMPLE_LINES)[:_SAMPLE_LINES]
        return any(title_of(_object(line)) for line in lines if len(line) <= _MAX_LINE_BYTES)

    def parse(self, document: Document, /) -> Parsed:
        """Read every line that can be read; the first of two about one paper counts."""
        found = read_records(document.body.split(b"\n"))
        first: dict[str, Record] = {}
        repeats = [
            _repeat(record, earlier)
            for record in found.records
            if (earlier := first.setdefault(record.paper.key, record)) is not record
        ]
        papers = tuple(record.paper for record in first.values())
        problems = _listed([*found.problems, *repeats])
        return Parsed(papers=papers, problems=problems, coverage=coverage_of(papers), day=document.day)


def _repeat(record: Record, earlier: Record) -> Problem:
    return Problem(
        message="a paper that was listed before",
        line=record.line,
        expected=f"every paper once; the one in line {earlier.line} is used",
        found=clip(record.paper.title, 60),
    )


def read_records(lines: Iterable[bytes]) -> Records:
    """Read line by line, so that a file may be larger than memory would like; blank lines are nothing."""
    records: list[Record] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        outcome = _read(number, line)
        if isinstance(outcome, Record):
            records.append(outcome)
        elif outcome is not None:
            problems.append(outcome)
    return Records(records=tuple(records), problems=_listed(problems))


def _read(number: int, line: bytes) -> Record | Problem | None:
    if not line.strip(b"\xef\xbb\xbf \t\r\n"):
        return None
    if len(line) > _MAX_LINE_BYTES:
        return Problem(
            message="a line too long for a paper",
            line=number,
            expected=f"at most {_MAX_LINE_BYTES:,} bytes",
            found=f"{len(line):,} bytes",
        )
    data = _object(line)
    title = title_of(data)
    if data is None or title is None:
        what = "a JSON object" if data is None else 'a text under "title"'
        found = clip(clean(decode(line[:400])), 60)
        return Problem(message="a line that is no paper", line=number, expected=what, found=found)
    return Record(
        line=number,
        id=_text(data.get("id")) or title,
        paper=paper_of(data, title),
        label=_text(data.get("label")),
        acceptable=_names(data.get("acceptable")) or (),
    )


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(decode(line))
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def title_of(data: Mapping[str, Any] | None) -> str | None:
    """Give the title of a record, cleaned; None where it has none."""
    raw = data.get("title") if data else None
    return (_readable(raw, MAX_TITLE_CHARS) or None) if isinstance(raw, str) else None


def paper_of(data: Mapping[str, Any], title: str) -> Paper:
    """Make a paper of a record in our own form."""
    raw = data.get("abstract")
    abstract = (_readable(raw, MAX_ABSTRACT_CHARS) or None) if isinstance(raw, str) else None
    number, url = _text(data.get("id")), _text(data.get("url"))
    identity = identify(title, arxiv=number, doi=_text(data.get("doi")) or number, url=url)
    authors = _people(data.get("authors"))
    return Paper(
        key=identity.key,
        ids=identity.ids,
        title=title,
        title_raw=data["title"],
        abstract=abstract,
        abstract_raw=raw if abstract else None,
        authors=authors,
        author_count=len(authors) if authors else None,
        published=_day(data.get("date") or data.get("published")),
        url=url if url and url.startswith(("https://", "http://")) else None,
        code_url=code_url(abstract) if abstract else None,
        source=_SOURCE,
        categories=_names(data.get("categories", data.get("cats"))),
        keywords=_phrases(data.get("keywords")),
        upvotes=_count(data.get("upvotes")),
        comments=_count(data.get("comments")),
        summary=_summary(data.get("ai_summary")) or _summary(data.get("tldr")),
        version=_count(data.get("version")) or arxiv_version(number or "") or arxiv_version(url or ""),
    )


def _readable(raw: str, max_chars: int) -> str:
    stripped = strip_controls(raw[: max_chars * _RAW_CHARS_PER_CHAR])
    return clip(clean(plain(stripped)) or clean(stripped), max_chars)


def _summary(value: object) -> Summary | None:
    raw = value.get("text") if isinstance(value, dict) else value
    text = _readable(raw, _MAX_SUMMARY_CHARS) if isinstance(raw, str) else ""
    return Summary(text=text, origin="source") if text else None


def _text(value: object) -> str | None:
    """Take a short text; a number may stand for one."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if isinstance(value, int) and abs(value) > _LARGEST_COUNT:
        return None
    return clean(str(value)[:2_000]) or None


def _names(value: object) -> tuple[str, ...] | None:
    """Read a list of names without blanks, or one text of them: "cs.CV cs.LG"."""
    items = _LIST_BREAK.split(value) if isinstance(value, str) else value
    return _phrases(items)


def _phrases(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    texts = (_text(item) for item in islice(value, _MAX_NAMES))
    return tuple(text for text in texts if text) or None


def _people(value: object) -> tuple[str, ...] | None:
    """Read names, or objects with a `name`; one text of names is parted at commas and semicolons."""
    if isinstance(value, str):
        value = re.split(r";|,(?!\s*(?:Jr|Sr|I{1,3})\b)|\band\b", value)
    if isinstance(value, list):
        names = [item.get("name") if isinstance(item, dict) else item for item in value[:_MAX_NAMES]]
        value = [plain(name[:_MAX_NAME_CHARS]) if isinstance(name, str) else name for name in names]
    return _phrases(value)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_COUNT:
        return None
    return value


def _listed(problems: list[Problem]) -> tuple[Problem, ...]:
    beyond = len(problems) - _MAX_PROBLEMS
    if beyond <= 0:
        return tuple(problems)
    last = Problem(message=f"and {beyond:,} more problems from here on", line=problems[_MAX_PROBLEMS].line)
    return (*problems[:_MAX_PROBLEMS], last)


__all__ = ["JsonLines", "Record", "Records", "paper_of", "read_records", "title_of"]
