"""What differs from reader to reader in a message: gaps in a text that is otherwise the same for all."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Gap = Literal["to", "message_id", "unsubscribe", "preferences"]
# A word for each of them, in this order.
Words = tuple[bytes, bytes, bytes, bytes]

_PLACES = {gap: place for place, gap in enumerate(get_args(Gap))}


class Marks:
    """Stand-ins for the values of gaps: letters and digits, so that nothing escapes or folds them; the
    nonce of the edition keeps other text from holding one."""

    def __init__(self, nonce: str) -> None:
        self.of = {gap: f"gap{nonce}{gap.replace('_', '')}end" for gap in get_args(Gap)}
        self._gaps = {mark: gap for gap, mark in self.of.items()}
        self._any = re.compile(f"({'|'.join(self._gaps)})")

    def cut(self, text: str) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
        """Give the texts around the marks, and what each mark stands for."""
        parts = self._any.split(text)
        return tuple(parts[::2]), tuple(self._gaps[mark] for mark in parts[1::2])


class Woven:
    """Pieces of text, the same for all readers, and in the gaps between them words of each reader's own."""

    def __init__(self, texts: Sequence[bytes], gaps: Sequence[Gap]) -> None:
        self._pieces = [b""] * (2 * len(texts) - 1)
        self._pieces[::2] = texts
        self.chosen = _choosing([_PLACES[gap] for gap in gaps])

    def with_words(self, words: Iterable[bytes]) -> list[bytes]:
        """Put a word into each gap, in their order."""
        pieces = self._pieces.copy()
        pieces[1::2] = words
        return pieces

    def filled(self, words: Words) -> list[bytes]:
        """Put the word of its kind into each gap."""
        pieces = self._pieces.copy()
        pieces[1::2] = self.chosen(words)
        return pieces


def gapped(text: bytes, marks: Marks) -> Woven:
    """Cut a text at its marks."""
    texts, gaps = marks.cut(text.decode("utf-8"))
    return Woven([piece.encode("utf-8") for piece in texts], gaps)


def _choosing(places: Sequence[int]) -> Callable[[Words], tuple[bytes, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda words: tuple(words[place] for place in places)
