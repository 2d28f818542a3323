"""Making a pool small enough to ship, and leaving no single paper's words in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD

from newsletter.topics.pool import with_common_terms
from newsletter.topics.weighing import inverse_frequency, unit_rows, weighed

if TYPE_CHECKING:
    from newsletter.topics.pool import Pool

_DIMENSIONS = 200
_LEAST_PAPERS_OF_STEM = 2
_LEAST_PAPERS_OF_MEANING = 5
_LEAST_PAPERS_OF_PAIR = 4
_MOST_IN_GROUP = 4
_POWER_STEPS = 5


def condensed(pool: Pool) -> Pool:
    """Drop rare terms, learn the meaning of stems, and add up papers that resemble each other, three or four
    to a group."""
    pool = with_common_terms(pool, stems=_LEAST_PAPERS_OF_STEM, pairs=_LEAST_PAPERS_OF_PAIR)
    rows = weighed(pool.counts, inverse_frequency(pool.documents, pool.papers))
    meaning = _meaning(rows[:, : len(pool.stems)], pool.documents[: len(pool.stems)])
    if meaning is None:
        return replace(pool, names=())
    groups = _groups(unit_rows(rows[:, : len(pool.stems)] @ meaning))
    members = csr_matrix(
        (np.ones(len(groups), dtype=np.float32), (groups, np.arange(len(groups)))),
        shape=(int(groups.max()) + 1, len(groups)),
    )
    return replace(pool, counts=(members @ pool.counts).tocsr(), names=(), meaning=meaning)


def _meaning(rows: Any, documents: Any) -> Any:
    """Find the main directions of the rows (truncated singular value decomposition); None with too few."""
    common = np.flatnonzero(documents >= _LEAST_PAPERS_OF_MEANING)
    dimensions = min(_DIMENSIONS, len(common) - 1, rows.shape[0] - 1)
    if dimensions < 1:
        return None
    directions = TruncatedSVD(dimensions, algorithm="arpack", random_state=0).fit(
        rows[:, common].astype(np.float64)
    )
    meaning = np.zeros((rows.shape[1], dimensions), dtype=np.float32)
    meaning[common] = directions.components_.T
    return meaning


def _groups(points: Any) -> Any:
    """Number the groups of points: halve along the longest axis until the parts are small."""
    numbers = np.zeros(len(points), dtype=np.int64)
    waiting, done = [np.arange(len(points))], 0
    while waiting:
        part = waiting.pop()
        if len(part) <= _MOST_IN_GROUP:
            numbers[part] = done
            done += 1
            continue
        ordered = part[np.argsort(_along_main_axis(points[part]), kind="stable")]
        waiting += [ordered[: len(part) // 2], ordered[len(part) // 2 :]]
    return numbers


def _along_main_axis(points: Any) -> Any:
    centred = points - points.mean(axis=0)
    axis = centred[np.argmax((centred**2).sum(axis=1))]
    for _ in range(_POWER_STEPS):
        axis = centred.T @ (centred @ axis)
        axis /= max(float(np.linalg.norm(axis)), 1e-12)
    return centred @ axis
