r"""TeX residue in titles, names and abstracts becomes text.

Abstracts are prose with crumbs of TeX, not TeX: `%` is a per cent sign, `$5 and $10` is money, `file_name`
is a name, and a macro we do not know stays exactly as it was written. Nothing is ever dropped but the
braces, dollars and macro names of what was understood. One pass, linear in the length, no recursion.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from newsletter.parsing.tex_symbols import (
    DOUBLE_STRUCK,
    DRESSING,
    LETTER_ACCENTS,
    LETTERS,
    SIGN_ACCENTS,
    SILENT,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYMBOLS,
)

Script = Literal["normal", "super", "sub"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text that is set alike."""

    text: str
    script: Script = "normal"


def runs(raw: str) -> tuple[Run, ...]:
    """Turn raw text into runs; adjacent runs differ in script and none is empty. Never raises."""
    return _Scanner(raw).scan()


def plain(raw: str) -> str:
    """Turn raw text into plain Unicode: `x^2` is x², what has no such character is `T^(2/3)`."""
    return "".join(_as_text(run) for run in runs(raw))


def _as_text(run: Run) -> str:
    if run.script == "normal":
        return run.text
    table, mark = (SUPERSCRIPTS, "^") if run.script == "super" else (SUBSCRIPTS, "_")
    if all(char in table for char in run.text):
        return "".join(table[char] for char in run.text)
    return f"{mark}{run.text}" if run.text.isalnum() else f"{mark}({run.text})"


_URL = re.compile(r"(?:https?|ftp)://[^\s{}<>\"\\]+|www\.[^\s{}<>\"\\]+")
_MACRO = re.compile(r"[A-Za-z]+\*?")
_NUMBER = re.compile(r"-?\d+")
_HYPHENS = re.compile(r"-+")
_SPECIAL = re.compile(r"[\\{}^_$~`'-]|(?:https?|ftp)://|www\.")
_POSSESSIVE = re.compile(r"[st](?![A-Za-z])")
_MATH = re.compile(r"(\$\$?)(?!\s)([^$]{1,400})(?<!\s)\1")
_SURELY_MATH = re.compile(r"[\\^_{]|^[<>=~+-]+$")
_SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "\\": " ", "!": "", "/": "", "-": ""}
_ACCENTED = re.compile(r" ?(?:\{ ?(\\?[A-Za-z]) ?\}|(\\[ij](?![A-Za-z])|[A-Za-z]))")


