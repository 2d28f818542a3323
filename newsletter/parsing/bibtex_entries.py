"""The entries of a BibTeX file, whatever is broken in between.

An entry reaches at most to the next line that begins one: what is not closed ends there, with a problem, and
every field that can be told is kept. The time grows with the length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.model import Problem
from newsletter.parsing.drafts import MAX_RECORDS
from newsletter.parsing.text import clean, clip

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENTRY = re.compile(r"@[ \t]*(?P<type>[A-Za-z][\w-]{0,40})\s*(?P<open>[{(])")
_LINE_ENTRY = re.compile(r"^[ \t]*(?=@[ \t]*[A-Za-z][\w-]{0,40}\s*[{(])", re.MULTILINE)
_KEY = re.compile(r"\s*+(?P<key>[^,{}=\"\n]{0,300}?)\s*(?:,|(?=\n|[})]))")
_FIELD = re.compile(r"[\s,]*(?P<name>[A-Za-z][\w:.+/-]{0,60})\s*=\s*")
_FIELD_LINE = re.compile(r"^[ \t]*[A-Za-z][\w:.+/-]{0,60}\s*=\s*(?=[{\"\w])", re.MULTILINE)
_FIELD_OUTSIDE = re.compile(r"^[ \t]*([A-Za-z][\w-]{0,60}[ \t]*=[ \t]*[{\"])", re.MULTILINE)
_FIELD_WITHIN = re.compile(r"\n[ \t]*[A-Za-z][\w-]{0,60}[ \t]*=[ \t]*[{\"]")
_NAME = re.compile(r"[^\s,{}()\"#=]{1,200}")
_BRACE = re.compile(r"[{}]")
_BRACE_OR_ESCAPE = re.compile(r"\\[\\{}]|[{}]")
_BEHIND = re.compile(r"\s*")
_NO_PAPERS = frozenset(("comment", "preamble", "string"))
_MAX_FIELDS = 300
_MAX_STRINGS = 10_000
_MAX_VALUE_CHARS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry: `fields` by their names in lower case, with all braces and macros still in."""

    type: str
    key: str
    line: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """The entries of a file in order, and what was wrong."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def read_entries(text: str) -> Entries:
    """Read all entries; never raises. What stands between them is a comment, as in BibTeX itself."""
    reading = _Reading(text)
    reading.run()
    return Entries(entries=tuple(reading.entries), problems=tuple(reading.problems))


class _Broken(Exception):  # noqa: N818 - it does not leave this module
    def __init__(self, at: int, message: str, expected: str) -> None:
        super().__init__(message)
        self.at, self.message, self.expected = at, message, expected


class _Reading:
    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [found.end() for found in _LINE_ENTRY.finditer(text)]
        self._strings: dict[str, str] = {}
        self._counted = (0, 1)
        self._partner: dict[int, int] = {}
        self._is_closed = True
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []

    def run(self) -> None:
        at = 0
        while (found := _ENTRY.search(self._text, at)) is not None:
            if len(self.entries) > MAX_RECORDS:
                return  # one more than is used, so that whoever uses them can tell
            self._between(at, found.start())
            bound = self._bound(found.start())
            at = max(self._read(found, bound), found.end())
        self._between(at, len(self._text))

    def _between(self, at: int, end: int) -> None:
        """Report what stands between entries, where BibTeX has comments, and looks like a lost entry."""
        if found := _FIELD_OUTSIDE.search(self._text, at, end):
            self._report(
                "a field outside of any entry",
                self._line(found.start(1)),
                "@type{key, before it",
                found.start(1),
            )

    def _bound(self, start: int) -> int:
        """Say where the next entry begins at the latest."""
        index = bisect_right(self._starts, start)
        return self._starts[index] if index < len(self._starts) else len(self._text)

    def _read(self, found: re.Match[str], bound: int) -> int:
        """Read what begins with @ and say where it ends."""
        opening, kind = found.end() - 1, found["type"].lower()
        end = self._end(opening, bound, found["open"])
        if kind == "string":
            self._read_string(found.end(), end)
        if kind in _NO_PAPERS:
            return end
        key = _KEY.match(self._text, found.end(), end)
        line = self._line(found.start())
        fields = self._fields(key.end() if key else found.end(), end)
        fields = self._left_over(end, bound, fields)
        name = clean(key["key"]) if key else ""
        self.entries.append(Entry(type=kind, key=name, line=line, fields=fields))
        return end

    def _end(self, opening: int, bound: int, bracket: str) -> int:
        """Find the end of an entry and pair its braces, by BibTeX's rule (a backslash means nothing), else
        without those that are escaped."""
        self._is_closed = True
        for pattern in (_BRACE, _BRACE_OR_ESCAPE):
            self._pair(pattern, opening, bound)
            if bracket == "{" and opening in self._partner:
                return self._partner[opening]
            if bracket == "(" and (end := self._parenthesis(opening, bound)):
                return end
        self._is_closed = False
        line = self._line(opening)
        self._report(
            "an entry that is not closed", line, f"a {'}' if bracket == '{' else ')'} at its end", opening
        )
        return bound

    def _pair(self, pattern: re.Pattern[str], start: int, bound: int) -> None:
        self._partner = {}
        opened: list[int] = []
        for brace in pattern.finditer(self._text, start, bound):
            if brace[0] == "{":
                opened.append(brace.start())
            elif brace[0] == "}" and opened:
                self._partner[opened.pop()] = brace.start()
                if not opened and self._text[start] == "{":
                    return

    def _parenthesis(self, opening: int, bound: int) -> int | None:
        at, has_quotes = opening + 1, True
        while at < bound:
            char = self._text[at]
            if char == ")":
                return at
            if char == '"' and has_quotes:
                closing = self._quote_end(at, bound)
                has_quotes = closing is not None
                at = at if closing is None else closing
            at = self._partner.get(at, at) + 1
        return None

    def _fields(self, at: int, end: int) -> dict[str, str]:
        fields: dict[str, str] = {}
        is_parted = True
        for _ in range(_MAX_FIELDS):
            found = self._next_field(at, end)
            if found is None:
                return fields
            start = found.start("name")
            if not is_parted:
                self._report("a comma is missing", self._line(start), "a comma before this field", start)
            try:
                value, at = self._value(found.end(), end)
            except _Broken as broken:
                self._report(broken.message, self._line(start), broken.expected, start)
                at, is_parted = self._next_line_field(broken.at, end), True
                continue
            fields.setdefault(found["name"].lower(), value)
            behind = _BEHIND.match(self._text, at, end)
            at = behind.end() if behind else at
            is_parted = at >= end or self._text[at] in ",})" or not self._is_closed
        if at < end:
            expected = f"at most {_MAX_FIELDS} fields"
            self._report("the fields from here on were left out", self._line(at), expected, at)
        return fields

    def _next_field(self, at: int, end: int) -> re.Match[str] | None:
        """Find the next field; what stands before it and is none is a problem."""
        if found := _FIELD.match(self._text, at, end):
            return found
        rest = self._text[at:end].strip(" \t\r\n,}")
        if not rest:
            return None
        place = at + len(self._text[at:end]) - len(self._text[at:end].lstrip(" \t\r\n,"))
        self._report("no field of an entry", self._line(place), "name = {value}", place)
        return _FIELD.match(self._text, self._next_line_field(place, end), end)

    def _next_line_field(self, at: int, end: int) -> int:
        following = _FIELD_LINE.search(self._text, at, end)
        return following.start() if following else end

    def _value(self, at: int, end: int) -> tuple[str, int]:
        """Read a value: pieces joined by #, each in braces, in quotes, a number or a macro's name."""
        pieces = []
        while True:
            piece, at = self._piece(at, end)
            pieces.append(piece)
            behind = _BEHIND.match(self._text, at, end)
            after = behind.end() if behind else at
            if self._text[after : after + 1] != "#" or after >= end:
                return "".join(pieces)[:_MAX_VALUE_CHARS], at
            behind = _BEHIND.match(self._text, after + 1, end)
            at = behind.end() if behind else after + 1

    def _piece(self, at: int, end: int) -> tuple[str, int]:
        char = self._text[at : at + 1] if at < end else ""
        if char == "{":
            closing = self._partner.get(at, end)
            if closing >= end:
                raise _Broken(at + 1, "a value that is not closed", "as many } as {")
            inner = None if self._is_closed else _FIELD_WITHIN.search(self._text, at, closing)
            if inner is not None:
                return self._torn(at, inner.start())
            return self._text[at + 1 : closing], closing + 1
        if char == '"':
            return self._quoted(at, end)
        name = _NAME.match(self._text, at, end)
        if name is None:
            raise _Broken(at, "a field without a value", "a value in braces or quotes, a number or a name")
        word = name[0]
        return self._strings.get(word.lower(), word), name.end()

    def _torn(self, at: int, end: int) -> tuple[str, int]:
        """Take what stands before the next field, where an entry lacks a brace and a value holds fields."""
        self._report("a value that is not closed", self._line(at), "as many } as {", at)
        return self._text[at + 1 : end].rstrip(" \t\r\n,"), end

    def _quoted(self, at: int, end: int) -> tuple[str, int]:
        closing = self._quote_end(at, end)
        if closing is None:
            raise _Broken(at + 1, "a value that is not closed", 'a second "')
        return self._text[at + 1 : closing], closing + 1

    def _quote_end(self, at: int, end: int) -> int | None:
        """Find the quote that closes the one at `at`: one that is not within braces."""
        stop = at + 1
        while stop < end:
            char = self._text[stop]
            if char == '"':
                return stop
            stop = (self._partner.get(stop, stop) if char == "{" else stop) + 1
        return None

    def _left_over(self, end: int, bound: int, fields: dict[str, str]) -> dict[str, str]:
        """Take fields that stand behind an entry which was closed too early."""
        following = _ENTRY.search(self._text, end, bound)
        bound = following.start() if following else bound
        first = _FIELD_LINE.search(self._text, end, bound)
        if first is None or self._text[end + 1 : first.start()].strip(" \t\r\n,}"):
            return fields
        self._report("an entry that is closed before its last fields", self._line(first.start()),
                     "as many } as {", first.start())  # fmt: skip
        self._pair(_BRACE, first.start(), bound)
        last = self._text.rfind("}", first.start(), bound)
        return self._fields(first.start(), last if last >= 0 else bound) | fields

    def _read_string(self, at: int, end: int) -> None:
        found = _FIELD.match(self._text, at, end)
        if found is None or len(self._strings) >= _MAX_STRINGS:
            return
        try:
            self._strings[found["name"].lower()] = self._value(found.end(), end)[0]
        except _Broken as broken:
            self._report(broken.message, self._line(at), broken.expected, at)

    def _report(self, message: str, line: int, expected: str, at: int) -> None:
        found = clip(clean(self._text[at : at + 200].partition("\n")[0]), 60) or None
        self.problems.append(Problem(message=message, line=line, expected=expected, found=found))

    def _line(self, at: int) -> int:
        offset, line = self._counted
        line += self._text.count("\n", offset, at) if at >= offset else -self._text.count("\n", at, offset)
        self._counted = (at, line)
        return line
