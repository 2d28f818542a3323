"""How much of a document was understood, as a value and in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newsletter.model import Coverage, Gap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.model import Paper


def coverage_of(papers: Sequence[Paper], *, years_given: Mapping[int, int] | None = None) -> Coverage:
    """Count the papers that have a date (of whatever kind), authors (or their number) and an abstract."""
    gaps = Counter(missing for paper in papers if (missing := _missing(paper)))
    return Coverage(
        papers=len(papers),
        complete=len(papers) - gaps.total(),
        gaps=tuple(Gap(missing=missing, papers=count) for missing, count in sorted(gaps.items())),
        years_given=dict(sorted((years_given or {}).items())),
    )


def describe(coverage: Coverage) -> str:
    """Say it in one line: "75 papers: 73 complete, 2 without date; 22 dates given the year 2025"."""
    parts = [f"{coverage.complete} complete"]
    parts += [f"{gap.papers} without {_listed(gap.missing)}" for gap in coverage.gaps]
    line = f"{_counted(coverage.papers, 'paper')}: {', '.join(parts)}" if coverage.papers else "0 papers"
    years = [
        f"{_counted(count, 'date')} given the year {year}" for year, count in coverage.years_given.items()
    ]
    return "; ".join([line, *years])


def _missing(paper: Paper) -> tuple[str, ...]:
    facts = {
        "date": paper.published or paper.updated or paper.announced,
        "authors": paper.authors or paper.author_count,
        "abstract": paper.abstract,
    }
    return tuple(name for name, value in facts.items() if value is None)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
