"""TeX residue in titles, names and abstracts becomes text.

Abstracts are prose with crumbs of TeX, not TeX: `%` is a per cent sign, `$5 and $10` is money, `file_name`
is a name, and a macro we do not know stays exactly as it was written. Nothing is ever dropped but the
braces, dollars and macro names of what was understood. One pass, linear in the length, no recursion.
"""

from __future__ import annotations

import re

from newsletter.parsing import tex_math, tex_prose
from newsletter.parsing.tex_cursor import Cursor
from newsletter.parsing.tex_macros import macro

_SPECIAL = re.compile(r"[\\{}^_$~`'-]|(?:https?|ftp)://|www\.")


def plain(raw: str) -> str:
    """Turn raw text into plain Unicode: accents become letters, x^2 is x² and T^{2/3} is T^(2/3), which
    `parsing.scripts` can read back. Never raises."""
    if _SPECIAL.search(raw) is None:
        return raw
    cursor = Cursor(raw)
    quotes = tex_prose.Quotes()
    while (special := _SPECIAL.search(raw, cursor.at)) is not None:
        cursor.take(raw[cursor.at : special.start()], special.start() - cursor.at)
        _step(cursor, quotes)
    cursor.emit(raw[cursor.at :])
    return cursor.text


def _step(cursor: Cursor, quotes: tex_prose.Quotes) -> None:
    match cursor.raw[cursor.at]:
        case "\\":
            macro(cursor)
        case "{":
            cursor.open_group()
        case "}":
            cursor.close_group()
        case "^" | "_" as char:
            tex_math.script(cursor, char)
        case "$":
            tex_math.dollar(cursor)
        case "-":
            tex_prose.dash(cursor)
        case "~":
            tex_prose.tie(cursor)
        case "`" | "'" as char:
            quotes.quote(cursor, char)
        case _:
            tex_prose.url(cursor)
