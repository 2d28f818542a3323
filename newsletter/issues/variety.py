"""Variety: of papers that are alike, the second one stands lower (maximal marginal relevance).

Carbonell and Goldstein, "The use of MMR, diversity-based reranking", SIGIR 1998.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace, nlargest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# The heaviest terms of a paper tell what it is about; all of them take five times as long to compare.
_TERMS = 30
# No section shows more, and what stands so far down need only differ from these.
_COMPARED = 50


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is: what was taken from the score of a paper, for being how much like which other."""

    number: int
    loss: int = 0
    likeness: float = 0.0
    like: int | None = None


class Likeness:
    """Papers as vectors of their heaviest terms (TF-IDF): `rarity` weighs all terms that tell something."""

    def __init__(self, counts: Iterable[Mapping[str, int]], rarity: Mapping[str, float]) -> None:
        self._vectors = [_vector(count, rarity) for count in counts]
        self._found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, vector in enumerate(self._vectors):
            for term, weight in vector.items():
                self._found[term].append((number, weight))

    def of(self, number: int) -> Mapping[int, float]:
        """Say how much others are like one: from 0, where they are not named, to 1."""
        likeness: dict[int, float] = defaultdict(float)
        for term, weight in self._vectors[number].items():
            for other, its in self._found[term]:
                likeness[other] += weight * its
        return likeness


def in_turn(scores: Sequence[int], likeness: Likeness, diversity: int) -> list[Turn]:
    """Order numbers: each time the best score, less `diversity` times the likeness to the most similar one
    above it; of equals the first. So what is left of the scores never rises from one to the next."""
    turns = [Turn(number) for number in range(len(scores))]
    waiting = [(-score, number) for number, score in enumerate(scores)]
    heapify(waiting)
    order: list[Turn] = []
    while waiting:
        value, number = waiting[0]
        now = turns[number].loss - scores[number]
        if now > value:
            heapreplace(waiting, (now, number))
            continue
        heappop(waiting)
        order.append(turns[number])
        if diversity and len(order) <= _COMPARED:
            _note_likeness(turns, number, likeness.of(number), diversity)
    return order


def _note_likeness(turns: list[Turn], chosen: int, likeness: Mapping[int, float], diversity: int) -> None:
    for other, how_much in likeness.items():
        if how_much > turns[other].likeness:
            turns[other] = Turn(other, round(diversity * min(how_much, 1.0)), how_much, chosen)


def _vector(counts: Mapping[str, int], rarity: Mapping[str, float]) -> dict[str, float]:
    weighed = [
        (weight if count == 1 else weight * (1 + math.log(count)), term)
        for term, count in counts.items()
        if (weight := rarity.get(term))
    ]
    heaviest = nlargest(_TERMS, weighed)
    length = math.sqrt(sum(weight * weight for weight, _ in heaviest))
    return {term: weight / length for weight, term in heaviest}
