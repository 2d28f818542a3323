"""What differs from reader to reader in a message: gaps in a text that is otherwise the same for all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Gap = Literal["to", "message_id", "unsubscribe", "preferences"]


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


class GappedText:
    """A text in pieces, between which stands what is a reader's own."""

    def __init__(self, text: bytes, marks: Marks) -> None:
        texts, self._gaps = marks.cut(text.decode("utf-8"))
        self._texts = tuple(piece.encode("utf-8") for piece in texts)

    def filled(self, words: Mapping[Gap, bytes]) -> list[bytes]:
        """Give the pieces and the words between them."""
        return woven(self._texts, map(words.__getitem__, self._gaps))


def woven(texts: Sequence[bytes], words: Iterable[bytes]) -> list[bytes]:
    """Put a word into each gap between the texts."""
    whole = [b""] * (2 * len(texts) - 1)
    whole[::2] = texts
    whole[1::2] = words
    return whole
