"""What a fit of papers to sections consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsletter.topics.reading import Reading
    from newsletter.topics.vectors import Vectors

_LEAST_ODDS = 0.5  # what was learnt of a paper's words and says less than this is chance
# A paper of no section often shares its keywords and general direction with one all the same: these tell
# sections apart, but hardly whether one fits at all. There the words of papers that fit nothing tell twice.
_CHANCE_HITS = 0.75


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitness:
    """Papers (rows) and sections (columns): how well they fit (`total`), how much of that tells that a paper
    belongs to a section at all (`sure`), and whether they have anything in common."""

    total: Any
    sure: Any
    common: Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fits:
    """How papers fit sections by `all` that is known, what it would be `without` each kind of evidence, and
    which keywords and excluded terms were found."""

    all: Fitness
    excluded: Any
    without: dict[str, Fitness]
    keywords: list[dict[int, tuple[str, ...]]]
    reading: Reading
    vectors: Vectors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """What a fit consists of: shared `words`, likeness of `meaning`, `keywords`, what was `learnt` of words
    (`rest`: that they fit no section), and the categories and authors that are `wanted`. `foreign` makes all
    fits less sure, the more papers there are that no section asks for."""

    words: Any
    meaning: Any
    keywords: Any
    learnt: Any
    rest: Any
    wanted: Any
    foreign: float

    def fit(self) -> Fitness:
        """Add the parts up."""
        learnt, wanted = self.learnt - self.rest, self.wanted
        total = self.words + self.meaning + self.keywords + learnt + wanted
        return Fitness(
            total=total,
            sure=total - self.meaning - _CHANCE_HITS * self.keywords - self.rest - self.foreign,
            common=(self.words > 0) | (self.learnt > _LEAST_ODDS) | (self.keywords + wanted > 0),
        )
