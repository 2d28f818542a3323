"""What TeX's typography leaves in prose: quotes, dashes, ties; and addresses, which are not to be touched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.parsing.tex_cursor import Cursor

_URL = re.compile(r"(?:https?|ftp)://[^\s{}<>\"\\]+|www\.[^\s{}<>\"\\]+")
_HYPHENS = re.compile(r"-+")


def url(cursor: Cursor) -> None:
    """Copy an address untouched, and once where TeX residue repeats it in braces."""
    is_glued = cursor.raw.startswith("www", cursor.at) and cursor.previous().isalnum()
    found = None if is_glued else _URL.match(cursor.raw, cursor.at)
    if found is None:
        cursor.take(cursor.raw[cursor.at], 1)
        return
    echo = "{" + found[0] + "}"
    repeated = cursor.raw.startswith(echo, found.end())
    cursor.take(found[0], len(found[0]) + (len(echo) if repeated else 0))


def dash(cursor: Cursor) -> None:
    """Set `--` and `---`; a row of hyphens is a line, and ` --flag` is an option."""
    row = _HYPHENS.match(cursor.raw, cursor.at)
    length = len(row[0]) if row else 1
    is_option = cursor.previous().isspace() and cursor.peek(length).isalpha()
    set_as = {2: "--" if is_option or cursor.in_math else "–", 3: "—"}
    cursor.take(set_as.get(length, "-" * length), length)


def tie(cursor: Cursor) -> None:
    """Read `~` as a blank between words; before a number it means "about", in an address itself."""
    before, after = cursor.previous(), cursor.peek()
    ties = (before.isalnum() or before in ".,)]}$") and (after.isalnum() or (after and after in "({\\$["))
    cursor.take(" " if ties else "~", 1)


class Quotes:
    """Sets TeX's quotes: two ticks close only what two backticks opened."""

    def __init__(self) -> None:
        self._open = 0

    def quote(self, cursor: Cursor, char: str) -> None:
        is_double = cursor.peek() == char
        if is_double and char == "`":
            self._open += 1
            cursor.take("“", 2)
        elif is_double and self._open:
            self._open -= 1
            cursor.take("”", 2)
        else:
            cursor.take(char, 1)
