"""What is different from the issue before: papers, sections, sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.store.issue_folder import read_issue
from newsletter.store.kept_issues import newest_first

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newsletter.model import Entry, Issue
    from newsletter.store.issue_folder import StoredIssue


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure before and now; None where there was or is none."""

    name: str
    before: int | None
    now: int | None

    @property
    def by(self) -> int:
        return (self.now or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two issues side by side: `repeated` papers are in both, `gone` ones only in the earlier."""

    before: Issue
    new: tuple[Entry, ...]
    repeated: tuple[Entry, ...]
    gone: tuple[Entry, ...]
    sections: tuple[Change, ...]
    sizes: tuple[Change, ...]


def previous_of(issue: Issue, root: Path) -> StoredIssue | None:
    """Find the newest issue under `root` of an earlier day and the same cadence.

    Raises `StoreError` if it cannot be read.
    """
    for kept in newest_first(root):
        if kept.span.day < issue.day and kept.span.cadence == issue.cadence:
            return read_issue(kept.folder)
    return None


def difference(now: StoredIssue, before: StoredIssue) -> Difference:
    """Compare two issues. A paper is the same if it shares an id."""
    known, here = _ids(before.issue.entries), _ids(now.issue.entries)
    return Difference(
        before=before.issue,
        new=tuple(entry for entry in now.issue.entries if not _is_among(entry, known)),
        repeated=tuple(entry for entry in now.issue.entries if _is_among(entry, known)),
        gone=tuple(entry for entry in before.issue.entries if not _is_among(entry, here)),
        sections=tuple(_sections(before.issue, now.issue)),
        sizes=tuple(_sizes(before, now)),
    )


def _sections(before: Issue, now: Issue) -> Iterable[Change]:
    then, here = _counts(before), _counts(now)
    for title in [*here, *(title for title in then if title not in here)]:
        yield Change(name=title, before=then.get(title), now=here.get(title))


def _counts(issue: Issue) -> dict[str, int]:
    counts = {section.title: len(section.entries) for section in issue.sections}
    return counts | ({"More papers": len(issue.more)} if issue.more else {})


def _sizes(before: StoredIssue, now: StoredIssue) -> Iterable[Change]:
    yield Change(name="Papers", before=len(before.issue.entries), now=len(now.issue.entries))
    for name, part in (("HTML, bytes", "html"), ("Text, bytes", "text"), ("Message, bytes", "message")):
        yield Change(name=name, before=len(getattr(before, part)), now=len(getattr(now, part)))


def _ids(entries: Iterable[Entry]) -> frozenset[tuple[str, str]]:
    return frozenset(pair for entry in entries for pair in _names(entry))


def _names(entry: Entry) -> list[tuple[str, str]]:
    return [("key", entry.paper.key), *entry.paper.ids.items()]


def _is_among(entry: Entry, ids: frozenset[tuple[str, str]]) -> bool:
    return any(pair in ids for pair in _names(entry))
