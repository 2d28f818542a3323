"""What earlier papers tell about topics and their names, for the groups nobody configured. No texts.

`python -m newsletter.topics.landscape_command PAPERS.jsonl -o FILE` builds the file that ships; each line
holds `title`, `abstract` and, where known, `cats` (arXiv categories) of a paper.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from newsletter.topics.phrasebook import Phrasebook, phrasebook_of, phrases_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.model import Paper
    from newsletter.topics.space import TopicSpace

SHIPPED = "landscape.npz"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landscape:
    """How topics lie to each other and what people call them; the empty one knows nothing."""

    space: TopicSpace | None = None
    phrases: Phrasebook = field(default_factory=Phrasebook)


def landscape_of(papers: Iterable[Paper]) -> Landscape:
    """Learn from papers; some 400 a second, so keep the result."""
    from newsletter.topics.space import topic_space_of  # noqa: PLC0415 - numpy and scipy take a fifth of a second

    papers = tuple(papers)
    uses = [phrases_of(paper) for paper in papers]
    space = topic_space_of([use.words for use in uses], [paper.categories or () for paper in papers])
    return Landscape(space=space, phrases=phrasebook_of(uses))


@cache
def shipped_landscape() -> Landscape:
    """Give what comes with the package."""
    from newsletter.topics.landscape_file import read_landscape  # noqa: PLC0415 - see `landscape_of`

    with resources.files("newsletter.topics").joinpath("data", SHIPPED).open("rb") as file:
        return read_landscape(file)
