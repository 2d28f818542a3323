"""What follows a backslash: accents, letters, symbols, and macros with groups."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from newsletter.parsing import tex_math
from newsletter.parsing.tex_symbols import (
    DOUBLE_STRUCK,
    DRESSING,
    LETTER_ACCENTS,
    LETTERS,
    MATH_ACCENTS,
    SIGN_ACCENTS,
    SILENT,
    SYMBOLS,
)

if TYPE_CHECKING:
    from newsletter.parsing.tex_cursor import Cursor

_MACRO = re.compile(r"[A-Za-z]+\*?")
_POSSESSIVE = re.compile(r"[st](?![A-Za-z])")
_SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "\\": " ", "!": "", "/": "", "-": "", "@": ""}
_ACCENTED = re.compile(
    r" ?(?:\{ ?(\\?[A-Za-z]|\\[A-Za-z]{2,10}) ?\}|\{\\(?:bm|mathbf|mathcal|mathrm)[ {]([A-Za-z])\}?\}"
    r"|(\\[ij](?![A-Za-z])|[A-Za-z]))"
)
_BARE_ARGUMENT = re.compile(r" ?(?=[A-Za-z](?![A-Za-z])|\\[A-Za-z])")
_CODE_POINT = re.compile(r"x([0-9A-Fa-f]{2,5})")


def macro(cursor: Cursor) -> None:
    """Read the macro that begins here; one we do not know stays as it was written."""
    name = _MACRO.match(cursor.raw, cursor.at + 1)
    if name is None:
        _sign(cursor, cursor.peek())
    else:
        _named(cursor, name[0].rstrip("*"), name.end())


def _sign(cursor: Cursor, sign: str) -> None:
    """Read a macro named by a sign: an accent, an escaped character, a space or a formula's end."""
    if sign == "'" and cursor.previous().isalpha() and _POSSESSIVE.match(cursor.raw, cursor.at + 2):
        cursor.take("'", 2)  # an apostrophe that some program escaped
    elif sign in SIGN_ACCENTS and _accent(cursor, SIGN_ACCENTS[sign], cursor.at + 2):
        return
    elif sign in tuple('%&$_#{}"'):
        cursor.take(sign, 2)
    elif sign == "|":
        cursor.take("‖", 2)
    elif sign in _SPACES:
        cursor.take(_SPACES[sign], 2)
    else:
        tex_math.delimiter(cursor)


def _named(cursor: Cursor, name: str, end: int) -> None:
    raw = cursor.raw
    group = cursor.partner.get(end) if raw[end : end + 1] == "{" else None
    combining = LETTER_ACCENTS.get(name) or MATH_ACCENTS.get(name)
    if combining and _accent(cursor, combining, end):
        return
    if name in LETTERS:
        _swallowing_blank(cursor, LETTERS[name], end)
    elif name in SYMBOLS:
        _symbol(cursor, SYMBOLS[name], end)
    elif name in SILENT:
        _swallowing_blank(cursor, "", end)
    elif group is not None and _with_group(cursor, name, end, group):
        return
    elif (name in DRESSING or name in ("mathbb", "sqrt")) and (bare := _BARE_ARGUMENT.match(raw, end)):
        _bare_argument(cursor, name, bare.end())
    else:
        cursor.take(raw[cursor.at : end], end - cursor.at)
        if group is not None:
            cursor.keep_group(end, group)


def _accent(cursor: Cursor, combining: str, start: int) -> bool:
    """Put an accent on the letter at `start` (bare, in braces, behind a blank); tell if there is one."""
    found = _ACCENTED.match(cursor.raw, start)
    if found is None:
        return False
    name = (found[1] or found[2] or found[3]).removeprefix("\\")
    letter = name if len(name) == 1 else SYMBOLS.get(name, "")
    accented = unicodedata.normalize("NFC", letter + combining)
    # q̈ is no letter, and nobody puts a blank before ü: \"quoted\" text
    is_quote = cursor.raw[start - 1] == '"' and (len(accented) > 1 or found[0][0] == " ")
    if len(letter) != 1 or is_quote:
        return False
    cursor.emit(accented)
    cursor.at = found.end()
    return True


