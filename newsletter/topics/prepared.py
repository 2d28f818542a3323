"""Everything about earlier papers that does not depend on the sections, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newsletter.topics.background import shipped_background
from newsletter.topics.pool import name_of_title, united
from newsletter.topics.weighing import inverse_frequency, unit_rows, weighed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.topics.background import Background
    from newsletter.topics.pool import Pool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """Earlier papers as vectors: `rows` of unit length, the same by column, and `points` in the space of
    meanings. The first `shipped` rows came with the package, the others are the newsletter's own past."""

    pool: Pool
    weights: Any
    rows: Any
    columns: Any
    points: Any
    shipped: int
    names: dict[str, int]

    def row_of(self, example: str) -> int | None:
        """Find a paper of the past by a key, an id or its title."""
        return self.names.get(example, self.names.get(name_of_title(example)))

    def rows_of(self, examples: Iterable[str]) -> tuple[int, ...]:
        """Find the papers of the past among examples."""
        rows = (self.row_of(example) for example in examples)
        return tuple(sorted({row for row in rows if row is not None}))


@lru_cache(maxsize=4)
def prepared(background: Background | None) -> Prepared:
    """Put the newsletter's own past beside what ships."""
    pool = shipped_background().pool
    if pool is None:
        raise ValueError("the package ships no statistics")
    shipped = pool.counts.shape[0]
    if background is not None and background.pool is not None and background.papers:
        pool = united(pool, background.pool)
    weights = inverse_frequency(pool.documents, pool.papers)
    rows = weighed(pool.counts, weights)
    return Prepared(
        pool=pool,
        weights=weights,
        rows=rows,
        columns=rows.tocsc(),
        points=unit_rows(rows[:, : len(pool.stems)] @ pool.meaning),
        shipped=shipped,
        names={
            name: row for row, names in enumerate(pool.names) for name in (names.split("\t") if names else ())
        },
    )
