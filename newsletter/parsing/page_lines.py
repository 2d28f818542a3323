"""The lines of a Daily Papers page, sorted into what they are.

A record is a title, an abstract and three lines of facts, each block set off by blank lines:

    Limits and Powers of Koopman Learning

    Dynamical systems provide a comprehensive way to study ...

      • 3 authors
    ·
    Jul 8, 2024 2
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.parsing.dates import ShownDate, read_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.parsing.decoding import Line

_AUTHORS = re.compile(r"(?:[•·∙*-] ?)?(\d[\d,]{0,6}) authors?(?: ?· ?(.+))?", re.IGNORECASE)
_BULLET = re.compile(r"[•∙] ?\d[\d,]{0,6} authors?(?: ?·.*)?", re.IGNORECASE)
_DATE_AND_COMMENTS = re.compile(r"([A-Za-z]{3,9}\.? \d{1,2}(?:, \d{4})?)(?: (\d{1,6}))?")
_COUNTER = re.compile(r"[+-]?[\d.,]+ ?[km]?|[·•|/\-–—+x×←→↑↓]+", re.IGNORECASE)
_PROSE_CHARS = 250  # no title is that long, and no hard-wrapped line

# What the site writes around its papers, in lower case; a line of it is never a title.
_CHROME = frozenset(
    (
        "new", "subscribe", "daily papers", "trending papers", "hugging face", "papers", "daily", "weekly",
        "monthly", "trending", "get trending papers in your email inbox!", "byak and the research community",
        "by ak and the research community", "upvote", "submitted by", "view all papers", "view all",
        "previous",
        "next", "load more", "company", "tos", "privacy", "about", "careers", "jobs", "website", "models",
        "datasets", "spaces", "community", "docs", "pricing", "enterprise", "buckets", "log in", "sign up",
        "system theme", "© hugging face", "search", "search papers", "search by arxiv id or title", "back",
        "github", "arxiv page", "project page", "stars", "comments", "most recent",
    )
)  # fmt: skip
_NAMES_SOMEBODY = "submitted by"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A title, an abstract, or something else that is text."""

    lines: tuple[Line, ...]

    @property
    def number(self) -> int:
        return self.lines[0].number

    @property
    def raw(self) -> str:
        """The text as it stood, without the blanks around it."""
        return "\n".join(line.text for line in self.lines).strip()

    @property
    def is_prose(self) -> bool:
        """Whether this is long enough, or enough of a sentence, to be an abstract and not a title."""
        words = " ".join(line.words for line in self.lines)
        return len(words) >= _PROSE_CHARS or (len(words) >= _PROSE_CHARS // 4 and words.endswith("."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Number of authors, date and number of comments; `number` is the line of the first of them.

    `torn` is the text that stood where the date was expected, "" at the end of the page.
    """

    number: int
    authors: int | None
    shown: ShownDate | None
    comments: int | None
    torn: str | None = None


Item = Paragraph | Facts


def is_authors_line(text: str) -> bool:
    """Tell whether a line is the bullet with the number of authors, which no other document has."""
    return _BULLET.fullmatch(" ".join(text.split())) is not None


def items_of(lines: Sequence[Line]) -> Iterator[Item]:
    """Sort the lines: chrome is dropped, paragraphs and facts come in the order of the page."""
    paragraph: list[Line] = []
    at = 0
    while at < len(lines):
        facts, after = _facts_at(lines, at)
        if facts is None and not _is_furniture(lines, at):
            paragraph.append(lines[at])
        else:
            yield from _split(paragraph)
            paragraph = []
            if facts:
                yield facts
        at = after
    yield from _split(paragraph)


def _facts_at(lines: Sequence[Line], at: int) -> tuple[Facts | None, int]:
    """Read the facts that start at a line; also give the line to go on with."""
    authors = _AUTHORS.fullmatch(lines[at].words)
    if authors is None:
        shown, comments = _date_of(lines[at].words)
        facts = Facts(number=lines[at].number, authors=None, shown=shown, comments=comments)
        return (facts if shown else None), at + 1
    count = int(authors[1].replace(",", ""))
    date_at = at if authors[2] else _next_text(lines, at + 1)
    text = authors[2] or (lines[date_at].words if date_at < len(lines) else "")
    shown, comments = _date_of(text)
    facts = Facts(
        number=lines[at].number,
        authors=count,
        shown=shown,
        comments=comments,
        torn=None if shown else text,
    )
    return facts, (date_at + 1 if shown else at + 1)


def _next_text(lines: Sequence[Line], at: int) -> int:
    """Go to the next line that is neither empty nor the dot between the facts."""
    while at < len(lines) and lines[at].words in ("", "·", "•"):
        at += 1
    return at


def _date_of(text: str) -> tuple[ShownDate | None, int | None]:
    found = _DATE_AND_COMMENTS.fullmatch(text)
    shown = read_date(found[1]) if found else None
    if found is None or shown is None:
        return None, None
    return shown, int(found[2]) if found[2] else None


def _is_furniture(lines: Sequence[Line], at: int) -> bool:
    """Tell whether a line is empty, chrome, a bare counter, or the name under "Submitted by"."""
    words = lines[at].words.casefold()
    before = lines[at - 1].words.casefold() if at else ""
    return not words or words in _CHROME or _COUNTER.fullmatch(words) is not None or before == _NAMES_SOMEBODY


def _split(lines: Sequence[Line]) -> Iterator[Paragraph]:
    """Make paragraphs of adjacent lines: one of hard-wrapped text, else one of each line."""
    if not lines:
        return
    if any(len(line.words) >= _PROSE_CHARS for line in lines):
        yield from (Paragraph(lines=(line,)) for line in lines)
    else:
        yield Paragraph(lines=tuple(lines))
