"""Lines of text from bytes of any size, encoding and malice, in bounded memory."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Generator

# More than any row of ours needs: what is longer is no row, and what does not end soon is no table.
MAX_LINE_CHARS = 64_000
_MAX_SKIPPED_CHARS = 2_000_000_000
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end; `number` counts from 1. A line too long is cut, and says so."""

    number: int
    text: str
    is_cut: bool = False


def text_lines(stream: io.BufferedReader[Any], *, name: str) -> Generator[Line, None, None]:
    """Read UTF-8, or UTF-16 with a byte-order mark; what is neither becomes U+FFFD, for the rows to refuse.

    Lines end at LF, CR LF or CR. Raises `SourceError` for what cannot be read or has a line without end.
    """
    try:
        start = stream.peek(4)[:4]
    except OSError as error:
        raise _unreadable(name, error) from error
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if start.startswith(mark)), "utf-8")
    text = io.TextIOWrapper(stream, encoding, errors="replace", newline=None)
    try:
        number = 0
        while line := text.readline(MAX_LINE_CHARS):
            number += 1
            is_cut = not line.endswith("\n") and len(line) == MAX_LINE_CHARS and _skip(text, name, number)
            yield Line(number, line.rstrip("\n"), is_cut)
    except OSError as error:
        raise _unreadable(name, error) from error
    finally:
        text.detach()  # the stream is the caller's to close


def _unreadable(name: str, error: OSError) -> SourceError:
    return SourceError(f"{name}: cannot be read ({error.strerror})")


def _skip(text: io.TextIOWrapper, name: str, number: int) -> bool:
    """Go to the end of a line too long; whether there was anything more of it."""
    skipped = 0
    while rest := text.readline(1_000_000):
        skipped += len(rest)
        if rest.endswith("\n"):
            break
        if skipped > _MAX_SKIPPED_CHARS:
            raise SourceError(f"{name}: line {number} does not end; expected a person per line")
    return skipped > 1
