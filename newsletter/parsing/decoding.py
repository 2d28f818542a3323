"""From bytes to numbered lines."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from newsletter.model import Problem

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Only these end a line: str.splitlines() would also split at form feeds and at U+2028 inside a sentence.
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a document; `number` counts from 1, `text` has no line end."""

    number: int
    text: str

    @property
    def words(self) -> str:
        """The line with every run of white space (no-break blanks too) as one blank, and none outside."""
        return " ".join(self.text.split())


def decode_lines(body: bytes) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """Decode UTF-8, or UTF-16 that says so; bytes that are neither become U+FFFD, with a problem."""
    encoding, start = "utf-8", 0
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            encoding, start = name, len(mark)
    text = body[start:].decode(encoding, "replace")
    lines = tuple(Line(number=n, text=line) for n, line in enumerate(_LINE_END.split(text), start=1))
    return lines, _problems(body[start:], encoding, lines)


def _problems(body: bytes, encoding: str, lines: tuple[Line, ...]) -> tuple[Problem, ...]:
    try:
        body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, "replace")
        line = len(_LINE_END.split(before))
        return (
            Problem(
                message="bytes that are no text were replaced by \ufffd",
                line=min(line, len(lines)),
                expected=encoding.upper(),
                found=body[error.start : error.start + 4].hex(" "),
            ),
        )
    return ()
