"""How high a paper stands in its section, as a sum that can be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One number of the sum: what it is for ("upvotes"), what it adds, and why ("42 upvotes, 3 days old").

    `value` has at most three decimals, so that what is printed is what was added.
    """

    name: str
    value: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """What decides the order within a section: the highest `total` stands first, of equals what comes first
    at its source. `total` is the sum of `parts`, to the third decimal. What is not known has no part."""

    total: float
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingPolicy:
    """How much each reason counts, at most: 0 switches one off.

    `place` is for the order of the source, `match` for how well a paper fits its section; a count loses half
    of its worth every `half_life_days`. `diversity` is what a paper loses that is the same as one above it,
    `seen` what one loses that was shown very often. Papers by `authors` come first in every section.
    """

    place: float = 1.0
    upvotes: float = 0.6
    comments: float = 0.3
    stars: float = 0.3
    match: float = 0.2
    seen: float = 0.5
    diversity: float = 0.2
    half_life_days: float = 7.0
    authors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        weights = (self.place, self.upvotes, self.comments, self.stars, self.match, self.seen, self.diversity)
        if min(weights) < 0 or self.half_life_days <= 0:
            raise ValueError("a weight cannot be negative, and a half-life is longer than nothing")
