"""From placements to an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from newsletter import week
from newsletter.issues.discovered import discovered_sections
from newsletter.issues.entries import entries_of
from newsletter.model import (
    Cadence,
    ComposingPolicy,
    Issue,
    IssueSection,
    LeftOut,
    PaperKey,
    Placement,
    RankingPolicy,
    Section,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date


def compose(
    placements: Iterable[Placement],
    sections: Sequence[Section],
    *,
    day: date,
    title: str,
    language: str = "en",
    cadence: Cadence = "daily",
    since: date | None = None,
    policy: ComposingPolicy | None = None,
    ranking: RankingPolicy | None = None,
    seen: Mapping[PaperKey, int] | None = None,
) -> Issue:
    """Make the issue of a day, or of the days from `since` to `day`.

    Sections keep the order they are configured in and empty ones are dropped; within a section papers keep
    the order of the source, which is its trending order. What exceeds a section's `max_papers`, worst fit
    first, moves to "More papers", whose papers keep that order too. A paper that comes twice (the same key)
    is shown once. Papers without a section but with a discovered group come after the configured sections,
    under the name of their group, the largest group first.

    `seen` says how many times earlier issues showed a paper.
    """
    del ranking, seen
    policy = policy or ComposingPolicy()
    unique, left_out = _without_repeats(placements)
    entries = entries_of(unique, policy)
    kept, overflow = _within_limits(unique, sections, policy)
    groups, ungrouped = discovered_sections(
        [entries[p.paper.key] for p in unique if p.section is None],
        policy,
        taken={section.slug for section in sections},
    )
    more = {entry.paper.key for entry in ungrouped} | overflow
    return Issue(
        slug=slug_of(day, cadence),
        day=day,
        cadence=cadence,
        revision=1,
        title=title,
        language=language,
        sections=tuple(
            IssueSection(
                slug=section.slug,
                title=section.title,
                description=section.description,
                entries=tuple(entries[p.paper.key] for p in kept[section.slug]),
            )
            for section in sections
            if kept[section.slug]
        )
        + groups,
        more=tuple(entries[p.paper.key] for p in unique if p.paper.key in more),
        left_out=left_out,
        since=None if since == day else since,
    )


def slug_of(day: date, cadence: Cadence) -> str:
    """Name an issue: "2025-11-07", "2025-11-10-weekdays", "2025-W45"."""
    match cadence:
        case "daily":
            return day.isoformat()
        case "weekdays":
            return f"{day.isoformat()}-weekdays"
        case "weekly":
            return week.name_of(day)
        case _:
            assert_never(cadence)


def _without_repeats(placements: Iterable[Placement]) -> tuple[list[Placement], tuple[LeftOut, ...]]:
    unique: dict[str, Placement] = {}
    repeats = []
    for placement in placements:
        paper = placement.paper
        if paper.key in unique:
            repeats.append(LeftOut(key=paper.key, title=paper.title, reason="listed twice in the input"))
        else:
            unique[paper.key] = placement
    return list(unique.values()), tuple(repeats)


def _within_limits(
    placements: Sequence[Placement], sections: Sequence[Section], policy: ComposingPolicy
) -> tuple[dict[str, list[Placement]], set[str]]:
    """Return what each section shows, and the keys of the papers that did not fit: those that fit worst."""
    kept: dict[str, list[Placement]] = {section.slug: [] for section in sections}
    for placement in placements:
        if placement.section is not None:
            kept[placement.section].append(placement)
    overflow: set[str] = set()
    for section in sections:
        limit = policy.max_papers if section.max_papers is None else section.max_papers
        by_fit = sorted(kept[section.slug], key=lambda placement: -placement.score)
        beyond = {str(placement.paper.key) for placement in by_fit[limit:]}
        kept[section.slug] = [p for p in kept[section.slug] if p.paper.key not in beyond]
        overflow |= beyond
    return kept, overflow
