"""Sections that nobody configured, one per discovered group."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from newsletter.model import IssueSection, SectionSlug

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from newsletter.model import ComposingPolicy, Entry

_MAX_SLUG_CHARS = 40


def discovered_sections(
    entries: Sequence[Entry], policy: ComposingPolicy, *, taken: Collection[str] = ()
) -> tuple[tuple[IssueSection, ...], list[Entry]]:
    """Return the sections of the groups, largest first, and the entries that are in none of them.

    Papers keep their order; what exceeds the policy's limit is in none. `taken` are slugs of other sections.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.placement.group:
            groups.setdefault(entry.placement.group, []).append(entry)
    used = set(taken)
    sections = []
    shown: set[str] = set()
    for name in sorted(groups, key=lambda name: (-len(groups[name]), name)):
        members = groups[name][: max(policy.max_papers, 0)]
        if not members:
            continue
        slug = _slug(name, used)
        used.add(slug)
        shown.update(member.paper.key for member in members)
        sections.append(
            IssueSection(slug=slug, title=name, description="", entries=tuple(members), discovered=True)
        )
    return tuple(sections), [entry for entry in entries if entry.paper.key not in shown]


def _slug(name: str, used: Collection[str]) -> SectionSlug:
    """Make "group-graph-learning" of "Graph learning"; a name without Latin letters is numbered."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MAX_SLUG_CHARS].rstrip("-")
    stem = f"group-{words}" if words else "group"
    slug, number = stem, 1
    while slug in used or slug == "group":
        slug = f"{stem}-{number}"
        number += 1
    return SectionSlug(slug)
