"""Earlier papers in lots that are counted together: the issues of a folder, the days of an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from newsletter.store.issue_folder import DATA, read_issue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from newsletter.model import Paper
    from newsletter.store.papers import PaperArchive

Stamp = tuple[int, int]


class Lot(Protocol):
    """Papers of one day."""

    @property
    def stamp(self) -> Stamp:
        """Two figures that change when the papers do."""
        ...

    @property
    def is_archived(self) -> bool:
        """Whether it is a day of the archive, not an issue."""
        ...

    def read(self) -> tuple[date, tuple[Paper, ...]]:
        """Give the day and its papers. Raises `NewsletterError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issue:
    folder: Path
    stamp: Stamp
    is_archived: bool = False

    def read(self) -> tuple[date, tuple[Paper, ...]]:
        issue = read_issue(self.folder).issue
        return issue.day, tuple(entry.paper for entry in issue.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    archive: PaperArchive
    day: date
    stamp: Stamp
    most_papers: int
    is_archived: bool = True

    def read(self) -> tuple[date, tuple[Paper, ...]]:
        return self.day, self.archive.newest_of_day(self.day, self.most_papers)


def lots_of_issues(root: Path) -> dict[str, Lot]:
    """List the issues in a folder by name; what cannot be looked at is no issue."""
    try:
        return {
            folder.name: _Issue(folder=folder, stamp=_stamp(folder))
            for folder in sorted(root.iterdir())
            if not folder.name.startswith(".") and (folder / DATA).is_file()
        }
    except OSError:
        return {}


def _stamp(folder: Path) -> Stamp:
    try:
        status = (folder / DATA).stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLots:
    """The days of an archive by name, and the slugs of issues that were made of it."""

    days: Mapping[str, Lot]
    slugs: frozenset[str]


def lots_of_archive(
    archive: PaperArchive, before: date | None, *, most_kept: int, most_papers: int
) -> ArchiveLots:
    """List the newest days that hold `most_kept` papers together, and those before a day that hold
    `most_papers`; whatever is older is not looked at. Raises `StoreError`."""
    counts = archive.counts_by_day()
    young = _newest(counts, most_kept)
    if before:
        young |= _newest({day: count for day, count in counts.items() if day < before}, most_papers)
    if not young:
        return ArchiveLots(days={}, slugs=frozenset())
    figures = archive.figures_by_day(min(young))
    days: dict[str, Lot] = {
        f"archive/{day}": _Day(archive=archive, day=day, stamp=figures[day], most_papers=most_papers)
        for day in sorted(young)
        if day in figures
    }
    return ArchiveLots(days=days, slugs=frozenset(archive.slugs_shown()))


def _newest(counts: Mapping[date, int], papers: int) -> set[date]:
    found: set[date] = set()
    for day in sorted(counts, reverse=True):
        if papers <= 0:
            break
        found.add(day)
        papers -= counts[day]
    return found
