"""TF-IDF vectors of papers and sections, and the cosines between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.topics.background import Background

Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """Cosines of papers (rows) and sections (columns), and what they are made of."""

    cosines: list[list[float]]
    papers: Any
    sections: Any
    names: Sequence[str]

    def shares(self, paper: int, section: int) -> dict[str, float]:
        """Say how much each common term adds to the cosine."""
        products = self.papers[paper].multiply(self.sections[section]).tocoo()
        return {
            self.names[column]: float(share)
            for column, share in zip(products.col, products.data, strict=True)
        }


def compare(papers: Sequence[Terms], sections: Sequence[Terms], background: Background | None) -> Similarity:
    """Weigh the terms and take the cosines; at least one section has a term.

    Only papers and background decide how much a term weighs, so that a further section changes nothing for
    the others.
    """
    counter = CountVectorizer(analyzer=tuple).fit([*papers, *sections])
    names = counter.get_feature_names_out().tolist()
    counts = counter.transform(papers)
    weights = _inverse_frequency(counts, names, background)
    rows = _weigh(counts, weights)
    columns = _weigh(counter.transform(sections), weights)
    return Similarity(
        cosines=(rows @ columns.T).toarray().tolist(), papers=rows, sections=columns, names=names
    )


def _inverse_frequency(counts: Any, names: Sequence[str], background: Background | None) -> Any:
    """Weigh rare terms more, smoothed as if one more paper held every term."""
    held = np.bincount(counts.indices, minlength=len(names)).astype(float)
    total = float(counts.shape[0])
    if background is not None:
        held += np.array([background.counts.get(name, 0) for name in names], dtype=float)
        total += background.papers
    return np.log((1 + total) / (1 + held)) + 1


def _weigh(counts: Any, weights: Any) -> Any:
    """Dampen counts (1 + log), weigh each term and give every row the length 1."""
    rows = counts.astype(float)
    rows.data = (1 + np.log(rows.data)) * weights[rows.indices]
    return normalize(rows, copy=False)
