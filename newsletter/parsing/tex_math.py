"""Formulas in prose: their dollars go, and what stands high or low in them is written as a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.parsing.tex_symbols import DRESSING, SYMBOLS

if TYPE_CHECKING:
    from newsletter.parsing.scripts import Script
    from newsletter.parsing.tex_cursor import Cursor

_MAX_CHARS = 1_000
_MATH = re.compile(r"(\$\$?)([^$]{1,400})\1")
_SURELY_MATH = re.compile(r"[\\^_{]|^[<>=~+/-]+$")
_FORMULA = re.compile(r"\\[A-Za-z]|[\^_]")
_DRESS = re.compile(r"\\([a-z]+) ?(?=\{)")
_SYMBOL = re.compile(r"\\([A-Za-z]+)")
_NUMBER = re.compile(r"-?\d+")
_BASES = ")]}|'*"


def dollar(cursor: Cursor) -> None:
    """Drop the dollars of `$math$`: there is no blank just inside them, and no digit behind, unless it is
    surely math; else it is money."""
    if cursor.at == cursor.math_end:
        _leave(cursor)
        return
    found = None if cursor.in_math else _MATH.match(cursor.raw, cursor.at)
    if found is None or not _is_math(found[2], cursor.raw[found.end() : found.end() + 1]):
        cursor.take("$", 1)
    else:
        _enter(cursor, found[1], found.end(2), found[1])


def delimiter(cursor: Cursor) -> None:
    r"""Drop the marks of `\(math\)` and `\[math\]` where both are there."""
    if cursor.at == cursor.math_end:
        _leave(cursor)
        return
    mark = cursor.raw[cursor.at : cursor.at + 2]
    closing = {r"\(": r"\)", r"\[": r"\]"}.get(mark, "")
    end = -1
    if closing and not cursor.in_math:
        end = cursor.raw.find(closing, cursor.at, cursor.at + _MAX_CHARS)
    if end < 0:
        cursor.take("\\", 1)
    else:
        _enter(cursor, mark, end, closing)


def _enter(cursor: Cursor, opening: str, end: int, closing: str) -> None:
    cursor.math_mark, cursor.math_end = closing, end
    cursor.at += len(opening)


def _leave(cursor: Cursor) -> None:
    cursor.at += len(cursor.math_mark)
    cursor.math_end = -1


def _is_math(content: str, behind: str) -> bool:
    if content != content.strip():
        return _FORMULA.search(content) is not None and not behind.isalnum()
    return not behind.isdigit() or _SURELY_MATH.search(content) is not None


def script(cursor: Cursor, char: str) -> None:
    """Read what stands behind `^` or `_`, or the mark itself where it marks nothing."""
    kind: Script = "super" if char == "^" else "sub"
    before = cursor.previous()
    if not cursor.takes_scripts or not (before.isalnum() or before in _BASES or cursor.in_math):
        cursor.take(char, 1)
        return
    dress = _DRESS.match(cursor.raw, cursor.at + 1)
    start = dress.end() if dress and dress[1] in DRESSING else cursor.at + 1
    group = cursor.partner.get(start)
    token = "" if group is not None else _token(cursor, char)
    if group is not None:
        cursor.enter_script(start, group, kind)
    elif symbol := _SYMBOL.match(cursor.raw, cursor.at + 1):
        _symbol(cursor, char, kind, symbol[1])
    elif token:
        cursor.take_script(token, kind, 1 + len(token))
    else:
        cursor.take(char, 1)


def _symbol(cursor: Cursor, char: str, kind: Script, name: str) -> None:
    r"""Read `M_\odot` and `90^\circ`, in a formula or not."""
    if name in SYMBOLS:
        cursor.take_script(SYMBOLS[name], kind, len(char) + len("\\") + len(name))
    else:
        cursor.take(char, 1)


def _token(cursor: Cursor, char: str) -> str:
    """Give the bare exponent or index behind `^` or `_`, "" where it is none.

    Outside of math an index is left alone (`file_name`), and an exponent is a number or one letter.
    """
    following = cursor.peek()
    if cursor.in_math:
        return following if following.isalnum() or (following and following in "*+-") else ""
    if char == "_":
        return ""
    number = _NUMBER.match(cursor.raw, cursor.at + 1)
    if number:
        return number[0]
    return following if following.isalpha() and not cursor.peek(2).isalnum() else ""
