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
    """Texts, the same for all readers, and in the gaps between them words of each reader's own.

    `places` say for each gap which of the words it takes.
    """

    def __init__(self, texts: Sequence[bytes], places: Sequence[int]) -> None:
        self._texts = tuple(texts)
        order = [0]
        for text, place in enumerate(places, start=1):
            order += (len(texts) + place, text)
        self._in_order = choosing(order)

    def filled(self, words: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """Give the texts with the words between them."""
        return self._in_order(self._texts + words)


def gapped(text: bytes, marks: Marks) -> Woven:
    """Cut a text at its marks; `Words` are what fills it."""
    texts, gaps = marks.cut(text.decode("utf-8"))
    return Woven([piece.encode("utf-8") for piece in texts], places_of(gaps))


def places_of(gaps: Iterable[Gap]) -> list[int]:
    """Say where among `Words` the words for these gaps stand."""
    return [_PLACES[gap] for gap in gaps]


def choosing(places: Sequence[int]) -> Callable[[tuple[bytes, ...]], tuple[bytes, ...]]:
    """Give what takes the values at these places out of others."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple(values[place] for place in places)
