"""What people say about placements: the one door by which their judgement comes in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsletter.model import Paper, Section, SectionSlug


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One judgement: `paper` is a weak example of the section `liked` and a counter-example of `disliked`.

    An editor who moves a paper gives both; None is "More papers", or a reader who only likes ("more like
    this") or only dislikes ("less like this"). Weak means: many judgements move a section, one hardly does.
    """

    paper: Paper
    liked: SectionSlug | None = None
    disliked: SectionSlug | None = None

    def __post_init__(self) -> None:
        if self.liked == self.disliked:
            raise ValueError("a judgement likes one section and dislikes another, or does one of both")


def with_examples(sections: Sequence[Section], feedback: Iterable[Feedback]) -> tuple[Section, ...]:
    """Let judgements count without a store: papers join the examples of the section they are liked in and
    leave those of the section they are disliked in; a later judgement outranks an earlier one."""
    found = {section.slug: list(section.examples) for section in sections}
    for one in feedback:
        name = name_of(one.paper)
        for examples in (found.get(slug) for slug in (one.liked, one.disliked) if slug):
            if examples and name in examples:
                examples.remove(name)
        if one.liked in found:
            found[one.liked].append(name)
    return tuple(replace(section, examples=tuple(found[section.slug])) for section in sections)


def name_of(paper: Paper) -> str:
    """Name a paper as `examples` do: by its arXiv id or DOI where it has one, else by its title."""
    return paper.ids.get("arxiv") or paper.ids.get("doi") or paper.title
