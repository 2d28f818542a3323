"""How central a sentence is in its abstract, by the words that matter (TF-IDF)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING

from newsletter.topics.words import joins, stems_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Paper

Weights = dict[str, float]
Words = Mapping[str, int]


def words_in(paper: Paper) -> Words:
    """Count the words of a paper's title and abstract."""
    return Counter(stems_of(f"{paper.title} {paper.abstract or ''}"))


def rarity_of(papers: Sequence[Words]) -> Weights:
    """Give each word the logarithm of how few of the papers use it: what all of them say tells little."""
    frequency = Counter(chain.from_iterable(papers))
    return {stem: math.log((1 + len(papers)) / (1 + count)) + 1 for stem, count in frequency.items()}


class Abstract:
    """An abstract's sentences as vectors of words."""

    def __init__(self, title: str, sentences: Sequence[str], rarity: Mapping[str, float]) -> None:
        self._vectors = [_unit(_weighed(sentence, rarity)) for sentence in sentences]
        self._title = _unit(_weighed(title, rarity))
        total: Weights = defaultdict(float)
        for vector in self._vectors:
            for stem, weight in vector.items():
                total[stem] += weight
        self._centre = _unit(total)

    def centrality(self, number: int) -> float:
        """How much a sentence says of what the whole abstract says, from 0 to 1."""
        return _cosine(self._vectors[number], self._centre)

    def nearness_to_title(self, number: int) -> float:
        return _cosine(self._vectors[number], self._title)

    def likeness(self, one: int, other: int) -> float:
        return _cosine(self._vectors[one], self._vectors[other])


def _weighed(text: str, rarity: Mapping[str, float]) -> Weights:
    counts = Counter(stem for stem in stems_of(text) if not joins(stem))
    return {stem: count * rarity.get(stem, 1.0) for stem, count in counts.items()}


def _unit(vector: Weights) -> Weights:
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {stem: weight / length for stem, weight in vector.items()} if length else {}


def _cosine(one: Weights, other: Weights) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other.get(stem, 0.0) for stem, weight in one.items())
