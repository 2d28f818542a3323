"""The issue of a week, made of what was saved of its days: pages, and issues built from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError, UsageError
from newsletter.model import Coverage, Parsed
from newsletter.parsing.same_paper import marks_of, one_each
from newsletter.store.issue_folder import DATA, read_issue, write_issue
from newsletter.week import DAYS
from newsletter.work.build import Built, compose_issue, draw
from newsletter.work.topics_papers import papers_of, read_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsletter.model import Paper
    from newsletter.work.build import Recipe
    from newsletter.work.topics_papers import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The papers of one page or issue, in its order, and its day where it says it."""

    day: date | None
    papers: tuple[Paper, ...]


def build_week(
    places: Sequence[Path],
    shelf: Shelf,
    recipe: Recipe,
    *,
    root: Path,
    day: date | None = None,
    out: Path | None = None,
    overwrite: bool = False,
) -> Built:
    """Make the issue of the seven days up to `day`, by default the newest day there is, of files, issue
    folders and folders of these at `places`, by default of the issues under `root`.

    Raises `UsageError` where there is nothing of that week, else like `work.build.build`.
    """
    batches = [batch for place in places or _there(root) for batch in _batches_at(place, shelf)]
    last = day or max((batch.day for batch in batches if batch.day), default=None)
    if last is None:
        raise _nothing_there(places or (root,))
    since = last - timedelta(days=DAYS - 1)
    papers = papers_of_days([one for one in batches if one.day is None or since <= one.day <= last])
    if not papers:
        raise UsageError(
            f"no paper is from the days {since} to {last}",
            hint="name another last day with --date, or pages and issues of those days",
        )
    parsed = Parsed(
        papers=papers, problems=(), coverage=Coverage(papers=len(papers), complete=len(papers)), day=last
    )
    past = recipe.past(since)
    issue = compose_issue(parsed, recipe, last, past.background, cadence="weekly", since=since)
    stored = draw(issue, recipe)
    folder = out or root / issue.slug
    write_issue(folder, stored, overwrite=overwrite)
    return Built(folder=folder, parsed=parsed, stored=stored, past=past)


def papers_of_days(batches: Iterable[Batch]) -> tuple[Paper, ...]:
    """Bring days together: what led each of them comes first, the newest day before the others, and of a
    paper that came on several days the newest record counts."""
    newest_first = sorted(batches, key=lambda batch: batch.day or date.min, reverse=True)
    records = [paper for batch in newest_first for paper in batch.papers]
    places = [place for batch in newest_first for place in range(len(batch.papers))]
    parts = one_each([marks_of(paper) for paper in records])
    # Each part by the best place that any of its records had.
    in_order = sorted(parts, key=lambda part: min((places[number], number) for number in part))
    return tuple(records[min(part)] for part in in_order)


def _there(root: Path) -> tuple[Path, ...]:
    return (root,) if root.is_dir() else ()


def _batches_at(place: Path, shelf: Shelf) -> Iterator[Batch]:
    if not place.is_dir():
        papers, day = read_page(place, shelf)
        yield Batch(day=day, papers=papers)
    elif (place / DATA).is_file():
        issue = read_issue(place).issue
        if issue.cadence == "daily":
            yield Batch(day=issue.day, papers=tuple(papers_of(issue)))
    else:
        yield from _batches_in(place, shelf)


def _batches_in(folder: Path, shelf: Shelf) -> Iterator[Batch]:
    """Read what a folder holds; what is neither a page nor an issue is no part of the week."""
    for inside in sorted(folder.iterdir()):
        if inside.name.startswith(".") or (inside.is_dir() and not (inside / DATA).is_file()):
            continue
        try:
            yield from _batches_at(inside, shelf)
        except NewsletterError:
            continue


def _nothing_there(places: Sequence[Path]) -> UsageError:
    named = ", ".join(map(str, places))
    return UsageError(
        f"{named}: nothing there that says of which day it is",
        hint="build the issues of some days first, or name pages, with --date for the last day of the week",
    )
