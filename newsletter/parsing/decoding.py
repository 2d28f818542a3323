"""From bytes to numbered lines."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from newsletter.model import Problem
from newsletter.parsing.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAX_LINES = 200_000  # the most papers that are read, wrapped, have fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line with something on it; `number` counts from 1, `text` has no line end, `words` is it cleaned."""

    number: int
    text: str
    words: str

    def is_below(self, other: Line) -> bool:
        """Whether no blank line is between the other line and this one."""
        return self.number == other.number + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of a document that are not blank.

    `last` is the number of its last line: of an empty one if the document ends with a line end.
    """

    lines: tuple[Line, ...]
    last: int
    problems: tuple[Problem, ...]


def decode(body: bytes) -> str:
    """Decode UTF-8, or UTF-16 that says so; bytes that are neither become U+FFFD."""
    encoding, start = _encoding(body)
    return body[start:].decode(encoding, "replace")


def decode_lines(body: bytes) -> Lines:
    """Decode and number the lines, with a problem for the first bytes that are no text."""
    texts = _split(decode(body))
    lines = tuple(islice(_with_words(texts), _MAX_LINES + 1))
    problems = undecodable(body)
    if len(lines) > _MAX_LINES:
        message, expected = "the lines from here on were left out", f"at most {_MAX_LINES:,} lines"
        problems = (*problems, Problem(message=message, line=lines[-1].number, expected=expected))
    return Lines(lines=lines[:_MAX_LINES], last=len(texts), problems=problems)


def undecodable(body: bytes) -> tuple[Problem, ...]:
    """Report the first bytes that are no text."""
    encoding, start = _encoding(body)
    try:
        body[start:].decode(encoding)
    except UnicodeDecodeError as error:
        before = body[start : start + error.start].decode(encoding, "replace")
        return (
            Problem(
                message="bytes that are no text were replaced by \ufffd",
                line=len(_split(before)),
                expected=encoding.upper(),
                found=body[start + error.start : start + error.start + 4].hex(" "),
            ),
        )
    return ()


def _split(text: str) -> list[str]:
    """Split at the ends of lines only: str.splitlines() would also split at form feeds and at U+2028 within
    a sentence."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _with_words(texts: Iterable[str]) -> Iterator[Line]:
    for number, text in enumerate(texts, start=1):
        if text and (words := clean(text)):
            yield Line(number=number, text=text, words=words)


def _encoding(body: bytes) -> tuple[str, int]:
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return name, len(mark)
    return "utf-8", 0
