"""HTML, JATS and MathML in the texts of a source become plain text.

What is no element that we know stays text: `P<0.05` and `if x<y then y>z` lose nothing. Entities are
unescaped exactly once. One pass over the text, linear in its length, no recursion.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from newsletter.parsing.markup_elements import BLOCKS, DROPPED, HEADINGS, INLINE, MATH, SCRIPTS, TOKENS
from newsletter.parsing.markup_math import combined
from newsletter.parsing.scripts import written
from newsletter.parsing.tex import plain

# No "<" within a tag, so that a search ends at the next one; and every attribute has a value, or
# "a <b and c> d" would be one.
_TAG = re.compile(
    r"<(?P<close>/)?(?:[A-Za-z][\w.-]{0,20}:)?(?P<name>[A-Za-z][A-Za-z0-9-]{0,30})"
    r"(?P<attributes>(?:\s+[\w:.-]{1,60}\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'<>=`]+))*+)\s*(?P<empty>/)?>"
)
_DECLARATION = re.compile(r"<!\[CDATA\[|<[!?][A-Za-z][^<>]{0,1000}>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINES = re.compile(r"\n\s*")
_BEGIN, _END = r"\begin{document}", r"\end{document}"
_UNTOLD_HEADINGS = frozenset(("abstract", "summary", "graphical abstract"))
_MAX_HEADING_CHARS = 100
_MAX_SCRIPT_CHARS = 60
_MAX_DEPTH = 100


def text_of(raw: str, *, entities: bool = True) -> str:
    """Give the text of a piece of markup, a line for each paragraph. Never raises.

    Super- and subscripts are written as `parsing.scripts` writes them; a heading that only says "Abstract"
    goes. `entities=False` is for sources that write a few tags into text that is not escaped.
    """
    if "<" not in raw and "&" not in raw:
        return raw
    return _Walk(raw, entities=entities).text()


@dataclass(slots=True)
class _Open:
    """An element that decides about its content when it ends."""

    name: str
    attributes: str = ""
    children: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.children)

    def last_char(self) -> str:
        return next((text[-1] for _, text in reversed(self.children) if text), "")


class _Walk:
    def __init__(self, raw: str, *, entities: bool) -> None:
        self._raw = raw
        self._entities = entities
        self._stack = [_Open("")]
        self._missing: set[str] = set()  # ends that are nowhere in the rest of the text

    def text(self) -> str:
        at = 0
        while (start := self._raw.find("<", at)) >= 0:
            self._say(self._raw[at:start])
            at = self._mark(start)
        self._say(self._raw[at:])
        while len(self._stack) > 1:
            self._close()
        return self._stack[0].text

    def _mark(self, start: int) -> int:
        """Read what begins with "<" and give where it ends."""
        if self._raw.startswith("<!--", start) and (end := self._find("-->", start)) >= 0:
            return end + len("-->")
        if found := _DECLARATION.match(self._raw, start):
            return found.end()
        tag = _TAG.match(self._raw, start)
        name = tag["name"].lower() if tag else ""
        if tag is None or not (tag["close"] or self._opens(name, tag)) or not self._is_known(name):
            self._put("", "<")
            return start + 1
        if tag["close"]:
            self._end(name)
        elif name in DROPPED and not tag["empty"]:
            return self._behind_end(name, tag.end())
        return tag.end()

    def _is_known(self, name: str) -> bool:
        return name in INLINE or name in BLOCKS or name in SCRIPTS or name in MATH or name in DROPPED

    def _opens(self, name: str, tag: re.Match[str]) -> bool:
        """Begin an element; False if it is only text that looks like one."""
        if name in DROPPED:
            return bool(tag["empty"]) or self._find(f"/{name}", tag.end()) >= 0 or name.startswith("in")
        if name in BLOCKS:
            self._put("", "\n")
        if (name in SCRIPTS or name in MATH or name in HEADINGS) and len(self._stack) < _MAX_DEPTH:
            self._stack.append(_Open(name, tag["attributes"] or ""))
            if tag["empty"]:
                self._close()
        return True

    def _behind_end(self, name: str, at: int) -> int:
        """Skip the content of an element that is not for readers."""
        end = self._find(f"/{name}", at)
        if end < 0:
            return at
        closing = self._raw.find(">", end)
        return closing + 1 if closing >= 0 else len(self._raw)

    def _find(self, mark: str, start: int) -> int:
        if mark in self._missing:
            return -1
        found = self._raw.find(mark, start)
        if found < 0:
            self._missing.add(mark)
        return found

    def _end(self, name: str) -> None:
        if any(element.name == name for element in self._stack[1:]):
            while self._stack[-1].name != name:
                self._close()
            self._close()
        if name in BLOCKS:
            self._put("", "\n")

    def _close(self) -> None:
        element = self._stack.pop()
        name, parent = element.name, self._stack[-1]
        if name in SCRIPTS:
            content = element.text
            short = len(content) <= _MAX_SCRIPT_CHARS
            text = written(content, SCRIPTS[name], behind=parent.last_char()) if short else content
        elif name in HEADINGS:
            text = _heading(element.text)
        elif name == "tex-math":
            text = _tex(element.text)
        else:
            text = combined(name, element.attributes, element.children)
        self._put(name, text)

    def _say(self, text: str) -> None:
        name = self._stack[-1].name
        if name in MATH and name not in TOKENS and not text.strip():
            return
        said = _ENTITY.sub(_unescaped, text) if self._entities else text
        self._put("", " ".join(said.split()) if name in TOKENS else _LINES.sub(_line_end, said))

    def _put(self, name: str, text: str) -> None:
        if text:
            self._stack[-1].children.append((name, text))


def _line_end(found: re.Match[str]) -> str:
    """Keep an empty line; a single end of line is a blank, as in HTML."""
    return "\n" if found[0].count("\n") > 1 else " "


def _unescaped(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _heading(text: str) -> str:
    words = " ".join(text.split())
    if words.casefold().rstrip(".:") in _UNTOLD_HEADINGS:
        return ""
    if not words or len(words) > _MAX_HEADING_CHARS:
        return words
    return f"{words} " if words[-1] in ".:!?" else f"{words}: "


def _tex(document: str) -> str:
    """Take the formula out of the little LaTeX document that some publishers make of each."""
    start = document.find(_BEGIN)
    end = document.find(_END, start)
    return plain(document[start + len(_BEGIN) : end] if 0 <= start < end else document).strip()
