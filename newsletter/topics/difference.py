"""Which papers two sets of sections place differently."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Paper, Placement, SectionSlug
    from newsletter.topics.sorting import Sorting


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A paper that changes its home; None is "More papers"."""

    paper: Paper
    old: SectionSlug | None
    new: SectionSlug | None
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a change of the configuration would do to `papers` papers."""

    papers: int
    moves: tuple[Move, ...]

    def counts(self) -> tuple[tuple[SectionSlug | None, SectionSlug | None, int], ...]:
        """Count the moves by old and new home, most first."""
        pairs = Counter((move.old, move.new) for move in self.moves)
        return tuple(
            (old, new, count)
            for (old, new), count in sorted(
                pairs.items(), key=lambda item: (-item[1], item[0][0] or "", item[0][1] or "")
            )
        )


def difference(days: Sequence[Sequence[Paper]], old: Sorting, new: Sorting) -> Difference:
    """Place every day's papers both ways, each day by itself as an issue would."""
    moves = [
        move
        for papers in days
        for before, after in zip(old.place(papers), new.place(papers), strict=True)
        if (move := _move(before, after))
    ]
    return Difference(papers=sum(map(len, days)), moves=tuple(moves))


def _move(before: Placement, after: Placement) -> Move | None:
    if before.section == after.section:
        return None
    return Move(paper=after.paper, old=before.section, new=after.section, score=after.score)
