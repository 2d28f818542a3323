"""Which terms of each paper speak loudest for a section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from newsletter.model import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.topics.fits import Fits
    from newsletter.topics.fitting import Fitting

_DECIDING_TERMS = 5
_DIGITS = 6  # more would be noise of floating point


def deciding_terms(fitting: Fitting, fits: Fits, sections: Sequence[int]) -> list[tuple[Term, ...]]:
    """Name the terms that speak loudest for the given section of each paper (-1 for none), as it writes them,
    with their part of all that speaks for it."""
    entries, weights, counts = _heaviest(fits.vectors.rows, fitting.speaking, np.asarray(sections))
    texts = _spelt(fits, entries)
    terms = [Term(text=text, weight=weight) for text, weight in zip(texts, weights.tolist(), strict=True)]
    ends = np.cumsum(counts).tolist()
    return [tuple(terms[end - count : end]) for end, count in zip(ends, counts.tolist(), strict=True)]


def _heaviest(rows: Any, speaking: Any, sections: Any) -> tuple[Any, Any, Any]:
    """Choose the heaviest entries of every row: their places, their weights, and how many each row has."""
    papers = np.repeat(np.arange(len(sections)), np.diff(rows.indptr))
    shares = rows.data * speaking[sections[papers], rows.indices]
    shares[(shares < 0) | (sections[papers] < 0)] = 0
    sums = np.bincount(papers, shares, minlength=len(sections))
    weights = np.round(shares / np.where(sums > 0, sums, 1)[papers], _DIGITS)
    entries = np.flatnonzero(weights > 0)
    entries = entries[np.argsort(2.0 * papers[entries] - weights[entries], kind="stable")]
    rank = np.arange(len(entries)) - np.searchsorted(papers[entries], papers[entries])
    entries = entries[rank < _DECIDING_TERMS]
    return entries, weights[entries], np.bincount(papers[entries], minlength=len(sections))


def _spelt(fits: Fits, entries: Any) -> list[str]:
    surfaces = fits.reading.surfaces
    starts, ends = fits.vectors.starts[entries].tolist(), fits.vectors.ends[entries].tolist()
    return [
        surfaces[start] if start == end else " ".join(surfaces[start : end + 1])
        for start, end in zip(starts, ends, strict=True)
    ]
