"""The records of a JSON document of a service, whatever is broken in between.

A service answers with one record, a list of them, or an object that holds the list under a name; exports
have a record per line. A record that is no JSON is a problem with its line, and the next one is found again;
an answer that breaks off gives all records before the break. The time grows with the length.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.model import Problem
from newsletter.parsing.decoding import decode, undecodable
from newsletter.parsing.text import clean, clip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from newsletter.model import Document
    from newsletter.parsing.gathering import Gathering

_SPACE = re.compile(r"[\s,]*")
_OBJECT = re.compile(r'\{\s*["}]')
_WINDOW_CHARS = 16_384
_LONGEST_WORD = 32  # a number or a name that the end of a window may cut
_MAX_DIGITS = 18
_MAX_TOO_DEEP = 5
_MAX_BROKEN = 300
_NESTED = "message"  # what Crossref wraps everything in


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonRecord:
    """A value where a record belongs; `number` counts from 1."""

    data: Any
    line: int
    number: int

    @property
    def place(self) -> str:
        """Name it for people."""
        return f"record {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonDocument:
    """The records in order, what the document says beside them, and what was wrong with it."""

    records: tuple[JsonRecord, ...]
    about: Mapping[str, Any]
    problems: tuple[Problem, ...]


def read_json(text: str, *, lists: Collection[str], is_record: Callable[[Any], bool]) -> JsonDocument:
    """Take a document apart. `lists` are the names under which records may stand; `is_record` tells a record
    from what is only a part of one, behind a broken place. Never raises."""
    reading = _Reading(text, frozenset(lists), is_record)
    reading.run()
    return JsonDocument(records=tuple(reading.records), about=reading.about, problems=tuple(reading.problems))


def read_answer(
    document: Document, gathering: Gathering, *, lists: Collection[str], is_record: Callable[[Any], bool]
) -> JsonDocument:
    """Take a saved answer apart as `read_json` does; what is wrong with it goes to `gathering`."""
    gathering.take(undecodable(document.body))
    answer = read_json(decode(document.body), lists=lists, is_record=is_record)
    gathering.take(answer.problems)
    return answer


def objects(document: JsonDocument, gathering: Gathering) -> Iterator[JsonRecord]:
    """Yield the records that are objects, and report the others."""
    for record in document.records:
        if isinstance(record.data, dict):
            yield record
        else:
            found = str(record.data)[:100]
            gathering.report(f"{record.place}: no record", record.line, expected="an object", found=found)


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits[:400])


class _NotJsonError(ValueError):
    def __init__(self, reason: str, pos: int) -> None:
        super().__init__(reason)
        self.pos = pos


class _Reading:
    def __init__(self, text: str, lists: frozenset[str], is_record: Callable[[Any], bool]) -> None:
        self._text = text
        self._lists = lists
        self._is_record = is_record
        self._decoder = json.JSONDecoder(strict=False, parse_int=_whole_number)
        self._counted = (0, 1)  # an offset and its line
        self._too_deep = 0
        self.about: dict[str, Any] = {}
        self.records: list[JsonRecord] = []
        self.problems: list[Problem] = []

    def run(self) -> None:
        at = 0
        while at < len(self._text):
            at = self._skip(at)
            start = at
            try:
                at = self._top(at)
            except (ValueError, RecursionError) as error:
                at = self._salvage(start, error)

    def _top(self, at: int) -> int:
        char = self._text[at : at + 1]
        if char == "[":
            return self._items(at)
        if char == "{":
            start = at
            inner: dict[str, Any] = {}
            at, holds_records = self._members(at, inner)
            if holds_records:
                self.about.update(inner)
            else:
                self._keep(inner, start)
            return at
        return self._other(at) if char else at

    def _other(self, at: int) -> int:
        """Read what is no record; behind a broken place it is the end of something broken."""
        if self.problems:
            return at + 1 if self._text[at] in "]}:" else self._plain(at)[1]
        data, end = self._plain(at)
        self._keep(data, at)
        return end

    def _members(self, at: int, into: dict[str, Any]) -> tuple[int, bool]:
        """Read an object name by name; tell whether it only holds records."""
        holds_records = False
        at = self._skip(at + 1)
        while self._text[at : at + 1] != "}":
            name, at = self._name(at)
            char = self._text[at : at + 1]
            if name in self._lists and char == "[":
                at, holds_records = self._items(at), True
            elif name == _NESTED and char == "{":
                inner: dict[str, Any] = {}
                start = at
                at, found = self._members(at, inner)
                holds_records = True
                if found:
                    self.about.update(inner)
                else:
                    self._keep(inner, start)
            else:
                into[name], at = self._plain(at)
            at = self._skip(at)
        return at + 1, holds_records

    def _name(self, at: int) -> tuple[str, int]:
        name, at = self._plain(at)
        at = self._skip(at)
        if not isinstance(name, str) or self._text[at : at + 1] != ":":
            raise _NotJsonError("Expecting ':' delimiter", at)
        return name, self._skip(at + 1)

    def _items(self, at: int) -> int:
        at = self._skip(at + 1)
        while self._text[at : at + 1] != "]":
            if self._text[at : at + 1] == "[":
                at = self._skip(self._items(at))
                continue
            start = at
            data, at = self._plain(at)
            self._keep(data, start)
            at = self._skip(at)
        return at + 1

    def _plain(self, at: int) -> tuple[Any, int]:
        """Read a value. Only a window of the text is looked at, which grows while the value does not end in
        it: the decoder's errors count all lines before them."""
        size = _WINDOW_CHARS
        while True:
            window = self._text[at : at + size]
            try:
                data, end = self._decoder.raw_decode(window)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos >= len(window) - _LONGEST_WORD
                if not is_cut or at + size >= len(self._text):
                    raise _NotJsonError(error.msg, at + error.pos) from error
            else:
                return data, at + end
            size *= 4

    def _salvage(self, start: int, error: ValueError | RecursionError) -> int:
        """Report a broken place and find the next record behind it."""
        at = max(getattr(error, "pos", start), start)
        at = self._report(at, error)
        while (found := _OBJECT.search(self._text, at)) is not None:
            try:
                data, end = self._plain(found.start())
            except (ValueError, RecursionError) as inner:
                self._too_deep += isinstance(inner, RecursionError)
                if self._too_deep > _MAX_TOO_DEEP:
                    break
                at = max(getattr(inner, "pos", 0), found.start() + 1)
                continue
            if self._is_record(data):
                self._keep(data, found.start())
                return end
            at = end
        return len(self._text)

    def _report(self, at: int, error: Exception) -> int:
        if len(self.problems) > _MAX_BROKEN:
            return at
        if isinstance(error, RecursionError):
            self._too_deep += 1
            message, expected = "JSON that is nested too deeply", None
        elif at >= len(self._text.rstrip()):
            message, expected = "the document breaks off", "its end"
        else:
            message = f"no JSON from here to the next record, behind record {len(self.records)}"
            expected = str(error)
        found = clip(clean(self._text[at : at + 200]), 60) or None
        self.problems.append(Problem(message=message, line=self._line(at), expected=expected, found=found))
        return at

    def _keep(self, data: Any, at: int) -> None:
        self.records.append(JsonRecord(data=data, line=self._line(at), number=len(self.records) + 1))

    def _line(self, at: int) -> int:
        offset, line = self._counted
        line += self._text.count("\n", offset, at) if at >= offset else -self._text.count("\n", at, offset)
        self._counted = (at, line)
        return line

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at
