"""Find a paper of an issue, where it stands, and why there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import StoreError
from newsletter.model import Entry, Issue, LeftOut, Paper, PaperKey, Rank, SectionSlug
from newsletter.store.issue_folder import find_issue, read_issue
from newsletter.work.at_hand import look_up
from newsletter.work.topics_papers import find_paper, newest_issue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from newsletter.store.ledger import Ledger

_TERMS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The paper that stands next to one, and its total, where it has one."""

    title: str
    total: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a paper stands: at `place` of `papers` in the section called `title`, by `rank`.

    `place_without_variety` is where it would stand if no paper were like another; `reason` says why it is in
    this section. The `section` of "More papers" is "more".
    """

    section: str
    title: str
    place: int
    papers: int
    reason: str
    rank: Rank | None
    place_without_variety: int
    above: Neighbour | None
    below: Neighbour | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What is known of a paper in an issue: its standing, why it was left out; both where it came twice."""

    issue: str
    key: PaperKey
    title: str
    standing: Standing | None
    left_out: tuple[str, ...]


def issue_named(
    name: str | None, ledger: Callable[[], AbstractContextManager[Ledger | None]], *, root: Path
) -> Issue:
    """Read the issue that a person named, by default the newest one under `root`; one without a folder from
    where it was frozen. Raises `StoreError` or `UsageError`."""
    if name is None:
        return read_issue(newest_issue(root)).issue
    try:
        folder = find_issue(name, root=root)
    except StoreError:
        with ledger() as opened:
            frozen = look_up(name, opened, root=root).newest
            if opened is None or frozen is None:
                raise
            return opened.issue(frozen.id)
    return read_issue(folder).issue


def explain(text: str, issue: Issue, titles: Mapping[SectionSlug, str]) -> Explanation:
    """Explain the paper of which a person gave an id, the key or part of the title. `titles` are those of
    the configured sections. Raises `UsageError` if no paper is meant, or several."""
    shown = {entry.paper.key: entry.paper for entry in issue.entries}
    absent = {out.key: _as_paper(out) for out in issue.left_out if out.key not in shown}
    paper = find_paper(text, (*shown.values(), *absent.values()))
    return Explanation(
        issue=issue.slug,
        key=paper.key,
        title=paper.title,
        standing=_standing(paper, issue, titles) if paper.key in shown else None,
        left_out=tuple(out.reason for out in issue.left_out if out.key == paper.key),
    )


def _as_paper(out: LeftOut) -> Paper:
    return Paper(key=out.key, ids={}, title=out.title, title_raw=out.title)


def _standing(paper: Paper, issue: Issue, titles: Mapping[SectionSlug, str]) -> Standing:
    lists = [(str(section.slug), section.title, section.entries) for section in issue.sections]
    lists.append(("more", "More papers", issue.more))
    for slug, title, entries in lists:
        for number, entry in enumerate(entries):
            if entry.paper.key == paper.key:
                return Standing(
                    section=slug,
                    title=title,
                    place=number + 1,
                    papers=len(entries),
                    reason=_reason(entry, issue, titles),
                    rank=entry.rank,
                    place_without_variety=_place_without_variety(number, entries),
                    above=_neighbour(entries, number - 1),
                    below=_neighbour(entries, number + 1),
                )
    raise AssertionError("a paper of the issue is in none of its lists")


def _reason(entry: Entry, issue: Issue, titles: Mapping[SectionSlug, str]) -> str:
    placement, evidence = entry.placement, entry.placement.evidence
    names = dict(titles) | {section.slug: section.title for section in issue.sections}
    if placement.section is None:
        best = evidence.nearest
        nearest = f"; nearest is {names.get(best.section, best.section)}, {best.score:.3f}" if best else ""
        group = f'it is one of a group, "{placement.group}", and' if placement.group else "it"
        return f"{group} fits no section{nearest}"
    terms = evidence.keyword_hits or tuple(term.text for term in evidence.terms if term.weight > 0)
    said = ", ".join(terms[:_TERMS]) or "no word in common"
    home = names.get(placement.section, placement.section)
    is_full = any(more.paper.key == entry.paper.key for more in issue.more)
    overflow = f"{home} had as many papers as it may show, all higher; " if is_full else ""
    return f"{overflow}fits {home} by: {said}"


def _place_without_variety(number: int, entries: Sequence[Entry]) -> int:
    own = _without_variety(entries[number])
    before = sum(_without_variety(entry) >= own for entry in entries[:number])
    return 1 + before + sum(_without_variety(entry) > own for entry in entries[number + 1 :])


def _without_variety(entry: Entry) -> int:
    if entry.rank is None:
        return 0
    return round(1000 * (entry.rank.total - sum(p.value for p in entry.rank.parts if p.name == "variety")))


def _neighbour(entries: Sequence[Entry], number: int) -> Neighbour | None:
    if not 0 <= number < len(entries):
        return None
    rank = entries[number].rank
    return Neighbour(title=entries[number].paper.title, total=rank.total if rank else None)
