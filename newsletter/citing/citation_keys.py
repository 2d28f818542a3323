"""Keys by which texts cite papers: `lee2025sparse-af23`.

The tail is of the paper's own key, so that a paper has one key in every export, whatever else is in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.citing.people import ascii_letters, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.model import Paper

_TAIL_CHARS = 4
_MAX_CHARS = 24
_EMPTY = frozenset(
    (
        "a", "an", "the", "on", "of", "in", "for", "to", "and", "or", "is", "are", "do", "does", "can", "how",
        "what", "why", "when", "with", "from", "by", "at", "as", "towards", "toward",
    )
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


def with_keys(papers: Iterable[Paper]) -> Iterator[tuple[str, Paper]]:
    """Give each paper its key; should two be alike, the later one has more of its tail."""
    given: set[str] = set()
    for paper in papers:
        tail = ascii_letters(paper.key) or "0"
        size = _TAIL_CHARS
        while (key := f"{_stem(paper)}-{tail[:size]}") in given and size < len(tail):
            size += _TAIL_CHARS
        number = 1
        while key in given:
            number += 1
            key = f"{_stem(paper)}-{tail}-{number}"
        given.add(key)
        yield key, paper


def _stem(paper: Paper) -> str:
    author = ascii_letters(name_of(paper.authors[0]).family) if paper.authors else ""
    words = [ascii_letters(word) for word in _WORD.findall(paper.title)]
    telling = next((word for word in words if word and word not in _EMPTY), "")
    year = str(paper.published.year) if paper.published else ""
    parts = [author[:_MAX_CHARS], year, telling[:_MAX_CHARS]]
    return "".join(parts if author else reversed(parts)) or "paper"  # no key begins with a digit
