r"""The items of an arXiv listing as it is mailed out.

Items stand between rules of hyphens. An item begins with `\\` and `arXiv:ID`; fields follow to the next `\\`,
and the abstract to `\\ ( https://... )`. Replacements have none. Rules of other patterns part new papers from
cross-lists (`%-%-`), these from replacements (`%%--`), and all of them from the tail (`%%%---`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

NumberedLine = tuple[int, str]

_RULE = re.compile(r"\s*(?:-{60,}|(?:%-){6,}%?|(?:%%--){4,}(?:%%)?|(?:%%%---){3,})\s*")
_NUMBER = re.compile(r"\s?(?:arXiv|Paper)(?:\s*\(\*cross-listing\*\))?\s*:\s*(\S{5,60})(.*)", re.IGNORECASE)
_BAR = re.compile(r"\s?\\\\\s*")
_CLOSING = re.compile(r"\s?\\\\\s*\(\s*(?:https?:|arXiv)[^\n]*", re.IGNORECASE)
_FIELD = re.compile(
    r"(Title|Authors?|Categor(?:y|ies)|Subj-class|Comments?|Report-no|MSC-class|ACM-class|Journal-ref|DOI|License|"
    r"Proxy|Notes?|From|Date)(?:\s*\([^)]{0,40}\))?\s*:\s?(.*)",
    re.IGNORECASE,
)
_REPLACED = re.compile(r"\s?(?:replaced with revised version|(?:figures|part) added)\s+(.*)", re.IGNORECASE)
_ONE = {"author": "authors", "category": "categories", "subj-class": "categories", "comment": "comments"}
_SECTIONS = {"%-": "cross", "%%-": "replace", "%%%": "new", "--": None}


@dataclass(slots=True, kw_only=True)
class Item:
    """An item as it was written; `section` is "new", "cross" or "replace"."""

    line: int
    id: str
    section: str
    is_cross: bool
    replaced: str | None = None
    is_closed: bool = False
    fields: dict[str, list[str]] = field(default_factory=dict)
    abstract: list[str] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """Give a field, its lines as they stood."""
        return "\n".join(self.fields[name]) if name in self.fields else None


def items_of(lines: Sequence[NumberedLine]) -> Iterator[Item]:
    """Find every item. One whose end is missing ends where the next one or a rule begins."""
    section = "new"
    item: Item | None = None
    reader = _Reader()
    for index, (number, text) in enumerate(lines):
        if _is_rule(text):
            section = _section(text) or section
            if item:
                yield item
            item = None
        elif (begin := _begins(lines, index)) is not None:
            if item:
                yield item
            item = Item(
                line=number, id=begin[1].rstrip(",;"), section=section, is_cross="cross" in begin[0].lower()
            )
            reader = _Reader()
        elif item is not None:
            reader.read(item, text, is_last=_ends(lines, index))
    if item:
        yield item


def _is_rule(text: str) -> bool:
    return text.lstrip()[:1] in ("-", "%") and _RULE.fullmatch(text) is not None


def _section(rule: str) -> str | None:
    rule = rule.strip()
    return next((name for start, name in _SECTIONS.items() if rule.startswith(start)), None)


def _begins(lines: Sequence[NumberedLine], index: int) -> re.Match[str] | None:
    r"""Match the line of an id; in front of it is `\\` or a rule, or nothing."""
    text = lines[index][1]
    found = _NUMBER.match(text) if text.lstrip()[:1] in ("a", "A", "p", "P") else None
    if found is None:
        return None
    before = next((text for _, text in reversed(lines[max(index - 3, 0) : index]) if text.strip()), "")
    return found if not before or _BAR.fullmatch(before) or _is_rule(before) else None


def _ends(lines: Sequence[NumberedLine], index: int) -> bool:
    r"""Whether a bare `\\` ends an abstract, rather than being part of it."""
    after = next((text for _, text in lines[index + 1 : index + 4] if text.strip()), "")
    return not after or _is_rule(after) or _NUMBER.match(after) is not None


class _Reader:
    """Puts the lines of one item where they belong."""

    def __init__(self) -> None:
        self._in_abstract = False
        self._field: list[str] | None = None

    def read(self, item: Item, text: str, *, is_last: bool) -> None:
        if item.is_closed:
            return
        is_bar = "\\\\" in text[:3]
        if is_bar and _CLOSING.fullmatch(text):
            item.is_closed = True
        elif is_bar and _BAR.fullmatch(text) and not (self._in_abstract and not is_last):
            item.is_closed = self._in_abstract
            self._in_abstract = True
        elif self._in_abstract:
            item.abstract.append(text)
        else:
            self._read_head(item, text)

    def _read_head(self, item: Item, text: str) -> None:
        if (replaced := _REPLACED.match(text)) is not None:
            item.replaced = replaced[1]
        elif (found := _FIELD.match(text)) is not None:
            name = found[1].lower()
            name = _ONE.get(name, name)
            self._field = [found[2]]
            item.fields.setdefault(name, self._field)
        elif self._field is not None and text.strip():
            self._field.append(text)
