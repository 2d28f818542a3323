"""What the issues of earlier days teach the grouper.

Their words are counted once and the counts kept in `.past/` beside the issues, so that a day's build reads
only what is new. The folder can be deleted at any time: it is made again.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError, TopicError
from newsletter.store.files import write_at_once
from newsletter.store.issue_folder import DATA, read_issue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from newsletter.model import Issue, Paper
    from newsletter.topics.background import Background
    from newsletter.topics.pool import Pool

FOLDER, COUNTS, INDEX = ".past", "counts.npz", "index.json"
_FORMAT = 1
_MOST_PAPERS = 6000  # more than 5,000 earlier papers teach next to nothing new


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of earlier days: `background` is None where there were none. `skipped` says which issues
    could not be read, and why."""

    background: Background | None
    issues: int = 0
    skipped: tuple[str, ...] = ()

    @property
    def papers(self) -> int:
        return self.background.papers if self.background else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """An issue whose papers are counted: `stamp` tells whether it is still the same."""

    stamp: tuple[int, int]
    day: date
    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """The counted issues in the order of the pool's rows."""

    issues: Mapping[str, _Counted]
    pool: Pool | None


def past_of_issues(root: Path, *, before: date | None = None) -> Past:
    """Count the papers of the issues in the folder `root` that are older than `before`: each paper once, the
    newest 6,000. What cannot be read or kept is left out; nothing is raised."""
    folders = _folders(root)
    if not folders:
        return Past(background=None)
    known = _without_changed(_read_counts(root / FOLDER), folders)
    skipped: list[str] = []
    new = {name: folders[name] for name in folders if name not in known.issues}
    counts = _with_new(known, new, skipped)
    if len(counts.issues) != len(known.issues):
        _keep(counts, root / FOLDER)
    return _older(counts, before, skipped)


def _folders(root: Path) -> dict[str, Path]:
    try:
        return {
            folder.name: folder
            for folder in sorted(root.iterdir())
            if not folder.name.startswith(".") and (folder / DATA).is_file()
        }
    except OSError:
        return {}


def _stamp(folder: Path) -> tuple[int, int]:
    try:
        status = (folder / DATA).stat()
    except OSError:
        return (0, 0)
    return (status.st_size, status.st_mtime_ns)


def _without_changed(counts: _Counts, folders: Mapping[str, Path]) -> _Counts:
    """Forget the issues that are gone or were built again."""
    same = {
        name for name, one in counts.issues.items() if name in folders and _stamp(folders[name]) == one.stamp
    }
    return counts if len(same) == len(counts.issues) else _only(counts, same)


def _only(counts: _Counts, names: set[str]) -> _Counts:
    from newsletter.topics.pool import rows_of_pool  # noqa: PLC0415 - numpy takes its time

    rows: list[int] = []
    start = 0
    for name, one in counts.issues.items():
        rows += range(start, start + one.papers) if name in names else ()
        start += one.papers
    return _Counts(
        issues={name: one for name, one in counts.issues.items() if name in names},
        pool=rows_of_pool(counts.pool, rows) if counts.pool is not None and rows else None,
    )


def _with_new(counts: _Counts, folders: Mapping[str, Path], skipped: list[str]) -> _Counts:
    issues = dict(counts.issues)
    papers: list[Paper] = []
    seen = {names.partition("\t")[0] for names in counts.pool.names} if counts.pool is not None else set()
    for name, folder in folders.items():
        stamp = _stamp(folder)
        try:
            issue = read_issue(folder).issue
        except NewsletterError as error:
            skipped.append(error.message)
            continue
        own = _unseen(issue, seen)
        papers += own
        issues[name] = _Counted(stamp=stamp, day=issue.day, papers=len(own))
    return _Counts(issues=issues, pool=_added(counts.pool, papers))


def _unseen(issue: Issue, seen: set[str]) -> list[Paper]:
    papers = [entry.paper for entry in issue.entries if entry.paper.key not in seen]
    seen.update(paper.key for paper in papers)
    return papers


def _added(pool: Pool | None, papers: Sequence[Paper]) -> Pool | None:
    from newsletter.topics.pool import pool_of, united  # noqa: PLC0415 - see `_only`

    if not papers:
        return pool
    new = pool_of(papers)
    return new if pool is None else united(pool, new, least_papers_of_pair=1)


def _older(counts: _Counts, before: date | None, skipped: Sequence[str]) -> Past:
    """Take the newest papers of the issues before a day."""
    from newsletter.topics.background import Background  # noqa: PLC0415 - see `_only`

    names: set[str] = set()
    papers = 0
    for name, one in sorted(counts.issues.items(), key=lambda item: (item[1].day, item[0]), reverse=True):
        if (before is None or one.day < before) and papers + one.papers <= _MOST_PAPERS:
            names.add(name)
            papers += one.papers
    chosen = counts if len(names) == len(counts.issues) else _only(counts, names)
    background = Background(papers=papers, pool=chosen.pool) if chosen.pool is not None and papers else None
    return Past(background=background, issues=len(names) if background else 0, skipped=tuple(skipped))


def _read_counts(folder: Path) -> _Counts:
    """Read what was kept; anything that is not whole counts as nothing."""
    from newsletter.topics.pool_file import read_pool  # noqa: PLC0415 - see `_only`

    try:
        index = json.loads((folder / INDEX).read_bytes())
        body = (folder / COUNTS).read_bytes()
        if index["format"] != _FORMAT or index["counts"] != hashlib.sha256(body).hexdigest():
            return _Counts(issues={}, pool=None)
        issues = {name: _counted(one) for name, one in index["issues"].items()}
        pool = read_pool(io.BytesIO(body))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, TopicError):
        return _Counts(issues={}, pool=None)
    is_whole = sum(one.papers for one in issues.values()) == pool.counts.shape[0] == len(pool.names)
    return _Counts(issues=issues, pool=pool) if is_whole else _Counts(issues={}, pool=None)


def _counted(entry: Mapping[str, Any]) -> _Counted:
    size, changed = entry["stamp"]
    return _Counted(
        stamp=(int(size), int(changed)), day=date.fromisoformat(entry["day"]), papers=int(entry["papers"])
    )


def _keep(counts: _Counts, folder: Path) -> None:
    """Write the counts; a folder that cannot be written only means counting again tomorrow."""
    from newsletter.topics.pool_file import write_pool  # noqa: PLC0415 - see `_only`

    if counts.pool is None:
        return
    body = io.BytesIO()
    write_pool(counts.pool, body)
    index = {
        "format": _FORMAT,
        "counts": hashlib.sha256(body.getvalue()).hexdigest(),
        "issues": {
            name: {"stamp": one.stamp, "day": one.day.isoformat(), "papers": one.papers}
            for name, one in counts.issues.items()
        },
    }
    try:
        folder.mkdir(exist_ok=True)
        write_at_once(folder / COUNTS, body.getvalue())
        write_at_once(folder / INDEX, json.dumps(index, indent=1).encode("ascii"))
    except OSError:
        return
