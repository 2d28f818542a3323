"""A short text about a paper, and the shorter forms of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Origin = Literal["source", "extract"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a summary. `forms` are the whole sentence, then ever shorter sentences made of its
    beginning. The one of `rank` 0 tells most; one that `leans` says nothing without the one before it."""

    forms: tuple[str, ...]
    rank: int
    leans: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A short text about a paper and who wrote it ("source", "extract").

    `text` is what a card shows by itself; `sentences`, in reading order, are what `within` chooses from.
    """

    text: str
    origin: Origin
    sentences: tuple[Sentence, ...] = ()

    def within(self, max_chars: int, *, max_sentences: int = 3) -> str:
        """Give the most telling sentences in about `max_chars` characters: up to a fifth more is taken
        rather than a shorter form. "" where not even the shortest form of the first one fits."""
        sentences = self.sentences or (Sentence(forms=(self.text,), rank=0),)
        room = max_chars * 6 // 5
        best = min(range(len(sentences)), key=lambda i: sentences[i].rank)
        fitting = [form for form in sentences[best].forms if len(form) <= room]
        heads = [form for form in fitting if len(form) * 2 >= len(fitting[0])]
        tries = [_filled(sentences, {best: head}, room, max_sentences) for head in heads]
        chosen = next((found for found in tries if len(found) > 1), tries[0] if tries else {})
        return " ".join(chosen[i] for i in sorted(chosen))


def _filled(
    sentences: Sequence[Sentence], chosen: dict[int, str], room: int, max_sentences: int
) -> dict[int, str]:
    """Add to the chosen sentences what tells most and fits."""
    for i in sorted(range(len(sentences)), key=lambda i: sentences[i].rank):
        left = room - sum(len(form) + 1 for form in chosen.values())
        form = next((form for form in sentences[i].forms if len(form) <= left), None)
        stands = i not in chosen and (not sentences[i].leans or i - 1 in chosen)
        if form and stands and len(chosen) < max_sentences:
            chosen[i] = form
    return chosen
