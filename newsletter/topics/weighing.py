"""TF-IDF weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix


def inverse_frequency(documents: Any, papers: int) -> Any:
    """Weigh rare terms more, smoothed as if one more paper held every term."""
    return (np.log((1 + papers) / (1 + documents)) + 1).astype(np.float32)


def weighed(counts: Any, weights: Any) -> Any:
    """Dampen counts (1 + log), weigh each term and give every row the length 1."""
    rows = csr_matrix(
        ((1 + np.log(counts.data)) * weights[counts.indices], counts.indices, counts.indptr),
        shape=counts.shape,
    )
    lengths = row_lengths(rows)
    rows.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(rows.indptr)).astype(rows.data.dtype)
    return rows


def row_lengths(rows: Any) -> Any:
    """Give the Euclidean length of every row."""
    numbers = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    return np.sqrt(np.bincount(numbers, rows.data.astype(np.float64) ** 2, minlength=rows.shape[0]))


def unit_rows(points: Any) -> Any:
    """Give every row the length 1; rows of nothing stay."""
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return points / np.where(lengths > 0, lengths, 1)
