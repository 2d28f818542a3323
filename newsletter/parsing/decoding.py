"""From bytes to numbered lines."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from newsletter.model import Problem
from newsletter.parsing.text import clean

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Only these end a line: str.splitlines() would also split at form feeds and at U+2028 inside a sentence.
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a document; `number` counts from 1, `text` has no line end, `words` is the text cleaned."""

    number: int
    text: str
    words: str


def decode(body: bytes) -> str:
    """Decode UTF-8, or UTF-16 that says so; bytes that are neither become U+FFFD."""
    encoding, start = _encoding(body)
    return body[start:].decode(encoding, "replace")


def decode_lines(body: bytes) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """Decode and number the lines, with a problem for the first bytes that are no text.

    A body that ends with a line end ends with an empty line.
    """
    lines = tuple(
        Line(number=number, text=text, words=clean(text))
        for number, text in enumerate(_LINE_END.split(decode(body)), start=1)
    )
    return lines, _problems(body)


def _encoding(body: bytes) -> tuple[str, int]:
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return name, len(mark)
    return "utf-8", 0


def _problems(body: bytes) -> tuple[Problem, ...]:
    encoding, start = _encoding(body)
    try:
        body[start:].decode(encoding)
    except UnicodeDecodeError as error:
        before = body[start : start + error.start].decode(encoding, "replace")
        return (
            Problem(
                message="bytes that are no text were replaced by \ufffd",
                line=len(_LINE_END.split(before)),
                expected=encoding.upper(),
                found=body[start + error.start : start + error.start + 4].hex(" "),
            ),
        )
    return ()
