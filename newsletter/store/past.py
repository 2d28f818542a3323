"""What the issues and the archived papers of earlier days teach the grouper.

Their words are counted once and the counts kept in `.past/` beside the issues, so that a day's build reads
only what is new. The folder can be deleted at any time: it is made again.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError, TopicError
from newsletter.store.files import write_at_once
from newsletter.store.past_lots import lots_of_archive, lots_of_issues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from newsletter.model import Paper
    from newsletter.store.papers import PaperArchive
    from newsletter.store.past_lots import Lot, Stamp
    from newsletter.topics.background import Background
    from newsletter.topics.pool import Pool

FOLDER, COUNTS, INDEX = ".past", "counts.npz", "index.json"
_FORMAT = 2
_MOST_PAPERS = 6000  # more than 5,000 earlier papers teach next to nothing new
_MOST_KEPT = 9000  # so that a look at an issue of some weeks ago need not read again what came before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of earlier days: `background` is None where there were none. `skipped` says which issues
    could not be read, and why. `days` are those of the archive."""

    background: Background | None
    issues: int = 0
    days: int = 0
    skipped: tuple[str, ...] = ()

    @property
    def papers(self) -> int:
        return self.background.papers if self.background else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """An issue, or a day, that was read: `stamp` tells whether it is still the same. `rows` are those of its
    papers in the pool, None if they are not counted."""

    stamp: Stamp
    day: date
    papers: int
    rows: range | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """The issues that are known, and the counts of those that are counted. `digest` is that of the file the
    counts were read from, None if they are new."""

    issues: Mapping[str, _Known]
    pool: Pool | None = None
    digest: str | None = None

    @property
    def counted(self) -> dict[str, range]:
        return {name: one.rows for name, one in self.issues.items() if one.rows is not None}


def past_of(
    root: Path,
    open_archive: Callable[[], AbstractContextManager[PaperArchive | None]],
    *,
    before: date | None = None,
) -> Past:
    """Count as `past_of_issues` does, with an archive if there is one; without it where it cannot be opened:
    an issue can be built without a database."""
    try:
        with open_archive() as archive:
            return past_of_issues(root, before=before, archive=archive)
    except NewsletterError as error:
        past = past_of_issues(root, before=before)
        return replace(past, skipped=(*past.skipped, error.message))


def past_of_issues(root: Path, *, before: date | None = None, archive: PaperArchive | None = None) -> Past:
    """Count the newest 6,000 papers that are older than `before`, each once: those of the archive, and of the
    issues in the folder `root` that were not made of it. What cannot be read or kept is left out; nothing is
    raised.

    The answer depends on the issues and the archive alone, not on when they were counted.
    """
    lots, skipped = _lots(root, before, archive)
    if not lots:
        return Past(background=None, skipped=tuple(skipped))
    kept = _read_counts(root / FOLDER)
    same = {name: one for name, one in kept.issues.items() if name in lots and lots[name].stamp == one.stamp}
    read, unread = _read({name: lot for name, lot in lots.items() if name not in same})
    counts = replace(kept, issues=same | {name: known for name, (known, _) in read.items()})
    wanted = _newest(counts, before, _MOST_PAPERS)
    counts = _with_papers(counts, wanted, lots, {name: papers for name, (_, papers) in read.items()})
    if counts != kept:
        _keep(_without_old(counts), root / FOLDER)
    return _past(counts, wanted, [*skipped, *unread], lots)


def _lots(root: Path, before: date | None, archive: PaperArchive | None) -> tuple[dict[str, Lot], list[str]]:
    """List the issues and days there are, and say why an archive could not be asked."""
    found: dict[str, Lot] = {**lots_of_issues(root)}
    if archive is None:
        return found, []
    try:
        of_archive = lots_of_archive(archive, before, most_kept=_MOST_KEPT, most_papers=_MOST_PAPERS)
    except NewsletterError as error:
        return found, [error.message]
    others = {name: lot for name, lot in found.items() if name not in of_archive.slugs}
    return {**others, **of_archive.days}, []


def _read(lots: Mapping[str, Lot]) -> tuple[dict[str, tuple[_Known, tuple[Paper, ...]]], list[str]]:
    """Read issues and days by name, and say which cannot be read."""
    read: dict[str, tuple[_Known, tuple[Paper, ...]]] = {}
    skipped = []
    for name, lot in lots.items():
        try:
            day, papers = lot.read()
        except NewsletterError as error:
            skipped.append(error.message)
            continue
        read[name] = (_Known(stamp=lot.stamp, day=day, papers=len(papers)), papers)
    return read, skipped


def _newest(counts: _Counts, before: date | None, papers: int) -> list[str]:
    """List the newest issues before a day that hold so many papers together, the newest first."""
    found: list[str] = []
    for _, name in sorted(((one.day, name) for name, one in counts.issues.items()), reverse=True):
        if papers <= 0:
            break
        if before is None or counts.issues[name].day < before:
            found.append(name)
            papers -= counts.issues[name].papers
    return found


