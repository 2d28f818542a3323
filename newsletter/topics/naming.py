"""Papers that a person named: an example of a section has its home there, a counter-example does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.topics.pool import name_of_title, names_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Paper, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The sections, by their place, that a paper was said to belong to, and not to."""

    here: frozenset[int] = frozenset()
    not_here: frozenset[int] = frozenset()


NOTHING = Said()


def said_of(papers: Sequence[Paper], sections: Sequence[Section]) -> list[Said]:
    """Look up what was said of each paper, by key, id or title."""
    examples = [_names(section.examples) for section in sections]
    against = [_names(section.counterexamples) for section in sections]
    if not any((*examples, *against)):
        return [NOTHING] * len(papers)
    found = []
    for paper in papers:
        names = frozenset(names_of(paper))
        here = frozenset(at for at, wanted in enumerate(examples) if not names.isdisjoint(wanted))
        not_here = frozenset(at for at, wanted in enumerate(against) if not names.isdisjoint(wanted))
        found.append(Said(here=here, not_here=not_here - here))
    return found


def _names(examples: Sequence[str]) -> frozenset[str]:
    return frozenset((*examples, *map(name_of_title, examples)))
