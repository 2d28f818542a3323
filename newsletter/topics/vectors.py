"""Texts as weighted vectors over the terms of earlier papers and of the sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from newsletter.topics.reading import Lexicon, pair_key, pair_terms, read_texts, single_terms
from newsletter.topics.weighing import unit_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.topics.prepared import Prepared
    from newsletter.topics.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vectors:
    """Texts as rows of unit length; `points` are their directions in the space of meanings and `lengths` what
    these were divided by. `starts` and `ends` say for each entry of `rows` where its term first stands."""

    rows: Any
    points: Any
    lengths: Any
    starts: Any
    ends: Any


class Vocabulary:
    """The terms that count: those of earlier papers, then those that only sections have."""

    def __init__(self, prepared: Prepared, texts: Sequence[str]) -> None:
        pool = prepared.pool
        self.lexicon = Lexicon(pool.stems)
        self._known_stems = len(pool.stems)
        reading = read_texts(texts, self.lexicon)
        self._stems = len(self.lexicon.stems) - 1
        known = (
            pair_key(*(pool.pairs.T.astype(np.int64) + 1)) if len(pool.pairs) else np.zeros(0, dtype=np.int64)
        )
        own = np.unique(pair_terms(reading, self.lexicon.telling).keys)
        new = own[np.isin(own, known, invert=True)]
        stems_only_here = self._stems - self._known_stems
        first_new = self._known_stems + len(known) + stems_only_here
        keys = np.concatenate([known, new])
        columns = np.concatenate([self._known_stems + np.arange(len(known)), first_new + np.arange(len(new))])
        order = np.argsort(keys)
        self._keys, self._columns = keys[order], columns[order]
        self._shift = len(known)
        self.width = first_new + len(new)
        self.known = len(prepared.weights)
        rarest = np.float32(np.log(1 + pool.papers) + 1)
        self._weights = np.concatenate(
            [prepared.weights, np.full(self.width - self.known, rarest, dtype=np.float32)]
        )
        self._rarest = rarest
        self._meaning = pool.meaning

    def vectors(self, reading: Reading) -> Vectors:
        """Weigh the terms of texts. A word that nobody knows makes a text longer and matches nothing."""
        telling = self.lexicon.telling
        singles, pairs = single_terms(reading, telling), pair_terms(reading, telling)
        at = np.minimum(np.searchsorted(self._keys, pairs.keys), len(self._keys) - 1)
        kept = np.flatnonzero(self._keys[at] == pairs.keys) if len(self._keys) else at[:0]
        columns = np.concatenate([self._columns_of_stems(singles.keys), self._columns[at[kept]]])
        rows = np.concatenate([singles.rows, pairs.rows[kept]])
        starts, ends = (
            np.concatenate([singles.starts, pairs.starts[kept]]),
            np.concatenate([singles.ends, pairs.ends[kept]]),
        )
        return self._weighed(reading.texts, rows, columns, starts, ends)

    def _columns_of_stems(self, numbers: Any) -> Any:
        known = numbers <= self._known_stems
        # a stem met only in a paper stands beyond the width, each in a column of its own
        here = numbers <= self._stems
        return np.where(known, numbers - 1, np.where(here, numbers - 1 + self._shift, self.width + numbers))

    def _weighed(self, texts: int, rows: Any, columns: Any, starts: Any, ends: Any) -> Vectors:
        keys = (rows << 32) | columns
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
        counts = np.diff(np.r_[first, len(keys)])
        order = order[first]
        rows, columns, starts, ends = rows[order], columns[order], starts[order], ends[order]
        inside = columns < self.width
        weights = np.where(inside, self._weights[np.where(inside, columns, 0)], self._rarest)
        values = (1 + np.log(counts)) * weights
        lengths = np.sqrt(np.bincount(rows, values**2, minlength=texts))
        values = (values / lengths[rows])[inside].astype(np.float32)
        indptr = np.r_[0, np.cumsum(np.bincount(rows[inside], minlength=texts))]
        matrix = csr_matrix((values, columns[inside].astype(np.int32), indptr), shape=(texts, self.width))
        points = self.meanings(matrix)
        spread = np.linalg.norm(points, axis=1)
        return Vectors(
            rows=matrix, points=unit_rows(points), lengths=spread, starts=starts[inside], ends=ends[inside]
        )

    def meanings(self, rows: Any) -> Any:
        """Place rows in the space of meanings."""
        return rows[:, : self._known_stems] @ self._meaning

    def columns_of_phrases(self, phrases: Sequence[tuple[str, ...]]) -> list[tuple[int, ...]]:
        """Give the columns that a text with each phrase has among earlier papers; none if unknown."""
        rows = self.vectors(read_texts([" ".join(phrase) for phrase in phrases], self.lexicon)).rows
        return [
            self._sought(rows.indices[rows.indptr[row] : rows.indptr[row + 1]].tolist())
            for row in range(len(phrases))
        ]

    def _sought(self, columns: list[int]) -> tuple[int, ...]:
        """Of several words only the pairs say that they stand together."""
        wanted = (
            [column for column in columns if column >= self._known_stems] if len(columns) > 1 else columns
        )
        return tuple(wanted) if wanted and max(wanted) < self.known else ()

    def meaning_of_terms(self, points: Any) -> Any:
        """Say how much each term adds to the direction of given points (terms x points)."""
        spread = np.zeros((self.width, len(points)), dtype=np.float32)
        spread[: self._known_stems] = self._meaning @ points.T
        return spread
