"""The words of a text that decided where its paper went."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.topics.words import stem_of, stems_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `is_marked` if it is one of the words that decided."""

    text: str
    is_marked: bool = False


@lru_cache(maxsize=2_000)
def highlighted(text: str, phrases: tuple[str, ...]) -> tuple[Piece, ...]:
    """Part a text at each phrase in it, the longest first; case and plural make no difference."""
    sought = sorted({stems_of(phrase) for phrase in phrases} - {()}, key=len, reverse=True)
    return tuple(_parted(text, sought)) if sought else (Piece(text),)


@lru_cache(maxsize=1_000)
def _words(text: str) -> tuple[tuple[int, int, str], ...]:
    """Say where each word stands, and its stem."""
    return tuple((found.start(), found.end(), stem_of(found[0])) for found in _WORD.finditer(text))


def _parted(text: str, sought: Sequence[tuple[str, ...]]) -> Iterator[Piece]:
    words = _words(text)
    stems = [stem for _, _, stem in words]
    done = at = 0
    while at < len(words):
        length = next((len(one) for one in sought if tuple(stems[at : at + len(one)]) == one), 0)
        if not length:
            at += 1
            continue
        start, end = words[at][0], words[at + length - 1][1]
        if start > done:
            yield Piece(text[done:start])
        yield Piece(text[start:end], is_marked=True)
        done, at = end, at + length
    if done < len(text):
        yield Piece(text[done:])
