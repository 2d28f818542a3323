"""Which papers an export is of: those of an issue, or those that a search finds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import StoreError
from newsletter.store.issue_folder import find_issue, read_issue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.model import Paper
    from newsletter.store.papers import PaperArchive, Wanted


def papers_to_export(archive: PaperArchive | None, wanted: Wanted, *, root: Path) -> Iterator[Paper]:
    """Go through the papers of the issue that a query names (a folder, or a slug of one under `root`), else
    those it finds.

    Of an issue all papers are given, in its order. Raises `StoreError` for an issue that cannot be read.
    """
    name = wanted.query.strip()
    if name and (folder := _folder(name, root)):
        yield from (entry.paper for entry in read_issue(folder).issue.entries)
        return
    if archive is None:
        return
    if name and (shown := archive.shown_in(Path(name).name)):
        yield from shown
        return
    yield from (hit.paper for hit in archive.each(wanted))


def _folder(name: str, root: Path) -> Path | None:
    try:
        return find_issue(name, root=root)
    except (StoreError, OSError, ValueError):
        return None
