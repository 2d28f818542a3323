"""The tags and texts of a saved web page, one after the other, in a time that grows with its length.

For pages whose shape is known: what is no tag of HTML is text, and nothing is put right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})((?:\s[^<>]*|/)?)>|<!--|<![^<>]*>|<\?[^<>]*>")
_NAMES = frozenset(
    ("a", "abbr", "article", "aside", "b", "blockquote", "body", "br", "button", "center", "cite",
     "code", "dd", "details", "div", "dl", "dt", "em", "figure", "font", "footer", "form", "h1",
     "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i", "img", "input", "label",
     "li", "link", "main", "meta", "nav", "ol", "option", "p", "path", "pre", "s", "samp", "script",
     "section", "select", "small", "span", "strong", "style", "sub", "summary", "sup", "svg",
     "table", "tbody", "td", "th", "thead", "title", "tr", "tt", "u", "ul", "wbr")
)  # fmt: skip
_RAW = ("script", "style")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][\w:-]{0,40})\s{0,5}=\s{0,5}(?:"([^"]*)"|'([^']*)'|([^\s"'<>=]+))""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A start or an end; `line` is where it stands."""

    name: str
    is_end: bool
    line: int
    written: str

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by their names in lower case; of two with one name the first counts."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.written):
            found.setdefault(match[1].lower(), unescape(match[2] or match[3] or match[4] or ""))
        return found

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()


def tokens(text: str) -> Iterator[Tag | str]:
    """Give tags and the text between them, entities read once; comments, scripts and styles are left out."""
    at, line, counted = 0, 1, 0
    while (found := _TAG.search(text, at)) is not None:
        if found[2] and found[2].lower() not in _NAMES:
            yield unescape(text[at : found.end()])
            at = found.end()
            continue
        if found.start() > at:
            yield unescape(text[at : found.start()])
        line, counted = line + text.count("\n", counted, found.start()), found.start()
        at = _end_of_hidden(text, found)
        if found[2]:
            yield Tag(name=found[2].lower(), is_end=bool(found[1]), line=line, written=found[3] or "")
    if at < len(text):
        yield unescape(text[at:])


def _end_of_hidden(text: str, found: re.Match[str]) -> int:
    """Say where the text goes on: behind a comment, a script or a style as a whole; one that does not end
    hides all the rest."""
    name = (found[2] or "").lower()
    if found[0] == "<!--":
        end = text.find("-->", found.end())
        return len(text) if end < 0 else end + 3
    if name in _RAW and not found[1]:
        end = text.find(f"</{name}", found.end())
        return len(text) if end < 0 else end
    return found.end()