def _with_papers(
    counts: _Counts,
    names: Sequence[str],
    lots: Mapping[str, Lot],
    read: Mapping[str, tuple[Paper, ...]],
) -> _Counts:
    """Count the issues of these names that are not counted yet, the oldest first."""
    new = [name for name in reversed(names) if counts.issues[name].rows is None]
    if not new:
        return counts
    again, _ = _read({name: lots[name] for name in new if name not in read})
    papers = dict(read) | {name: found for name, (_, found) in again.items()}
    issues = dict(counts.issues)
    start = len(counts.pool.names) if counts.pool else 0
    for name in new:
        end = start + len(papers.get(name, ()))
        issues[name] = replace(issues[name], rows=range(start, end))
        start = end
    return _Counts(
        issues=issues, pool=_added(counts.pool, [one for name in new for one in papers.get(name, ())])
    )


def _added(pool: Pool | None, papers: Sequence[Paper]) -> Pool:
    from newsletter.topics.pool import pool_of, united  # noqa: PLC0415 - numpy takes its time

    new = pool_of(papers)
    return new if pool is None else united(pool, new, least_papers_of_pair=1)


def _past(counts: _Counts, wanted: Sequence[str], skipped: Sequence[str], lots: Mapping[str, Lot]) -> Past:
    """Take the papers of the wanted issues and days (the newest first), each from the newest that has it."""
    from newsletter.topics.background import Background  # noqa: PLC0415 - see `_added`

    pool, seen = counts.pool, set[str]()
    rows: list[int] = []
    for name in wanted:
        for row in reversed(counts.counted[name]):
            names = pool.names[row].split("\t") if pool else []
            if seen.isdisjoint(names) and len(rows) < _MOST_PAPERS:
                rows.append(row)
            seen.update(names)
    rows.reverse()
    if pool is None or not rows:
        return Past(background=None, skipped=tuple(skipped))
    chosen = pool if rows == list(range(len(pool.names))) else _part(pool, rows)
    days = sum(lots[name].is_archived for name in wanted)
    return Past(
        background=Background(papers=len(rows), pool=chosen),
        issues=len(wanted) - days,
        days=days,
        skipped=tuple(skipped),
    )


def _without_old(counts: _Counts) -> _Counts:
    """Drop the counts of issues that are gone, or too old to be asked for every day."""
    young = _newest(counts, None, _MOST_KEPT)[::-1]
    rows = [row for name in young for row in counts.counted.get(name, ())]
    if counts.pool is None or len(rows) == len(counts.pool.names):
        return counts
    issues, start = {name: replace(one, rows=None) for name, one in counts.issues.items()}, 0
    for name in young:
        if name in counts.counted:
            end = start + len(counts.counted[name])
            issues[name] = replace(issues[name], rows=range(start, end))
            start = end
    return _Counts(issues=issues, pool=_part(counts.pool, rows) if rows else None)


def _part(pool: Pool, rows: Sequence[int]) -> Pool:
    """Keep some papers and their terms only: a term that no paper has would count as one that is rare."""
    from newsletter.topics.pool import rows_of_pool, with_common_terms  # noqa: PLC0415 - see `_added`

    return with_common_terms(rows_of_pool(pool, rows), stems=1, pairs=1)


def _read_counts(folder: Path) -> _Counts:
    """Read what was kept; anything that is not whole counts as nothing."""
    from newsletter.topics.pool_file import read_pool  # noqa: PLC0415 - see `_added`

    try:
        index = json.loads((folder / INDEX).read_bytes())
        body = (folder / COUNTS).read_bytes()
        digest = hashlib.sha256(body).hexdigest()
        if index["format"] != _FORMAT or index["counts"] != digest:
            return _Counts(issues={})
        issues = {name: _known(one) for name, one in index["issues"].items()}
        pool = read_pool(io.BytesIO(body))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, TopicError):
        return _Counts(issues={})
    counts = _Counts(issues=issues, pool=pool, digest=digest)
    return counts if _is_whole(counts.counted.values(), pool) else _Counts(issues={})


def _is_whole(parts: Iterable[range], pool: Pool) -> bool:
    """Tell whether the rows of all issues are those of the pool, none missing and none twice."""
    end = 0
    for part in sorted(parts, key=lambda rows: (rows.start, rows.stop)):
        if part.start != end:
            return False
        end = part.stop
    return end == len(pool.names) and end == int(pool.counts.shape[0])


def _known(entry: Mapping[str, Any]) -> _Known:
    (size, changed), rows = entry["stamp"], entry["rows"]
    return _Known(
        stamp=(int(size), int(changed)),
        day=date.fromisoformat(entry["day"]),
        papers=int(entry["papers"]),
        rows=None if rows is None else range(int(rows), int(rows) + int(entry["papers"])),
    )


def _keep(counts: _Counts, folder: Path) -> None:
    """Write the counts; a folder that cannot be written only means counting again tomorrow."""
    from newsletter.topics.pool_file import write_pool  # noqa: PLC0415 - see `_added`

    if counts.pool is None:
        return
    body, digest = io.BytesIO(), counts.digest
    if digest is None:
        write_pool(counts.pool, body, quickly=True)
        digest = hashlib.sha256(body.getvalue()).hexdigest()
    index = {
        "format": _FORMAT,
        "counts": digest,
        "issues": {
            name: {
                "stamp": one.stamp,
                "day": one.day.isoformat(),
                "papers": one.papers,
                "rows": None if one.rows is None else one.rows.start,
            }
            for name, one in counts.issues.items()
        },
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if counts.digest is None:
            write_at_once(folder / COUNTS, body.getvalue())
        write_at_once(folder / INDEX, json.dumps(index, indent=1).encode("ascii"))
    except OSError:
        return