def _swallowing_blank(cursor: Cursor, text: str, end: int) -> None:
    cursor.emit(text)
    cursor.at = end + (1 if cursor.raw[end : end + 1] == " " else 0)
    _skip_empty_group(cursor)


def _symbol(cursor: Cursor, symbol: str, end: int) -> None:
    is_doubled = symbol.endswith(".") and cursor.raw[end : end + 1] == "."
    cursor.take(symbol[:-1] if is_doubled else symbol, end - cursor.at)
    _skip_empty_group(cursor)


def _skip_empty_group(cursor: Cursor) -> None:
    if cursor.raw.startswith("{}", cursor.at):
        cursor.at += 2


def _bare_argument(cursor: Cursor, name: str, start: int) -> None:
    r"""Read `\mathbf H` and `\sqrt m`, whose argument stands without braces."""
    letter = cursor.raw[start]
    if name == "mathbb" and letter in DOUBLE_STRUCK:
        cursor.take(DOUBLE_STRUCK[letter], start + 1 - cursor.at)
    else:
        cursor.take("√" if name == "sqrt" else "", start - cursor.at)


def _with_group(cursor: Cursor, name: str, start: int, end: int) -> bool:
    """Understand a macro with one or two groups; `start` and `end` are the first one's braces."""
    is_long = _is_long(start, end)
    match name:
        case "sqrt":
            cursor.enter(start, end, before="√(" if is_long else "√", after=")" if is_long else "")
        case "footnote":
            cursor.enter(start, end, before=" (", after=")")
        case "pmod":
            cursor.enter(start, end, before="(mod " if cursor.previous().isspace() else " (mod ", after=")")
        case "textsuperscript" | "textsubscript":
            _script_group(cursor, start, end, is_super=name == "textsuperscript")
        case "mathbb" if not is_long and cursor.raw[start + 1] in DOUBLE_STRUCK:
            cursor.take(DOUBLE_STRUCK[cursor.raw[start + 1]], end + 1 - cursor.at)
        case "unicode" if code := _CODE_POINT.fullmatch(cursor.raw, start + 1, end):
            cursor.take(_printable(int(code[1], 16)), end + 1 - cursor.at)
        case _ if name in DRESSING or name == "mathbb":
            cursor.enter(start, end)
        case _:
            return _with_two_groups(cursor, name, start, end)
    return True


def _with_two_groups(cursor: Cursor, name: str, start: int, end: int) -> bool:
    second = cursor.partner.get(end + 1)
    if second is None:
        return False
    match name:
        case "frac" | "tfrac" | "dfrac":
            _fraction(cursor, start, end, second)
        case "href":
            _link(cursor, cursor.raw[start + 1 : end], end + 1, second)
        case "textcolor":
            cursor.enter(end + 1, second)
        case _:
            return False
    return True


def _script_group(cursor: Cursor, start: int, end: int, *, is_super: bool) -> None:
    if cursor.takes_scripts:
        cursor.enter_script(start, end, "super" if is_super else "sub")
    else:
        cursor.enter(start, end)


def _fraction(cursor: Cursor, start: int, end: int, second: int) -> None:
    is_long, is_second_long = _is_long(start, end), _is_long(end + 1, second)
    closing = ")" if is_long else ""
    cursor.enter(start, end, before="(" if is_long else "", after=closing)
    cursor.replace_brace(end + 1, "/(" if is_second_long else "/")
    cursor.replace_brace(second, ")" if is_second_long else "")


def _link(cursor: Cursor, address: str, start: int, end: int) -> None:
    shown = cursor.raw[start + 1 : end]
    if shown == address:
        cursor.take(address, end + 1 - cursor.at)
    else:
        cursor.enter(start, end, after=f" ({address})")


def _printable(code_point: int) -> str:
    char = chr(code_point)
    return char if char.isprintable() else " "


def _is_long(opening: int, closing: int) -> bool:
    """Whether there is more than one character between two braces."""
    return closing > opening + len("{x")
