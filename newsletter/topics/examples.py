"""Which of today's papers are examples of a section, and which are counter-examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsletter.topics.pool import name_of_title, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsletter.model import Paper, Section
    from newsletter.topics.feedback import Feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Papers that belong to a section, and papers that do not."""

    good: tuple[Paper, ...] = ()
    bad: tuple[Paper, ...] = ()


def examples_of(
    sections: Sequence[Section], papers: Sequence[Paper], feedback: Iterable[Feedback]
) -> list[Examples]:
    """Find the examples of every section among papers, by key, id or title, and add what people said."""
    found = [
        Examples(good=_named(section.examples, papers), bad=_named(section.counterexamples, papers))
        for section in sections
    ]
    for judgement in feedback:
        for number, section in enumerate(sections):
            one = found[number]
            if judgement.liked == section.slug:
                found[number] = replace(one, good=(*one.good, judgement.paper))
            elif judgement.disliked == section.slug:
                found[number] = replace(one, bad=(*one.bad, judgement.paper))
    return found


def _named(names: Sequence[str], papers: Sequence[Paper]) -> tuple[Paper, ...]:
    wanted = {*names, *map(name_of_title, names)}
    found = [paper for paper in papers if not wanted.isdisjoint(names_of(paper))] if wanted else []
    return tuple(sorted(found, key=lambda paper: (paper.key, paper.title)))
