"""What people say about placements: the one door by which their judgement comes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.model import Paper, SectionSlug


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


def name_of(paper: Paper) -> str:
    """Name a paper as `examples` do: by its arXiv id or DOI where it has one, else by its title."""
    return paper.ids.get("arxiv") or paper.ids.get("doi") or paper.title
