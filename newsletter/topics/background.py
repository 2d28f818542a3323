"""What earlier papers tell: how common terms are, and which of them stand together. No texts.

`python -m newsletter.topics.background PAPERS.jsonl [-o FILE]` builds the statistics that ship.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

    from newsletter.model import Paper
    from newsletter.topics.pool import Pool

SHIPPED = "background.npz"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Background:
    """Counts over earlier papers, without their texts: in how many of `papers` each term stands, and which
    terms stand together (`pool`, the counts as arrays). Two are equal only if they are one."""

    papers: int
    pool: Pool | None = field(default=None, repr=False)

    @property
    def counts(self) -> Mapping[str, int]:
        """In how many papers each term stands."""
        return self.pool.document_counts() if self.pool is not None else Counter()


def background_of(papers: Iterable[Paper]) -> Background:
    """Count the terms of papers; one that comes twice counts twice."""
    from newsletter.topics.pool import pool_of  # noqa: PLC0415 - numpy is only imported when papers are read

    pool = pool_of(tuple(papers))
    return Background(papers=pool.papers, pool=pool)


@cache
def shipped_background() -> Background:
    """Give the statistics that come with the package."""
    with resources.files("newsletter.topics").joinpath("data", SHIPPED).open("rb") as file:
        return read_background(file)


def read_background(file: BinaryIO | Any) -> Background:
    """Read what `write_background` wrote; raises `TopicError` for anything else."""
    from newsletter.topics.pool_file import read_pool  # noqa: PLC0415 - see `background_of`

    pool = read_pool(file)
    return Background(papers=pool.papers, pool=pool)


def write_background(background: Background, file: BinaryIO | Any) -> None:
    """Write the counts, so that the papers need not be read again; the same counts give the same bytes."""
    from newsletter.topics.pool_file import write_pool  # noqa: PLC0415 - see `background_of`

    if background.pool is not None:
        write_pool(background.pool, file)


if __name__ == "__main__":
    from newsletter.topics.background_command import main

    main()
