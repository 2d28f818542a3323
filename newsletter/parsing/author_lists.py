"""A list of authors as arXiv has it: one text, with affiliations in between.

The form is free: "A. Kurihara (1 and 2), Yoh Takei (3) and Z. Ivezi\\'c ((1) Tokyo, (2) JAXA)".
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from newsletter.parsing.readable import decoded_once
from newsletter.parsing.tex import plain
from newsletter.parsing.text import clean, clip, strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_AUTHORS = 200
_MAX_RAW_CHARS = 400_000
_MAX_NAME_CHARS = 200
_MAX_NAMES = 20_000
_PARENTHESIS = re.compile(r"[()]")
_BETWEEN = re.compile(r" ?[,;] ?(?:and |& ?)?| (?:and|&) ", re.IGNORECASE)
_GROUP = r"(?:collaborations?|consortium|team|group|working group|project)"
_GROUP_FIRST = re.compile(rf"^(?:the\s+)?([^:,]{{2,120}}?\b{_GROUP})\s*:\s*", re.IGNORECASE)
_FOR_A_GROUP = re.compile(
    rf"^(.{{2,120}}?)\s+(?:for|on behalf of)\s+(?:the\s+)?(.{{2,120}}\b{_GROUP})$", re.IGNORECASE
)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|phd|md)\.?", re.IGNORECASE)
_NO_NAME = re.compile(r"(?:et\s+al\.?|others|\W*|and)", re.IGNORECASE)


def names_in(text: str) -> tuple[str, ...]:
    """Part a list of authors at commas, semicolons and "and"; affiliations in parentheses are no names."""
    outside = clean(_outside_parentheses(_plain(text[:_MAX_RAW_CHARS])))
    if (group := _GROUP_FIRST.match(outside)) is not None:
        return (group[1], *_parted(outside[group.end() :]))
    return tuple(_parted(outside))


def names_of(names: Iterable[str]) -> tuple[str, ...]:
    """Clean names that a source has already parted."""
    cleaned = (_name(clean(_plain(name[: _MAX_NAME_CHARS * 8]))) for name in islice(names, _MAX_NAMES))
    return tuple(name for name in cleaned if name)


def _plain(text: str) -> str:
    return plain(strip_controls(decoded_once(text)))


def _parted(text: str) -> Iterator[str]:
    """Give the names in a text without parentheses; `Jr.` and the like belong to the name before."""
    held: str | None = None
    for part in _BETWEEN.split(text):
        if held is not None and _SUFFIX.fullmatch(part.strip()):
            if len(held) < _MAX_NAME_CHARS:  # what is behind is cut off in any case
                held = f"{held} {clean(part)}"
            continue
        yield from _spoken(held)
        held = part
    yield from _spoken(held)


def _spoken(part: str | None) -> Iterator[str]:
    name = clean(part or "")
    if (found := _FOR_A_GROUP.match(name)) is not None:
        yield found[1]
        name = found[2]
    if name := _name(name):
        yield name


def _name(text: str) -> str:
    return "" if _NO_NAME.fullmatch(text) else clip(text.removeprefix("and "), _MAX_NAME_CHARS)


def _outside_parentheses(text: str) -> str:
    """Leave out what stands in parentheses, nested ones too; one that never closes runs to the end."""
    kept, depth, at = [], 0, 0
    for found in _PARENTHESIS.finditer(text):
        if depth == 0:
            kept.append(text[at : found.start()])
        depth = depth + 1 if found[0] == "(" else max(depth - 1, 0)
        at = found.end()
    if depth == 0:
        kept.append(text[at:])
    return " ".join(kept)
