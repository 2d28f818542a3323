"""XML of strangers: the records of a feed or a harvest, whatever is broken in between.

Entities are never expanded and nothing outside is ever loaded (defusedxml). A record that is not well-formed
is mended where that is plain (`AT&T`, `p < 0.05`, `&nbsp;`), else it is a problem; reading goes on with the
next one. What was read once is never read again, so that the time grows with the length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from newsletter.errors import SourceError
from newsletter.model import Document, Problem
from newsletter.parsing import xml_text
from newsletter.parsing.text import clean, clip
from newsletter.parsing.xml_tree import Element, Enough, Stopped, TreeBuilder

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_RECORDS = 5_000
_MAX_BROKEN = 200
_MAX_STARTS = 2 * (MAX_RECORDS + _MAX_BROKEN)  # more are never reached
_MAX_HEAD_BYTES = 65_536  # it is read again behind each broken record
_MAX_MENDED_BYTES = 200_000
_BROKEN_BY_HABIT = 20  # from here on the rest is mended as a whole
_ROOT = re.compile(
    rb"(?:\s++|<\?[^<>]{0,500}\?>|<!--[^<>]{0,5000}-->|<!DOCTYPE[^<>\[]{0,500}>){0,20}<[A-Za-z_][^<>]{0,5000}>"
)
_UNCLOSED = "a record begins within another one"
_ENOUGH = "more than is ever read"
_CUT = "no element found"


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlDocument:
    """A document taken apart: its root without the records, the records in order wherever they stood, and
    what was wrong. Every record is either here or a problem."""

    root: Element
    records: tuple[Element, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    offset: int
    line: int
    reason: str


def read_xml(document: Document, records: Collection[str]) -> XmlDocument:
    """Read a document; `records` names the elements ("item", "atom:entry") that are its records.

    Raises `SourceError` if it declares entities or not even its first element can be read.
    """
    reading = _Reading(document.body, frozenset(records))
    try:
        reading.run()
    except DefusedXmlException as error:
        raise SourceError(
            f"{document.origin}: XML that declares entities, which are never read",
            hint="no feed of papers needs them: fetch it again, or look at what it is",
        ) from error
    if (root := reading.builder.root) is None:
        why = f" ({reading.problems[0].message})" if reading.problems else ""
        raise SourceError(f"{document.origin}: XML of which nothing can be read{why}")
    found = tuple(reading.builder.records)
    return XmlDocument(root=root, records=found, problems=tuple(reading.problems))


class _Reading:
    """One way through a document, taken up again behind every record that is broken."""

    def __init__(self, body: bytes, names: frozenset[str]) -> None:
        self._body, self.problems = xml_text.utf8(body)
        locals_ = "|".join(sorted({re.escape(name.rpartition(":")[2]) for name in names}))
        self._begins = re.compile(rf"<(?:[\w.-]{{1,40}}:)?(?:{locals_})(?=[\s/>])".encode())
        self._starts = self._starts_from(0)
        if len(self._starts) == _MAX_STARTS:
            self._body = self._body[: self._starts.pop()]
        self._first = self._starts[0] if self._starts else len(self._body)
        self._head = self._body[: self._first]
        self._is_head_mended = self._is_head_bare = False
        self.builder = TreeBuilder(names, max_records=MAX_RECORDS)

    def run(self) -> None:
        """Read all that can be read into the builder; what cannot is a problem."""
        at = 0
        for count in range(_MAX_BROKEN):
            if count == _BROKEN_BY_HABIT:
                self._mend_all(at)
            fault = self._parse(self._head if at else b"", self._body[at:], at, is_last=True)
            following = self._settle(fault, at) if fault else None
            if following is None:
                break
            at = following
        else:
            message = f"more than {_MAX_BROKEN} broken places: the rest was left out"
            self.problems.append(Problem(message=message, line=self._line_at(at)))
        self.builder.close()

    def _parse(self, head: bytes, markup: bytes, at: int, *, is_last: bool) -> _Fault | None:
        """Read from offset `at` of the document, behind its head, to the first fault."""
        parser = DefusedXMLParser(target=self.builder, encoding="utf-8")
        parser.entity = xml_text.Entities()
        shift = self._line_at(at) - 1 - head.count(b"\n")
        self.builder.begin(parser.parser, shift=shift)
        try:
            parser.feed(head + markup)
            if is_last:
                parser.close()
        except Stopped as stop:
            reason = _ENOUGH if isinstance(stop, Enough) else _UNCLOSED
            return _Fault(offset=stop.offset - len(head) + at, line=stop.line, reason=reason)
        except ParseError as error:
            offset, line = parser.parser.CurrentByteIndex, error.position[0]
            reason = str(error).partition(": line ")[0]
            return _Fault(offset=offset - len(head) + at, line=line + shift, reason=reason)
        return None

    def _settle(self, fault: _Fault, at: int) -> int | None:
        """Report a fault, mend its record where that is plain, and say where to read on."""
        if fault.reason == _ENOUGH:
            self._report("the rest was left out", fault.line, f"at most {MAX_RECORDS:,} records, not nested")
            return None
        if fault.offset < max(at, self._first) or (not self._is_head_bare and self._is_head_broken()):
            return self._mend_head(fault)
        # a record that was not closed is found where the next one begins
        index = bisect_right(self._starts, fault.offset - (fault.reason == _UNCLOSED))
        following = self._starts[index] if index < len(self._starts) else None
        start = self._starts[index - 1] if index else len(self._body)
        line = self.builder.open_record
        if line is None and start <= fault.offset and self._body.find(b">", start, fault.offset) < 0:
            line = self._line_at(start)  # already its first tag is broken
        if line is None:
            message = "XML that breaks off" if fault.reason == _CUT else "XML that is not well-formed"
            self._report(message, fault.line, fault.reason)
        else:
            self._mend(fault, line, self._body[start:following], start)
        if following is not None and len(self._head) > _MAX_HEAD_BYTES:
            self._report("the rest was left out", self._line_at(following), "a shorter head of the document")
            return None
        return following

    def _mend(self, fault: _Fault, line: int, markup: bytes, start: int) -> None:
        before = len(self.builder.records)
        if len(markup) <= _MAX_MENDED_BYTES:
            self._parse(self._head, xml_text.mended(markup), start, is_last=False)
        if len(self.builder.records) > before:
            message = "a record that is not well-formed was mended"
        else:
            message = "a record that cannot be read"
        self.builder.drop()
        expected = f"well-formed XML ({fault.reason} in line {fault.line})"
        found = clip(clean(markup[:400].decode("utf-8", "replace")), 60)
        self.problems.append(Problem(message=message, line=line, expected=expected, found=found))

    def _mend_all(self, at: int) -> None:
        """Mend all from here on: whoever wrote the document does so throughout."""
        self._body = self._body[:at] + xml_text.mended(self._body[at:])
        self._starts = [start for start in self._starts if start < at] + self._starts_from(at)
        message = f"more than {_BROKEN_BY_HABIT} records are not well-formed: the rest was mended throughout"
        self.problems.append(Problem(message=message, line=self._line_at(at)))

    def _is_head_broken(self) -> bool:
        """Whether what stands before the first record would break any record behind it."""
        kept, self.builder = self.builder, TreeBuilder(frozenset(), max_records=0)
        try:
            fault = self._parse(b"", self._head + b"<a/>", 0, is_last=True)
            return fault is not None and fault.reason != _CUT
        finally:
            self.builder = kept

    def _mend_head(self, fault: _Fault) -> int | None:
        """Mend what stands before the first record, once; if that does not help, do with its first tag."""
        if self._is_head_mended:
            root = _ROOT.match(self._head)
            is_hopeless = self._is_head_bare or root is None or not self._starts
            self._head, self._is_head_bare = root[0] if root else self._head, True
            return None if is_hopeless else self._first
        self._is_head_mended = True
        self._report("XML that is not well-formed", fault.line, fault.reason)
        self._head = xml_text.mended(self._head)
        if self._starts:
            return self._first
        self._parse(b"", self._head, 0, is_last=False)
        return None

    def _report(self, message: str, line: int, expected: str) -> None:
        self.problems.append(Problem(message=message, line=line, expected=expected))

    def _starts_from(self, at: int) -> list[int]:
        found = islice(self._begins.finditer(self._body, at), _MAX_STARTS)
        return [begin.start() for begin in found]

    def _line_at(self, offset: int) -> int:
        return self._body.count(b"\n", 0, offset) + 1
