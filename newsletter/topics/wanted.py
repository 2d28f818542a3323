"""Categories and authors that a section asks for."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np

from newsletter.favourites import Favourites

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Paper, Section

_CATEGORY = 1.5  # what a category of the section adds to a fit
_AUTHOR = 10.0  # and a favourite author, whose papers are wanted whatever they are about


def by_category(papers: Sequence[Paper], sections: Sequence[Section]) -> Any:
    """Say what the categories of papers (rows) add to their fit to sections (columns)."""
    if not any(section.categories for section in sections):
        return np.zeros((1, 1), dtype=np.float32)
    matches = [
        [_any_matches(paper.categories or (), section.categories) for section in sections] for paper in papers
    ]
    return _CATEGORY * np.array(matches, dtype=np.float32)


def _any_matches(categories: Sequence[str], patterns: Sequence[str]) -> bool:
    """Whether a category is wanted: "cs.CL", "astro-ph" with all below it, or "astro-ph.*"."""
    return any(
        category == pattern or category.startswith(f"{pattern}.") or fnmatchcase(category, pattern)
        for category in categories
        for pattern in patterns
    )


def by_author(papers: Sequence[Paper], sections: Sequence[Section]) -> Any:
    """Say what the authors of papers (rows) add to their fit to sections (columns)."""
    if not any(section.authors for section in sections):
        return np.zeros((1, 1), dtype=np.float32)
    wanted = [Favourites(section.authors) for section in sections]
    found = [[one.found_in(paper.authors) is not None for one in wanted] for paper in papers]
    return _AUTHOR * np.array(found, dtype=np.float32)