class _Scanner:
    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.at = 0
        self.partner = _partners(raw)
        self.out: list[tuple[str, Script]] = []
        self.scripts: list[Script] = ["normal"]
        self.closing: dict[int, tuple[str, bool]] = {}
        self.math_end = -1
        self.math_mark = ""
        self.open_quotes = 0

    def scan(self) -> tuple[Run, ...]:
        while self.at < len(self.raw):
            special = _SPECIAL.search(self.raw, self.at)
            if special is None:
                self.emit(self.raw[self.at :])
                break
            self.emit(self.raw[self.at : special.start()])
            self.at = special.start()
            self.step(self.raw[self.at])
        return _merged(self.out)

    def step(self, char: str) -> None:
        match char:
            case "\\":
                self.macro()
            case "{":
                self.open_group()
            case "}":
                self.close_group()
            case "^" | "_":
                self.script(char)
            case "$":
                self.dollar()
            case "h" | "f" | "w":
                self.url()
            case "-":
                self.dash()
            case _:
                self.typography(char)

    # --- steps: each consumes at least one character

    def emit(self, text: str) -> None:
        if text:
            self.out.append((text, self.scripts[-1]))

    def take(self, text: str, length: int) -> None:
        self.emit(text)
        self.at += length

    def previous(self) -> str:
        return self.raw[self.at - 1] if self.at else " "

    def peek(self, offset: int = 1) -> str:
        return self.raw[self.at + offset : self.at + offset + 1]

    @property
    def in_math(self) -> bool:
        return self.at < self.math_end

    def url(self) -> None:
        """Copy an address untouched, and once where TeX residue repeats it in braces."""
        found = None if self.previous().isalnum() else _URL.match(self.raw, self.at)
        if found is None:
            self.take(self.raw[self.at], 1)
            return
        echo = "{" + found[0] + "}"
        repeated = self.raw.startswith(echo, found.end())
        self.take(found[0], len(found[0]) + (len(echo) if repeated else 0))

    def macro(self) -> None:
        name = _MACRO.match(self.raw, self.at + 1)
        if name is None:
            self.sign_macro(self.peek())
        else:
            self.named_macro(name[0].rstrip("*"), name.end())

    def sign_macro(self, sign: str) -> None:
        """Read a macro named by a sign: an accent, an escaped character or a space."""
        if sign == "'" and self.previous().isalpha() and _POSSESSIVE.match(self.raw, self.at + 2):
            self.take("'", 2)  # an apostrophe that some program escaped
        elif sign in SIGN_ACCENTS and self.accent(SIGN_ACCENTS[sign], self.at + 2):
            return
        elif sign in tuple("%&$_#{}"):
            self.take(sign, 2)
        elif sign in _SPACES:
            self.take(_SPACES[sign], 2)
        else:
            self.take("\\", 1)

    def named_macro(self, name: str, end: int) -> None:
        group = self.partner.get(end) if self.raw[end : end + 1] == "{" else None
        if name in LETTER_ACCENTS and self.accent(LETTER_ACCENTS[name], end):
            return
        if name in LETTERS:
            self.letter(LETTERS[name], end)
        elif name in SYMBOLS:
            self.take(SYMBOLS[name], end - self.at)
            self.skip_empty_group()
        elif name in SILENT:
            self.at = end + (1 if self.raw[end : end + 1] == " " else 0)
        elif group is not None and self.group_macro(name, end, group):
            return
        else:
            self.take(self.raw[self.at : end], end - self.at)
            if group is not None:
                self.keep_group(end, group)

    def accent(self, combining: str, start: int) -> bool:
        """Put an accent on the letter at `start` (bare, in braces, behind a blank); tell if there is one."""
        found = _ACCENTED.match(self.raw, start)
        if found is None:
            return False
        letter = (found[1] or found[2]).removeprefix("\\")
        self.emit(unicodedata.normalize("NFC", letter + combining))
        self.at = found.end()
        return True

    def letter(self, letter: str, end: int) -> None:
        self.emit(letter)
        self.at = end + (1 if self.raw[end : end + 1] == " " else 0)
        self.skip_empty_group()

    def skip_empty_group(self) -> None:
        if self.raw.startswith("{}", self.at):
            self.at += 2

    def group_macro(self, name: str, start: int, end: int) -> bool:
        """Understand a macro with one or two groups; `start` and `end` are the first one's braces."""
        is_long = _is_long(start, end)
        if name in DRESSING:
            self.enter(start, end)
        elif name == "mathbb" and not is_long and self.raw[start + 1] in DOUBLE_STRUCK:
            self.take(DOUBLE_STRUCK[self.raw[start + 1]], end + 1 - self.at)
        elif name == "mathbb":
            self.enter(start, end)
        elif name == "sqrt":
            self.enter(start, end, before="√", bracketed=is_long)
        elif name == "footnote":
            self.enter(start, end, before=" ", bracketed=True)
        elif name in ("textsuperscript", "textsubscript"):
            self.enter(start, end, script="super" if "super" in name else "sub")
        elif name in ("frac", "tfrac", "dfrac") and (second := self.partner.get(end + 1)) is not None:
            self.fraction(start, end, second)
        elif name == "href" and (second := self.partner.get(end + 1)) is not None:
            self.link(self.raw[start + 1 : end], end + 1, second)
        else:
            return False
        return True

    def fraction(self, start: int, end: int, second: int) -> None:
        is_long = _is_long(end + 1, second)
        self.closing[end + 1] = ("/(" if is_long else "/", False)
        self.closing[second] = (")" if is_long else "", False)
        self.enter(start, end, bracketed=_is_long(start, end))

    def link(self, address: str, start: int, end: int) -> None:
        shown = self.raw[start + 1 : end]
        if shown == address:
            self.take(address, end + 1 - self.at)
        else:
            self.enter(start, end)
            self.closing[end] = (f" ({address})", False)

    def enter(
        self, start: int, end: int, *, before: str = "", bracketed: bool = False, script: Script | None = None
    ) -> None:
        """Go on inside a group whose braces are understood."""
        self.emit(before + ("(" if bracketed else ""))
        self.closing[end] = (")" if bracketed else "", script is not None)
        if script is not None:
            self.scripts.append(script)
        self.at = start + 1

    def keep_group(self, start: int, end: int) -> None:
        """Go on inside a group whose braces stay."""
        self.emit("{")
        self.closing[end] = ("}", False)
        self.at = start + 1

    def open_group(self) -> None:
        end = self.partner.get(self.at)
        if self.at in self.closing:
            self.take(self.closing.pop(self.at)[0], 1)
        elif end is None:
            self.take("{", 1)
        elif self.in_math or self.peek() == "\\":
            self.enter(self.at, end)
        else:
            self.keep_group(self.at, end)

    def close_group(self) -> None:
        text, has_script = self.closing.pop(self.at, ("}", False))
        if has_script:
            self.scripts.pop()
        self.take(text, 1)

    def script(self, char: str) -> None:
        kind: Script = "super" if char == "^" else "sub"
        follows = self.previous().isalnum() or self.previous() in ")]}|'*" or self.in_math
        group = self.partner.get(self.at + 1)
        if group is not None and follows and len(self.scripts) == 1:
            self.enter(self.at + 1, group, script=kind)
            return
        token = self.script_token(char) if follows and len(self.scripts) == 1 else ""
        if token:
            self.out.append((token, kind))
            self.at += 1 + len(token)
        else:
            self.take(char, 1)

    def script_token(self, char: str) -> str:
        """Give the bare exponent or index behind `^` or `_`, "" where it is none.

        Outside of math an index is left alone (`file_name`), and an exponent is a number or one letter.
        """
        following = self.peek()
        if self.in_math:
            return following if following.isalnum() or following in "*+-" else ""
        if char == "_":
            return ""
        number = _NUMBER.match(self.raw, self.at + 1)
        if number:
            return number[0]
        return following if following.isalpha() and not self.peek(2).isalnum() else ""

    def dollar(self) -> None:
        """Drop the dollars of `$math$`: there is no blank just inside them, and no digit behind unless it is
        surely math; else it is money."""
        if self.at == self.math_end:
            self.at += len(self.math_mark)
            self.math_end = -1
            return
        found = None if self.in_math else _MATH.match(self.raw, self.at)
        if found is None or (
            self.raw[found.end() : found.end() + 1].isdigit() and not _is_surely_math(found[2])
        ):
            self.take("$", 1)
        else:
            self.math_mark, self.math_end = found[1], found.end(2)
            self.at += len(self.math_mark)

    def typography(self, char: str) -> None:
        match char:
            case "`" if self.peek() == "`":
                self.open_quotes += 1
                self.take("“", 2)
            case "'" if self.peek() == "'" and self.open_quotes:
                self.open_quotes -= 1
                self.take("”", 2)
            case "~" if self.is_tie():
                self.take(" ", 1)
            case _:
                self.take(char, 1)

    def dash(self) -> None:
        """Set `--` and `---`; a row of hyphens is a line, and ` --flag` is an option."""
        row = _HYPHENS.match(self.raw, self.at)
        length = len(row[0]) if row else 1
        is_option = self.previous().isspace() and self.peek(length).isalpha()
        set_as = {2: "--" if is_option or self.in_math else "–", 3: "—"}
        self.take(set_as.get(length, "-" * length), length)

    def is_tie(self) -> bool:
        before, after = self.previous(), self.peek()
        return (before.isalnum() or before in ".,)]}") and (after.isalnum() or after in "(\\$[")


def _is_long(opening: int, closing: int) -> bool:
    """Whether there is more than one character between two braces."""
    return closing > opening + len("{x")


def _is_surely_math(content: str) -> bool:
    return _SURELY_MATH.search(content) is not None


def _partners(raw: str) -> dict[int, int]:
    """Match every opening brace with its closing one; escaped braces do not count."""
    partner = {}
    opened: list[int] = []
    escaped = False
    for i, char in enumerate(raw):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == "{":
            opened.append(i)
        elif char == "}" and opened:
            partner[opened.pop()] = i
    return partner


def _merged(pieces: list[tuple[str, Script]]) -> tuple[Run, ...]:
    merged: list[tuple[list[str], Script]] = []
    for text, script in pieces:
        if merged and merged[-1][1] == script:
            merged[-1][0].append(text)
        else:
            merged.append(([text], script))
    return tuple(Run(text="".join(texts), script=script) for texts, script in merged)
