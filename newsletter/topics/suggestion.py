"""New sections, and new keywords for a section, from papers that were there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from newsletter.model import Section, SectionSlug
from newsletter.topics.key_phrases import PhraseTable, contains, key_phrases
from newsletter.topics.leftovers import discover
from newsletter.topics.profiles import profile_section
from newsletter.topics.words import stems_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from newsletter.model import Paper, Placement
    from newsletter.topics.key_phrases import KeyPhrase
    from newsletter.topics.phrases import Phrase

_MAX_KEYWORDS = 10
_FEW_KEYWORDS = 5
_MOST_GROUPED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSection:
    """A section that papers ask for. `homes` counts where its papers are now, most first."""

    section: Section
    papers: tuple[Paper, ...]
    homes: tuple[tuple[SectionSlug | None, int], ...]


def suggest_sections(
    placements: Sequence[Placement],
    sections: Sequence[Section],
    *,
    slugify: Callable[[str], str],
    everything: bool = False,
    max_sections: int = 5,
    min_papers: int = 3,
) -> tuple[NewSection, ...]:
    """Propose sections for the newest 1,000 papers without one, or of `everything`, the largest first.

    A name that a section has already is not proposed again.
    """
    pool = _newest([placed.paper for placed in placements if everything or placed.section is None])
    homes = {placed.paper.key: placed.section for placed in placements}
    titles = {stems_of(section.title) for section in sections}
    used = {str(section.slug) for section in sections}
    taken = _taken(sections)
    table = PhraseTable(placed.paper for placed in placements)
    found = []
    for group in discover(pool, max_groups=max_sections, min_papers=min_papers):
        inside = frozenset(group.papers)
        members = [paper for paper in pool if paper.key in inside]
        others = [key for key in homes if key not in inside]
        phrases = key_phrases(group.papers, others, table, limit=_MAX_KEYWORDS + len(taken))
        keywords = _keywords(group.name, sorted(phrases, key=lambda phrase: phrase.stems in taken), taken)
        slug = slugify(group.name)
        if stems_of(group.name) in titles or slug in used:
            continue
        used.add(slug)
        found.append(
            NewSection(
                section=Section(slug=SectionSlug(slug), title=group.name, keywords=keywords),
                papers=tuple(members),
                homes=_counted([homes[paper.key] for paper in members]),
            )
        )
    return tuple(found)


def _newest(papers: Sequence[Paper]) -> list[Paper]:
    """Take as many papers as can be grouped in seconds, in the order they came."""
    days = [((paper.announced or paper.published or date.min).isoformat(), paper.key) for paper in papers]
    newest = sorted(range(len(papers)), key=lambda number: days[number], reverse=True)[:_MOST_GROUPED]
    return [papers[number] for number in sorted(newest)]


def suggest_keywords(
    placements: Sequence[Placement], section: Section, sections: Sequence[Section], *, limit: int = 8
) -> tuple[KeyPhrase, ...]:
    """Propose keywords that the papers of a section share, others lack, and no section has yet."""
    homes = {placed.paper.key: placed.section for placed in placements}
    inside = [key for key, home in homes.items() if home == section.slug]
    outside = [key for key, home in homes.items() if home != section.slug]
    table = PhraseTable(placed.paper for placed in placements)
    known = _known_phrases(section)
    taken = _taken(sections)
    phrases = key_phrases(inside, outside, table, limit=limit + len(taken), without=known)
    return tuple(phrase for phrase in phrases if phrase.stems not in taken)[:limit]


def _taken(sections: Sequence[Section]) -> frozenset[Phrase]:
    return frozenset(phrase for section in sections for phrase in profile_section(section).keywords)


def _known_phrases(section: Section) -> list[Phrase]:
    profile = profile_section(section)
    return [*profile.keywords, *profile.exclude]


def _keywords(name: str, phrases: Sequence[KeyPhrase], taken: Collection[Phrase]) -> tuple[str, ...]:
    """The name comes first, then what tells its papers from others; the keywords of other sections, which
    come last in `phrases`, only where there are few."""
    stems = stems_of(name)
    others = [phrase for phrase in phrases if not contains(phrase.stems, stems)][: _MAX_KEYWORDS - 1]
    free = sum(phrase.stems not in taken for phrase in others)
    first = name[:1].lower() + name[1:] if name[1:].islower() else name
    return (first, *(phrase.text for phrase in others[: max(free, _FEW_KEYWORDS - 1)]))


def _counted(homes: Sequence[SectionSlug | None]) -> tuple[tuple[SectionSlug | None, int], ...]:
    return tuple(sorted(Counter(homes).items(), key=lambda item: (-item[1], item[0] or "")))
