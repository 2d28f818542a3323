"""Find a paper and why it is where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.store.issue_folder import find_issue, read_issue
from newsletter.topics.placing import place
from newsletter.work.topics_papers import find_paper, newest_issue, papers_of, read_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsletter.model import Issue, Placement, PlacingPolicy, Section
    from newsletter.work.topics_papers import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A placement, and where it was found: "2025-11-07", or the page's name. `overflowed` says that the issue
    shows the paper under "More papers" because its section was full."""

    placement: Placement
    origin: str
    overflowed: bool = False


def explain_in_page(
    text: str, page: Path, sections: Sequence[Section], policy: PlacingPolicy, shelf: Shelf
) -> Explained:
    """Place the papers of a page as an issue would, and pick one."""
    papers = read_file(page, shelf)
    wanted = find_paper(text, papers)
    return Explained(placement=_pick(place(papers, sections, policy=policy), wanted.key), origin=str(page))


def explain_in_issue(
    text: str, issue: str | None, sections: Sequence[Section], policy: PlacingPolicy, *, again: bool = False
) -> Explained:
    """Pick a paper of an issue (a slug or a folder), by default the newest: as it was placed when it was
    built, or `again`, with the sections of today."""
    stored = read_issue(find_issue(issue) if issue else newest_issue()).issue
    wanted = find_paper(text, papers_of(stored))
    placements = _again(stored, sections, policy) if again else [entry.placement for entry in stored.entries]
    placement = _pick(placements, wanted.key)
    in_more = any(entry.paper.key == wanted.key for entry in stored.more)
    return Explained(
        placement=placement,
        origin=stored.slug,
        overflowed=in_more and placement.section is not None and not again,
    )


def _again(issue: Issue, sections: Sequence[Section], policy: PlacingPolicy) -> Sequence[Placement]:
    return place([entry.paper for entry in issue.entries], sections, policy=policy)


def _pick(placements: Sequence[Placement], key: str) -> Placement:
    return next(placement for placement in placements if placement.paper.key == key)
