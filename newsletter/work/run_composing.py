"""The second step of a run: which papers go into an issue, and what it looks like."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.issues.editing import UNEDITED
from newsletter.model import Coverage, LeftOut, Parsed
from newsletter.store.paper_showing import with_news
from newsletter.work.build import compose_issue, draw_edited
from newsletter.work.late_days import first_day

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from newsletter.issues.due import Due
    from newsletter.issues.editing import Edits
    from newsletter.model import Paper, PaperKey
    from newsletter.store.issue_folder import StoredIssue
    from newsletter.store.papers import PaperArchive, Showing
    from newsletter.work.build import Recipe
    from newsletter.work.run_parts import RunPolicy

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The papers of an issue, how often earlier ones showed each, and what is left out because one did."""

    papers: tuple[Paper, ...]
    seen: Mapping[PaperKey, int] = field(default_factory=dict, hash=False)
    left_out: tuple[LeftOut, ...] = ()


def select(
    archive: PaperArchive, due: Due, policy: RunPolicy, listed: Collection[PaperKey] = ()
) -> Selection:
    """Choose what nobody was shown of the days an issue is about, and of late ones before them.

    `listed` are the papers that today's sources gave: of these is told why they are left out, or with
    `repeat` they are shown again.
    """
    arrived = {paper.key: paper for paper in archive.of_days(_since(archive, due, policy), due.day)}
    shown = shown_before(archive, [*arrived, *(key for key in listed if key not in arrived)], due)
    if policy.repeat:
        again = [key for key in listed if key not in arrived]
        kept = [*arrived.values(), *archive.papers(again)]
        listed_again = set(listed)
        wanted = [
            with_news(paper, shown.get(paper.key))
            for paper in kept
            if paper.key not in shown or paper.key in listed_again
        ]
        return Selection(papers=tuple(wanted), seen={key: one.times for key, one in shown.items()})
    repeated = archive.papers([key for key in listed if key in shown])
    return Selection(
        papers=tuple(paper for key, paper in arrived.items() if key not in shown),
        left_out=tuple(_left_out(paper, shown[paper.key]) for paper in repeated),
    )


def _since(archive: PaperArchive, due: Due, policy: RunPolicy) -> date:
    """Say how far back papers are looked for: a source that failed may have given them since for a day that
    an earlier issue was about. The first weekly issue has its own week alone."""
    if due.cadence != "weekly":
        return min(due.since, first_day(due.day, policy.catching_up))
    begin = first_day(due.since, policy.catching_up)
    before = [paper.key for paper in archive.of_days(begin, due.since - timedelta(days=1))]
    return begin if archive.shown(before, "weekly") else due.since


def compose_due(
    due: Due,
    selection: Selection,
    recipe: Recipe,
    *,
    unreached: Sequence[str] = (),
    edits: Edits = UNEDITED,
) -> StoredIssue:
    """Compose an issue and draw its edition of everything, as an editor wanted it."""
    parsed = Parsed(
        papers=selection.papers,
        problems=(),
        coverage=Coverage(papers=len(selection.papers), complete=len(selection.papers)),
    )
    background = recipe.past(due.day).background
    issue = compose_issue(
        parsed, recipe, due.day, background, cadence=due.cadence, since=due.since, seen=selection.seen
    )
    left_out = (*issue.left_out, *selection.left_out)
    return draw_edited(replace(issue, left_out=left_out, unreached=tuple(unreached)), recipe, edits)


def shown_before(archive: PaperArchive, keys: Sequence[PaperKey], due: Due) -> dict[PaperKey, Showing]:
    """Say which papers an issue of another day showed to those who read this one."""
    match due.cadence:
        case "weekly":
            found = dict(archive.shown(keys, "weekly"))
        case "weekdays":
            # Their readers had the daily issues, but for those of weekends.
            daily = archive.shown(keys, "daily").items()
            weekdays = {key: one for key, one in daily if one.day.weekday() < _SATURDAY}
            found = {**weekdays, **archive.shown(keys, "weekdays")}
        case _:
            found = {**archive.shown(keys, "weekdays"), **archive.shown(keys, "daily")}
    return {key: one for key, one in found.items() if one.day != due.day}


def _left_out(paper: Paper, showing: Showing) -> LeftOut:
    return LeftOut(key=paper.key, title=paper.title, reason=f"shown before, in {showing.slug}")
