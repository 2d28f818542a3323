"""Whether a daily feed of arXiv has what its listing page has: a feed cannot prove that it moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.model import Paper, PaperKey, Parsed

_ENOUGH = 0.5  # one that stood still had 16 of 228, one that moved has nearly all


def agree(feed: Parsed, listing: Parsed, category: str) -> bool:
    """Compare new papers and cross-lists of a category; later versions may be missing in a feed."""
    listed = _first_seen(listing.papers)
    fed = _first_seen(paper for paper in feed.papers if _is_in(paper, category))
    if not listed:
        return not fed
    return len(fed & listed) >= _ENOUGH * len(listed)


def _first_seen(papers: Iterable[Paper]) -> set[PaperKey]:
    return {paper.key for paper in papers if "replacement" not in paper.flags}


def _is_in(paper: Paper, category: str) -> bool:
    """Whether a paper is in a category, or in one of an archive such as "cs"."""
    return any(name == category or name.startswith(f"{category}.") for name in paper.categories or ())
