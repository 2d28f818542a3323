"""Finding many phrases in a text at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Phrase = tuple[str, ...]


class PhraseFinder:
    """Knows a set of phrases (stems in order); the cost of a search hardly grows with their number."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._wanted = frozenset(phrases)
        self._lengths = sorted({len(phrase) for phrase in self._wanted})

    def find(self, stems: Sequence[str]) -> frozenset[Phrase]:
        """Give the phrases that stand in the text, whole and in order."""
        stems = tuple(stems)
        windows = (
            stems[start : start + length]
            for length in self._lengths
            for start in range(len(stems) - length + 1)
        )
        return frozenset(window for window in windows if window in self._wanted)
