"""Suggest sections and keywords, as TOML, and write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.config.edit import (
    add_keywords,
    add_sections,
    array_toml,
    section_toml,
)
from newsletter.config.schema import slugify
from newsletter.config.writing import read_text, write_config
from newsletter.errors import UsageError
from newsletter.topics.placing import place
from newsletter.topics.suggestion import suggest_keywords, suggest_sections

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsletter.model import Paper, PlacingPolicy, Section
    from newsletter.topics.background import Background
    from newsletter.topics.key_phrases import KeyPhrase
    from newsletter.topics.suggestion import NewSection

_EXAMPLES = 3
_HOMES = 3
_TITLE_CHARS = 90


def new_sections(
    papers: Sequence[Paper],
    sections: Sequence[Section],
    policy: PlacingPolicy,
    *,
    everything: bool = False,
    most: int = 5,
    background: Background | None = None,
) -> tuple[NewSection, ...]:
    """Propose sections for what fits none, or for `everything`."""
    placements = place(papers, sections, policy=policy, background=background)
    return suggest_sections(placements, sections, slugify=slugify, everything=everything, max_sections=most)


def new_keywords(
    papers: Sequence[Paper],
    sections: Sequence[Section],
    policy: PlacingPolicy,
    slug: str,
    *,
    most: int = 8,
    background: Background | None = None,
) -> tuple[Section, tuple[KeyPhrase, ...]]:
    """Propose keywords for a section. Raises `UsageError` if there is no such section."""
    section = find_section(slug, sections)
    placements = place(papers, sections, policy=policy, background=background)
    return section, suggest_keywords(placements, section, sections, limit=most)


def find_section(slug: str, sections: Sequence[Section]) -> Section:
    """Find a section by its slug, or by its title. Raises `UsageError`."""
    for section in sections:
        if slug == section.slug or slug.casefold() == section.title.casefold():
            return section
    known = ", ".join(section.slug for section in sections)
    raise UsageError(f"no section {slug!r}; the configuration has {known}")


def sections_toml(proposals: Sequence[NewSection], sections: Sequence[Section]) -> str:
    """Write proposals as tables, each below a comment that says which papers ask for it."""
    titles: dict[str | None, str] = {section.slug: section.title for section in sections}
    titles[None] = "More papers"
    return "\n".join(section_toml(one.section, comment=_comment(one, titles)) for one in proposals)


def keywords_toml(section: Section, phrases: Sequence[KeyPhrase]) -> str:
    """Write a section's whole keywords, old and new, below comments that say why."""
    lines = [f'# "{section.title}" (slug {section.slug}): its keywords with {len(phrases)} new ones']
    lines += [
        f"#   {phrase.text}: in {phrase.inside} of its papers, in {phrase.outside} of the others"
        for phrase in phrases
    ]
    texts = [*section.keywords, *(phrase.text for phrase in phrases)]
    return "\n".join([*lines, array_toml("keywords", texts)])


def write_sections(path: Path, proposals: Sequence[NewSection]) -> None:
    """Put proposed sections into the configuration. Raises `ConfigError`, `StoreError`."""
    old = read_text(path)
    write_config(path, old=old, new=add_sections(old, [one.section for one in proposals]))


def write_keywords(path: Path, section: Section, phrases: Sequence[KeyPhrase]) -> None:
    """Put proposed keywords into the configuration. Raises `ConfigError`, `StoreError`."""
    old = read_text(path)
    new = add_keywords(old, section.slug, [phrase.text for phrase in phrases])
    write_config(path, old=old, new=new)


def _comment(proposal: NewSection, titles: dict[str | None, str]) -> str:
    now = ", ".join(f"{titles[home]} {count}" for home, count in proposal.homes[:_HOMES])
    examples = [f"  {_clipped(paper.title)}" for paper in proposal.papers[:_EXAMPLES]]
    return "\n".join([f"{len(proposal.papers)} papers, now mostly in {now}; such as", *examples])


def _clipped(title: str) -> str:
    return title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1].rstrip() + "…"
