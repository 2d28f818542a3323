"""The lines of a Daily Papers page, sorted into what they are.

A record is a title, an abstract and three lines of facts, each block set off by blank lines:

    Limits and Powers of Koopman Learning

    Dynamical systems provide a comprehensive way to study ...

      • 3 authors
    ·
    Jul 8, 2024 2

What surrounds a line decides: "new" alone is chrome of the site, "new" as a line of a wrapped abstract is
text, and so is a line with a date that has text above and below it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from newsletter.parsing.dates import ShownDate, read_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.parsing.decoding import Line

_COUNT = r"\d{1,3}(?:,\d{3})+|\d{1,6}"
_AUTHORS = re.compile(
    rf"(?P<bullet>[•∙·*\ufffd-] ?)?(?P<count>{_COUNT}) authors?(?: ?· ?(?P<rest>.*))?", re.IGNORECASE
)
# A year may come without its comma; no paper has that many comments.
_DATE_AND_COMMENTS = re.compile(
    rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?, )?"
    rf"([A-Za-z]{{3,9}}\.? \d{{1,2}}(?:, \d{{4}}| (?:19|20)\d{{2}}(?!\d))?)"
    rf"(?:(?: ·)? ({_COUNT}|\d+(?:\.\d)?k))?",
    re.IGNORECASE,
)
_DOTS = frozenset(("·", "•", "∙", "\ufffd"))
_TORN_AUTHORS = re.compile(
    rf"[•∙·\ufffd](?: ?(?:{_COUNT})(?: (?:a|au|aut|auth|autho|author))?)?", re.IGNORECASE
)
_TORN_DATE = re.compile(r"[A-Za-z]{1,9}\.?(?: \d{0,2}(?:,(?: \d{0,4})?)?)?")
_MARKS = re.compile(r"[+-]?\d+(?:[.,]\d+)* ?[km]?|[·•∙|/<>+×←→↑↓–—-]+|x", re.IGNORECASE)
_LONG_CHARS = 250  # no title is that long, and no hard-wrapped line
_SENTENCE_CHARS = 80
_DATE_CHARS = 30
_NAME_WORDS = 2

# What the site writes around its papers, in lower case; a block of such lines is never a title.
_CHROME = frozenset(
    (
        "new", "subscribe", "daily papers", "trending papers", "hugging face", "papers", "daily", "weekly",
        "monthly", "trending", "get trending papers in your email inbox!", "byak and the research community",
        "by ak and the research community", "by", "ak", "and the research community", "upvote",
        "submitted by", "view all papers", "view all", "previous", "next", "load more", "company", "tos",
        "privacy", "about", "careers", "jobs", "website", "models", "datasets", "spaces", "community", "docs",
        "pricing", "enterprise", "buckets", "log in", "sign up", "system theme", "© hugging face",
        "hugging face's logo", "hugging face logo", "search", "search papers",
        "search by arxiv id or title", "back", "github", "arxiv page", "project page", "stars", "comments",
        "most recent", "join the community", "terms of service", "light theme", "dark theme",
    )
)  # fmt: skip
_SUBMITTED_BY = "submitted by"
_SUBMITTED_BY_SOMEBODY = re.compile(rf"{_SUBMITTED_BY}(?: [^\s:]+){{0,3}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Adjacent lines of text: a title, an abstract, or something else. `is_chrome`: the site's own words,
    unless they turn out to be in the place of a title."""

    lines: tuple[Line, ...]
    is_chrome: bool = False

    @property
    def first(self) -> int:
        return self.lines[0].number

    @property
    def last(self) -> int:
        return self.lines[-1].number

    @property
    def chars(self) -> int:
        return sum(len(line.words) + 1 for line in self.lines) - 1

    @property
    def is_long(self) -> bool:
        return self.chars >= _LONG_CHARS

    @property
    def is_prose(self) -> bool:
        """Whether this is long enough, or enough of a sentence, to be an abstract and not a title."""
        return self.is_long or (self.chars >= _SENTENCE_CHARS and self.lines[-1].words.endswith("."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Number of authors, date and number of comments, from line `first` to line `last`.

    `torn` is what stood where the date was expected, "" for nothing.
    """

    first: int
    last: int
    authors: int | None = None
    shown: ShownDate | None = None
    comments: int | None = None
    torn: str = ""


Item = Paragraph | Facts


def items_of(lines: Sequence[Line]) -> tuple[Item, ...]:
    """Sort the lines: chrome is dropped, paragraphs and facts come in the order of the page."""
    return tuple(_Sorter(lines).items())


class _Sorter:
    """Walks the lines by index; `between[i]` is the next index from `i` on that holds more than a dot."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.end = len(lines)
        self.between = _next_texts(lines)
        self.is_compact = all(line.is_below(above) for above, line in pairwise(lines))

    def items(self) -> Iterator[Item]:
        """Yield what the lines are; a text ends at a blank line and at facts."""
        block: list[int] = []
        at = 0
        while at < self.end:
            found = self.facts_at(at)
            if block and (found or not self.touches(at - 1, at)):
                yield from self.paragraphs(block)
                block = []
            if found:
                facts, at = found
                yield facts
            else:
                block.append(at)
                at += 1
        yield from self.paragraphs(block)

    # --- facts: each with the index behind it

    def facts_at(self, at: int) -> tuple[Facts, int] | None:
        """Read the facts that start at an index, unless what surrounds them says that they are text."""
        words = self.lines[at].words
        if authors := _AUTHORS.fullmatch(words):
            facts, after = self.facts_of(at, authors)
            is_certain = facts.shown is not None or authors["bullet"] is not None
        elif words in _DOTS or _DATE_AND_COMMENTS.fullmatch(words):
            facts, after = self.without_authors(at)
            is_certain = False
        elif at + 1 == self.end and _TORN_AUTHORS.fullmatch(words):
            return self.facts(at, at, torn=words)
        else:
            return None
        is_empty = facts.authors is None and facts.shown is None
        return None if is_empty or not self.stands_apart(at, after, is_certain=is_certain) else (facts, after)

    def facts_of(self, at: int, authors: re.Match[str]) -> tuple[Facts, int]:
        """Read the date behind a number of authors: in the same line or, behind a dot, in the next one."""
        count = int(authors["count"].replace(",", ""))
        if authors["rest"]:
            return self.facts(at, at, authors=count, text=authors["rest"])
        date_at = self.between[at + 1]
        text = self.words(date_at)
        if _date_of(text)[0] or self.is_torn_date(date_at, text):
            return self.facts(at, date_at, authors=count, text=text)
        return self.facts(at, at, authors=count, torn=text)

    def without_authors(self, at: int) -> tuple[Facts, int]:
        """Read a date that stands alone or behind a lone dot."""
        date_at = self.between[at]
        return self.facts(at, min(date_at, self.end - 1), text=self.words(date_at))

    def facts(
        self, start: int, end: int, *, authors: int | None = None, text: str = "", torn: str = ""
    ) -> tuple[Facts, int]:
        """Make the facts of the lines from `start` to `end`, with the date in `text`."""
        shown, comments = _date_of(text)
        first, last = self.lines[start].number, self.lines[end].number
        torn = torn or ("" if shown else text)
        facts = Facts(first=first, last=last, authors=authors, shown=shown, comments=comments, torn=torn)
        return facts, end + 1

    def words(self, at: int) -> str:
        return self.lines[at].words if at < self.end else ""

    def is_torn_date(self, at: int, text: str) -> bool:
        """Tell what was a date from the next title: it ends the page or stands right below the dot."""
        if not text:
            return False
        if at + 1 == self.end:
            return _TORN_DATE.fullmatch(text) is not None
        return self.words(at - 1) in _DOTS and self.touches(at - 1, at) and len(text) <= _DATE_CHARS

    def stands_apart(self, start: int, after: int, *, is_certain: bool) -> bool:
        """Tell facts from lines of a wrapped text that look like them: those have text above and below.

        A page without any blank line cannot be told apart that way; there they count as facts.
        """
        above = self.touches(start - 1, start) and not self.is_chrome(start - 1)
        below = self.touches(after - 1, after) and not self.is_chrome(after)
        return self.is_compact or not (above and below if is_certain else above or below)

    def touches(self, above: int, below: int) -> bool:
        return above >= 0 and below < self.end and self.lines[below].is_below(self.lines[above])

    # --- paragraphs

    def paragraphs(self, block: Sequence[int]) -> Iterator[Paragraph]:
        """Drop the chrome at both ends of a block; the rest is one wrapped text, or a text in each line."""
        start, end = 0, len(block)
        while start < end and self.is_chrome(block[start]):
            start += 1
        while start < end and self.is_chrome(block[end - 1]):
            end -= 1
        lines = tuple(self.lines[at] for at in block[start:end])
        if any(len(line.words) >= _LONG_CHARS for line in lines):
            yield from (Paragraph(lines=(line,)) for line in lines)
        elif lines:
            yield Paragraph(lines=lines)
        elif len(block) == 1:
            yield Paragraph(lines=(self.lines[block[0]],), is_chrome=True)

    def is_chrome(self, at: int) -> bool:
        """Tell whether a line is the site's own: a known word, a bare counter, who submitted a paper."""
        words = self.lines[at].words.casefold()
        if words in _CHROME or _SUBMITTED_BY_SOMEBODY.fullmatch(words) or _MARKS.fullmatch(words):
            return True
        return len(words.split()) <= _NAME_WORDS and self.names_somebody(at)

    def names_somebody(self, at: int) -> bool:
        return at > 0 and self.words(at - 1).casefold() == _SUBMITTED_BY


def _next_texts(lines: Sequence[Line]) -> list[int]:
    end = len(lines)
    indices = [end] * (end + 1)
    for at in range(end - 1, -1, -1):
        indices[at] = indices[at + 1] if lines[at].words in _DOTS else at
    return indices


def _date_of(text: str) -> tuple[ShownDate | None, int | None]:
    found = _DATE_AND_COMMENTS.fullmatch(text)
    shown = read_date(found[1]) if found else None
    if found is None or shown is None:
        return None, None
    return shown, _number(found[2]) if found[2] else None


def _number(text: str) -> int:
    """Read a count such as 12, 1,234 or 1.2k."""
    if text[-1] in "kK":
        return round(float(text[:-1]) * 1000)
    return int(text.replace(",", ""))
