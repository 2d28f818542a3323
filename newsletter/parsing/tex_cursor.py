"""Where the reading of TeX stands: the raw text, the groups that are open, and what was written so far."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.parsing.scripts import Script, written

# Joining what a script holds takes time for each level; no formula in prose is deeper.
_MAX_DEPTH = 4


@dataclass(slots=True)
class _Closing:
    """What a brace that closes is replaced by; `mark` is where the script it closes began."""

    text: str
    script: Script = "normal"
    mark: int = 0


class Cursor:
    """Moves through a raw text and writes what it means. Every step takes at least one character."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.at = 0
        self.partner = _partners(raw)
        self.math_end = -1
        self.math_mark = ""
        self._out: list[str] = []
        self._closing: dict[int, _Closing] = {}
        self._depth = 0

    @property
    def text(self) -> str:
        return "".join(self._out)

    @property
    def in_math(self) -> bool:
        return self.at < self.math_end

    @property
    def takes_scripts(self) -> bool:
        return self._depth < _MAX_DEPTH

    def previous(self) -> str:
        return self.raw[self.at - 1] if self.at else " "

    def peek(self, offset: int = 1) -> str:
        return self.raw[self.at + offset : self.at + offset + 1]

    def emit(self, text: str) -> None:
        if text:
            self._out.append(text)

    def take(self, text: str, length: int) -> None:
        """Write `text` for the next `length` characters."""
        self.emit(text)
        self.at += length

    def take_script(self, content: str, script: Script, length: int) -> None:
        self.take(written(content, script, behind=self._behind()), length)

    def enter(self, start: int, end: int, *, before: str = "", after: str = "") -> None:
        """Go on inside the group from `start` to `end`, whose braces are understood."""
        self.emit(before)
        self._closing[end] = _Closing(after)
        self.at = start + 1

    def enter_script(self, start: int, end: int, script: Script) -> None:
        """Go on inside a group that is a super- or subscript."""
        self._closing[end] = _Closing("", script, len(self._out))
        self._depth += 1
        self.at = start + 1

    def keep_group(self, start: int, end: int) -> None:
        """Go on inside a group whose braces stay."""
        self.enter(start, end, before="{", after="}")

    def replace_brace(self, position: int, text: str) -> None:
        """Say what a brace further on will be read as."""
        self._closing[position] = _Closing(text)

    def open_group(self) -> None:
        end = self.partner.get(self.at)
        if self.at in self._closing:
            self.take(self._closing.pop(self.at).text, 1)
        elif end is None:
            self.take("{", 1)
        elif self.in_math or self.peek() == "\\":
            self.enter(self.at, end)
        else:
            self.keep_group(self.at, end)

    def close_group(self) -> None:
        closing = self._closing.pop(self.at, None) or _Closing("}")
        if closing.script != "normal":
            self._depth -= 1
            content = "".join(self._out[closing.mark :])
            del self._out[closing.mark :]
            self.emit(written(content, closing.script, behind=self._behind()))
        self.take(closing.text, 1)

    def _behind(self) -> str:
        return self._out[-1][-1] if self._out else " "


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
