"""What a set of sections leaves of an issue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.model import SectionSlug

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from newsletter.model import Issue

# Stands for the papers that fit no section; no section can have it as its slug.
MORE = SectionSlug("more")


def shown(issue: Issue, sections: AbstractSet[SectionSlug]) -> frozenset[SectionSlug]:
    """Tell which of the wanted sections the issue has: sets that agree in them are the same to a reader."""
    present = {section.slug for section in issue.sections if not section.discovered}
    overflowing = {entry.placement.section for entry in issue.more}
    return frozenset(slug for slug in sections if slug in present or slug in overflowing or slug == MORE)


def is_empty(issue: Issue, sections: AbstractSet[SectionSlug]) -> bool:
    """Tell whether the issue has no paper for who wants these sections."""
    return not only(issue, sections).entries


def only(issue: Issue, sections: AbstractSet[SectionSlug]) -> Issue:
    """Keep the wanted sections, with the papers they had no room for.

    `MORE` asks for what fits no section: discovered groups and the other papers.
    """
    wants_more = MORE in sections
    return replace(
        issue,
        sections=tuple(s for s in issue.sections if (wants_more if s.discovered else s.slug in sections)),
        more=tuple(
            entry
            for entry in issue.more
            if (wants_more if (home := entry.placement.section) is None else home in sections)
        ),
    )
