"""Papers of earlier days, from files and issue folders, and the one a person names."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError, SourceError, UsageError
from newsletter.parsing import parse
from newsletter.parsing.identity import arxiv_id, doi_of
from newsletter.parsing.json_lines import read_records
from newsletter.store.issue_folder import DATA, read_issue
from newsletter.store.kept_issues import newest_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newsletter.model import Document, Issue, Paper
    from newsletter.parsing.json_lines import Records
    from newsletter.ports import DocumentParser

_JSON_LINES = (".jsonl", ".ndjson")
_MAX_LINE_BYTES = 2_000_000
_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """How files become papers: `read` gives the document at a path."""

    parsers: Mapping[str, DocumentParser]
    read: Callable[[str], Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPapers:
    """One of each paper, and what was found in a folder and could not be read, with the reason."""

    papers: tuple[Paper, ...]
    skipped: tuple[str, ...] = ()

    def days(self) -> Iterator[tuple[date | None, tuple[Paper, ...]]]:
        """Part the papers by the day they were shown, newest first; those without a day come last."""
        by_day: dict[date | None, list[Paper]] = {}
        for paper in self.papers:
            by_day.setdefault(paper.announced or paper.published, []).append(paper)
        dated = sorted((day for day in by_day if day), reverse=True)
        for day in (*dated, *([None] if None in by_day else [])):
            yield day, tuple(by_day[day])


def past_papers(places: Sequence[Path], shelf: Shelf, *, root: Path) -> PastPapers:
    """Read the files, issue folders and folders of both at `places`, by default the issues under `root`.

    A paper was `announced` on the day of its issue or page. Raises `SourceError` or `StoreError` for a place
    that was named and cannot be read; what a folder holds besides is skipped and told.
    """
    if not places and not root.is_dir():
        raise UsageError(
            f"there are no past papers: no folder {root}/",
            hint="build an issue first, or name files or folders with --papers",
        )
    places = places or (root,)
    papers: dict[str, Paper] = {}
    skipped: list[str] = []
    for place in places:
        for paper in _papers_at(place, shelf, skipped):
            papers.setdefault(paper.key, paper)
    if not papers:
        where = ", ".join(map(str, places))
        raise SourceError(f"{where}: no paper could be read", hint="; ".join(skipped[:_SHOWN]) or None)
    return PastPapers(papers=tuple(papers.values()), skipped=tuple(skipped))


def read_file(path: Path, shelf: Shelf) -> tuple[Paper, ...]:
    """Read the papers of one file, which may be large if it is JSON Lines."""
    return read_page(path, shelf)[0]


def read_page(path: Path, shelf: Shelf) -> tuple[tuple[Paper, ...], date | None]:
    """Read the papers of one file, and its day where it shows one."""
    if path.suffix.lower() in _JSON_LINES:
        return tuple(record.paper for record in read_json_lines(path).records), None
    parsed = parse(shelf.read(str(path)), shelf.parsers)
    return tuple(_announced(paper, parsed.day) for paper in parsed.papers), parsed.day


def read_json_lines(path: Path) -> Records:
    """Read a JSON Lines file line by line. Raises `SourceError`."""
    try:
        with path.open("rb") as stream:
            return read_records(iter(lambda: stream.readline(_MAX_LINE_BYTES), b""))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error


def newest_issue(root: Path) -> Path:
    """Find the folder of the newest issue under `root`. Raises `UsageError` if there is none."""
    if found := newest_folder(root):
        return found
    raise UsageError(
        f"there is no issue to look into under {root}/",
        hint="name an issue with --issue, or make one: `newsletter build PAGE`; "
        "`newsletter topics explain` also looks into a page (--page)",
    )


def find_paper(text: str, papers: Iterable[Paper]) -> Paper:
    """Find the paper of which a person gave an id, the title or part of it. Raises `UsageError`."""
    papers = tuple(papers)
    wanted = text.strip().casefold()
    ids = {found for found in (arxiv_id(text), doi_of(text), text.strip()) if found}
    for is_it in (
        lambda paper: paper.key in ids or not ids.isdisjoint(paper.ids.values()),
        lambda paper: paper.title.casefold() == wanted,
        lambda paper: bool(wanted) and wanted in paper.title.casefold(),
    ):
        found = [paper for paper in papers if is_it(paper)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{len(found)} papers match {text!r}", hint=_choice(found))
    raise UsageError(
        f"none of {len(papers)} papers has the id or title {text!r}", hint=_nearest(text, papers)
    )


def _papers_at(place: Path, shelf: Shelf, skipped: list[str]) -> Iterator[Paper]:
    if not place.is_dir():
        yield from read_file(place, shelf)
    elif (place / DATA).is_file():
        yield from papers_of(read_issue(place).issue)
    else:
        for inside in _inside(place):
            if inside.is_dir() and not (inside / DATA).is_file():
                continue
            try:
                yield from _papers_at(inside, shelf, skipped)
            except NewsletterError as error:
                skipped.append(error.message)


def papers_of(issue: Issue) -> Iterator[Paper]:
    """Yield the papers of an issue, announced on its day where the source did not say."""
    for entry in issue.entries:
        yield _announced(entry.paper, issue.day)


def _announced(paper: Paper, day: date | None) -> Paper:
    return paper if paper.announced or day is None else replace(paper, announced=day)


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


def _choice(papers: Sequence[Paper]) -> str:
    titles = [f"  {paper.title}" for paper in papers[:_SHOWN]]
    more = [f"  and {len(papers) - _SHOWN} more"] if len(papers) > _SHOWN else []
    return "\n".join(["give more of the title of one of these:", *titles, *more])


def _nearest(text: str, papers: Sequence[Paper]) -> str | None:
    titles = {paper.title.casefold(): paper.title for paper in papers}
    close = difflib.get_close_matches(text.casefold(), titles, n=3, cutoff=0.4)
    return "did you mean " + " or ".join(repr(titles[title]) for title in close) if close else None
