"""What earlier papers tell about how common a term is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.topics.profiles import profile_paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newsletter.model import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Counts over earlier papers, without their texts: in how many of `papers` each term stands."""

    papers: int
    counts: Mapping[str, int] = field(hash=False, repr=False)


def background_of(papers: Iterable[Paper]) -> Background:
    """Count the terms of papers; one that comes twice counts twice."""
    counts: Counter[str] = Counter()
    total = 0
    for paper in papers:
        counts.update(set(profile_paper(paper).terms))
        total += 1
    return Background(papers=total, counts=counts)
