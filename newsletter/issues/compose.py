"""From placements to an issue."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, assert_never

from newsletter import week
from newsletter.issues.discovered import discovered_sections
from newsletter.issues.entries import entries_of
from newsletter.issues.ranking import Ranking
from newsletter.model import (
    Cadence,
    ComposingPolicy,
    Entry,
    Issue,
    IssueSection,
    LeftOut,
    PaperKey,
    Placement,
    RankingPolicy,
    Section,
    SectionSlug,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from newsletter.issues.ranking import Ranked


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

    Sections keep the order they are configured in and empty ones are dropped. Within a section papers stand
    by rank (see `ranking`); what exceeds its `max_papers` moves to "More papers", whose papers stand by rank,
    too. A paper that comes twice (the same key) is shown once. Papers without a section but with a discovered
    group come after the configured sections, under the name of their group, the largest group first.

    Placements are given in the order of their sources, which is that of the trend. `seen` says how many times
    earlier issues showed a paper.
    """
    policy = policy or ComposingPolicy()
    unique, left_out = _without_repeats(placements)
    order = Ranking(
        unique,
        policy=ranking or RankingPolicy(),
        day=day,
        seen=seen,
        is_of_many_days=cadence == "weekly" or (since or day) != day,
    )
    homes, strays = _ranked(unique, sections, order)
    entries = entries_of(chain(strays, *homes.values()), policy, order.rarity)
    groups, more = discovered_sections(
        [entries[one.key] for one in strays], policy, taken={section.slug for section in sections}
    )
    shown = []
    for section in sections:
        limit = policy.max_papers if section.max_papers is None else section.max_papers
        own = [entries[one.key] for one in homes[section.slug]]
        shown.append(_section(section, own[:limit]))
        more += own[limit:]
    return Issue(
        slug=slug_of(day, cadence),
        day=day,
        cadence=cadence,
        revision=1,
        title=title,
        language=language,
        sections=(*(section for section in shown if section.entries), *groups),
        more=order.merged(more),
        left_out=left_out,
        since=None if since == day else since,
    )


def _ranked(
    placements: Iterable[Placement], sections: Sequence[Section], order: Ranking
) -> tuple[dict[SectionSlug, tuple[Ranked, ...]], list[Ranked]]:
    """Rank the papers of each section, and those of none, of which each group is a list of its own."""
    homes: dict[SectionSlug, list[Placement]] = {section.slug: [] for section in sections}
    groups: dict[str | None, list[Placement]] = {}
    for placement in placements:
        if placement.section is not None:
            homes[placement.section].append(placement)
        else:
            groups.setdefault(placement.group or None, []).append(placement)
    favourites = {section.slug: section.authors for section in sections}
    return (
        {slug: order.of(own, favourites[slug]) for slug, own in homes.items()},
        [one for own in groups.values() for one in order.of(own)],
    )


def _section(section: Section, entries: Iterable[Entry]) -> IssueSection:
    return IssueSection(
        slug=section.slug, title=section.title, description=section.description, entries=tuple(entries)
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
