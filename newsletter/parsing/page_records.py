"""Paragraphs and facts of a Daily Papers page, put together to records.

What stands between two lines of facts is, mostly, one title and one abstract. Papers without facts add
pairs of their own, so position decides where it can, and length where it cannot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.model import Problem
from newsletter.parsing.page_lines import Facts, Item, Paragraph
from newsletter.parsing.text import clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.parsing.dates import ShownDate

_FOUND_CHARS = 60
_TITLE_WORDS = 3  # where length must decide, a title has more words than a heading
_BULLETS = frozenset("-*•–")
_FACTS = 'a line such as "• 4 authors", then its date'
# A copy that was wrapped at a hyphen goes on without a blank; "pre- and post-" has one.
_WRAPPED_HYPHEN = re.compile(r"(?<=\w)(--?-?)\n(?=\w)(?!(?:and|or|to)\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A paper as the page shows it; an abstract may have several paragraphs."""

    title: Paragraph
    abstract: tuple[Paragraph, ...]
    facts: Facts | None = None

    @property
    def title_raw(self) -> str:
        return _raw(self.title)

    @property
    def abstract_raw(self) -> str | None:
        return "\n\n".join(map(_raw, self.abstract)) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What a page holds; `shown` is its own date."""

    records: tuple[Record, ...]
    problems: tuple[Problem, ...]
    shown: ShownDate | None


def records_of(items: Sequence[Item], *, first_line: int, last_line: int) -> Records:
    """Put a page together; `first_line` is the number of its first line with text, `last_line` that of its
    last line, empty if the page ends with a line end."""
    reader = _Reader(first_line, last_line)
    reader.read(items)
    return Records(records=tuple(reader.records), problems=tuple(reader.problems), shown=reader.shown)


def unwrapped(raw: str) -> str:
    """Mend what hard wrapping did to hyphenated words; other line ends are left to be blanks."""
    return _WRAPPED_HYPHEN.sub(r"\1", raw)


def _raw(paragraph: Paragraph) -> str:
    return "\n".join(line.text for line in paragraph.lines).strip()


@dataclass(slots=True)
class _Draft:
    title: Paragraph
    abstract: list[Paragraph]


class _Reader:
    def __init__(self, first_line: int, last_line: int) -> None:
        self.first_line = first_line
        self.last_line = last_line
        self.records: list[Record] = []
        self.problems: list[Problem] = []
        self.shown: ShownDate | None = None
        self.pending: list[Paragraph] = []

    def read(self, items: Sequence[Item]) -> None:
        for item in items:
            if isinstance(item, Paragraph):
                self.pending.append(item)
            elif self.is_page_date(item):
                self.shown = item.shown
                self.pending.clear()
            else:
                self.close(item)
        self.close(None)
        if not self.records and not self.problems:
            self.problem("the page ends before its first paper", self.last_line, "a title and its abstract")

    def is_page_date(self, facts: Facts) -> bool:
        """The first lone date, before any paper, is the page's own; what stood above it is its heading."""
        is_first = self.shown is None and not self.records
        is_lone = facts.authors is None and facts.shown is not None and facts.comments is None
        return is_first and is_lone and not any(paragraph.is_prose for paragraph in self.pending)

    def close(self, facts: Facts | None) -> None:
        """Make records of what is pending; the facts belong to the last one."""
        pending, self.pending = _without_chrome(self.pending, facts), []
        drafts = self.pair(_opened(pending) if facts else pending, facts)
        for draft in drafts[:-1]:
            self.add(draft, None)
        if drafts:
            self.add(drafts[-1], facts)
        elif facts:
            self.problem("facts that belong to no paper", facts.first, "a title and an abstract above them")

    def pair(self, pending: Sequence[Paragraph], facts: Facts | None) -> list[_Draft]:
        drafts: list[_Draft] = []
        strays: list[Paragraph] = []
        at = 0
        while at < len(pending):
            this, rest = pending[at], pending[at + 1 : at + 3]
            if rest and self.starts_paper(this, rest, facts=facts, follows=bool(drafts)):
                drafts.append(_Draft(this, [rest[0]]))
                at += 1
            elif drafts and (this.is_prose or facts):
                # What is no title is one more paragraph: facts follow, so the paper goes on.
                drafts[-1].abstract.append(this)
            elif facts and not rest and not this.is_prose and this.first != self.first_line:
                drafts.append(_Draft(this, []))
            else:
                strays.append(this)
            at += 1
        self.report(strays)
        return drafts

    def starts_paper(
        self, this: Paragraph, rest: Sequence[Paragraph], *, facts: Facts | None, follows: bool
    ) -> bool:
        """Tell whether a paragraph is a title and the next one its abstract."""
        following, closes = rest[0], len(rest) == 1
        has_facts = closes and facts is not None
        if follows and (this.is_prose or not _may_be_title(this, following)):
            return False
        if this.is_prose and has_facts:
            return following.is_prose or not this.is_long
        if this.is_prose:
            return following.is_long and not this.is_long
        if has_facts:
            return True
        if following.is_long:
            return not this.lines[-1].words.endswith(".")
        if following.is_prose and not closes:
            return facts is not None and _may_be_title(this, following)
        is_cut = closes and following.last == self.last_line
        return is_cut and len(this.lines[0].words.split()) >= _TITLE_WORDS

    def add(self, draft: _Draft, facts: Facts | None) -> None:
        self.records.append(Record(title=draft.title, abstract=tuple(draft.abstract), facts=facts))
        last = draft.abstract[-1].last if draft.abstract else draft.title.last
        if not draft.abstract:
            found = draft.title.lines[0].words
            self.problem(
                "a paper without an abstract", draft.title.first, "an abstract below its title", found
            )
        if facts is None:
            self.problem("a paper without authors and date", last, _FACTS)
        else:
            self.check(facts)

    def check(self, facts: Facts) -> None:
        if facts.authors is None and facts.shown is None:
            self.problem("a paper without authors and date", facts.first, _FACTS, facts.torn)
        elif facts.authors is None:
            self.problem(
                "a paper without authors", facts.first, 'a line such as "• 4 authors" above its date'
            )
        elif facts.shown is None:
            expected = 'a date such as "Apr 14" or "Oct 9, 2023"'
            self.problem("a paper without a date", facts.first, expected, facts.torn)
        elif facts.shown.year is None and facts.last == self.last_line:
            self.problem("the page may be cut off behind this date", facts.last, "a line end")

    def report(self, strays: Sequence[Paragraph]) -> None:
        if strays:
            lines = "a line that belongs" if len(strays) == 1 else "lines that belong"
            expected = "a title, its abstract, and a line of authors and date"
            self.problem(f"{lines} to no paper", strays[0].first, expected, strays[0].lines[0].words)

    def problem(self, message: str, line: int, expected: str, found: str = "") -> None:
        shown = clip(found, _FOUND_CHARS) if found else None
        self.problems.append(Problem(message=message, line=line, expected=expected, found=shown))


def _may_be_title(paragraph: Paragraph, following: Paragraph) -> bool:
    """Tell a title from a heading, a list or a sentence within an abstract."""
    words = paragraph.lines[0].words.split()
    if words[0] in _BULLETS or paragraph.lines[-1].words.endswith("."):
        return False
    return following.is_long or len(words) >= _TITLE_WORDS


def _without_chrome(pending: Sequence[Paragraph], facts: Facts | None) -> list[Paragraph]:
    """Drop the site's words, unless one stands where only a title can: above a lone abstract with facts."""
    texts = [paragraph for paragraph in pending if not paragraph.is_chrome]
    if facts and len(texts) == 1 and texts[0].is_long and len(texts[0].lines) == 1:
        above = pending.index(texts[0]) - 1
        if above >= 0:
            return [pending[above], texts[0]]
    return texts


def _opened(pending: list[Paragraph]) -> list[Paragraph]:
    """Split a title from the wrapped abstract right below it, where nothing else is above the facts."""
    if len(pending) != 1 or len(pending[0].lines) == 1 or not pending[0].is_prose:
        return pending
    lines = pending[0].lines
    return [Paragraph(lines=lines[:1]), Paragraph(lines=lines[1:])]
