"""The sections at a glance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.model import PlacingPolicy
from newsletter.topics.placing import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Paper, Section, SectionSlug
    from newsletter.topics.background import Background


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A section in numbers; `papers` are those it would get, None where there were none to place. The row of
    "More papers" has no slug."""

    slug: SectionSlug | None
    title: str
    keywords: int
    examples: int
    min_score: float | None
    max_papers: int | None
    papers: int | None


def overview(
    sections: Sequence[Section],
    papers: Sequence[Paper],
    *,
    policy: PlacingPolicy | None = None,
    background: Background | None = None,
) -> tuple[Overview, ...]:
    """Sum the sections up; with papers, "More papers" too."""
    policy = policy or PlacingPolicy()
    placements = place(papers, sections, policy=policy, background=background)
    homes = Counter(placed.section for placed in placements) if papers else None
    rows = [
        Overview(
            slug=section.slug,
            title=section.title,
            keywords=len(section.keywords),
            examples=len(section.examples),
            min_score=policy.min_score if section.min_score is None else section.min_score,
            max_papers=section.max_papers,
            papers=homes[section.slug] if homes else None,
        )
        for section in sections
    ]
    return (*rows, _more(homes[None])) if homes else tuple(rows)


def _more(papers: int) -> Overview:
    return Overview(
        slug=None,
        title="More papers",
        keywords=0,
        examples=0,
        min_score=None,
        max_papers=None,
        papers=papers,
    )
