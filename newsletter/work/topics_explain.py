"""Find a paper and why it is where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.store.issue_folder import find_issue, read_issue
from newsletter.work.topics_papers import find_paper, newest_issue, papers_of, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from newsletter.model import Placement
    from newsletter.topics.sorting import Sorting
    from newsletter.work.topics_papers import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A placement, and where it was found: "2025-11-07", or the page's name. `overflowed` says that the issue
    shows the paper under "More papers" because its section was full."""

    placement: Placement
    origin: str
    overflowed: bool = False


def explain_in_page(
    text: str, page: Path, sorting_of: Callable[[date | None], Sorting], shelf: Shelf
) -> Explained:
    """Place the papers of a page as an issue would, with what was known before its day, and pick one."""
    papers, day = read_page(page, shelf)
    wanted = find_paper(text, papers)
    return Explained(placement=_pick(sorting_of(day).place(papers), wanted.key), origin=str(page))


def explain_in_issue(
    text: str, issue: str | None, sorting_of: Callable[[date], Sorting], *, root: Path, again: bool = False
) -> Explained:
    """Pick a paper of an issue (a folder, or a slug of one under `root`), by default the newest there: as it
    was placed when it was built, or `again`, with the sections of today and what was known before its day."""
    stored = read_issue(find_issue(issue, root=root) if issue else newest_issue(root)).issue
    wanted = find_paper(text, papers_of(stored))
    placements: Sequence[Placement] = [entry.placement for entry in stored.entries]
    if again:
        placements = sorting_of(stored.day).place([entry.paper for entry in stored.entries])
    placement = _pick(placements, wanted.key)
    in_more = any(entry.paper.key == wanted.key for entry in stored.more)
    return Explained(
        placement=placement,
        origin=stored.slug,
        overflowed=in_more and placement.section is not None and not again,
    )


def _pick(placements: Sequence[Placement], key: str) -> Placement:
    return next(placement for placement in placements if placement.paper.key == key)
