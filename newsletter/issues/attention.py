"""How much attention a paper found, against what is usual at its source.

Sources count differently, and some count nothing: two papers can be compared only through what is usual at
the source of each. So a count adds to a rank, or takes from it, by how far it lies from the usual one, on a
scale of logarithms; and a paper without one stands as if it had the usual one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from newsletter.model import Paper

Kind = Literal["upvotes", "comments", "stars"]
KINDS: tuple[Kind, ...] = ("upvotes", "comments", "stars")
# As many papers, all without a count, are thought to belong to every source: few say little of what is usual.
_DOUBT = 5
# Eight times the usual count is far from it, however close to each other the counts of a source are.
_LEAST_REACH = 3.0
_OUTSTANDING = 0.95
_MOST = 10**12
_COMMUNITY = "hf"


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual at a source, and how far a count lies from it that is among its farthest: logarithms to
    the base 2 of counts that age has lessened."""

    log: float = 0.0
    reach: float = _LEAST_REACH

    def beyond(self, log: float) -> float:
        """Say how far a count is beyond the usual one, from -1 to 1."""
        return max(-1.0, min((log - self.log) / self.reach, 1.0))

    @property
    def count(self) -> int:
        return round(2**self.log - 1)


def listed_by(paper: Paper) -> str | None:
    """Name the source whose readers counted, and whose order a paper stood in: Hugging Face wherever it has
    the paper, even if what we know of it comes from arXiv."""
    return _COMMUNITY if _COMMUNITY in paper.ids else paper.source


class Attention:
    """What is known of the papers of an issue, and what of that is usual."""

    def __init__(self, papers: Iterable[Paper], day: date, half_life_days: float) -> None:
        self._day = day
        self._half_life_days = half_life_days
        known: dict[tuple[str | None, Kind], list[float | None]] = defaultdict(list)
        for paper in papers:
            for kind in KINDS:
                known[listed_by(paper), kind].append(self.log_of(paper, kind))
        self._usual = {which: _usual(logs) for which, logs in known.items()}

    def age_of(self, paper: Paper) -> int | None:
        """Count the days since a paper was first shown; None where nobody says."""
        shown = paper.announced or paper.published
        return None if shown is None else max((self._day - shown).days, 0)

    def log_of(self, paper: Paper, kind: Kind) -> float | None:
        """Give the logarithm of a count that age has lessened; None where the source gives none."""
        count: int | None = getattr(paper, kind)
        if count is None:
            return None
        halvings = (self.age_of(paper) or 0) / self._half_life_days
        return math.log2(1 + min(max(count, 0), _MOST) * 0.5 ** min(halvings, 1_000))

    def usual_for(self, paper: Paper, kind: Kind) -> Usual:
        return self._usual.get((listed_by(paper), kind), Usual())


def _usual(logs: Sequence[float | None]) -> Usual:
    """Find the middle one of a source's papers; it has no count if most show none: then a count is only a
    gain."""
    known = sorted(log for log in logs if log is not None)
    if not known:
        return Usual()
    middle = (len(logs) - 1) // 2 - (len(logs) - len(known))
    log = (known[middle] if middle >= 0 else 0.0) * len(known) / (len(known) + _DOUBT)
    distances = sorted(abs(one - log) for one in known)
    farthest = distances[math.ceil(_OUTSTANDING * len(distances)) - 1]
    return Usual(log=log, reach=max(farthest, _LEAST_REACH))
