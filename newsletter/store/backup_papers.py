"""What a restore does to the archive: what issues showed since the backup was made stays known, with the
papers it is about, so that nobody is sent them again. All else is as it was."""

from __future__ import annotations

from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import select

from newsletter.store.paper_names import numbers_of
from newsletter.store.paper_neighbours import in_chunks, sighting_rows
from newsletter.store.paper_remembering import take_in
from newsletter.store.paper_rows import sighting_in
from newsletter.store.paper_showing import Shown, write_showings
from newsletter.store.schema_papers import paper_showings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from newsletter.model import PaperKey
    from newsletter.parsing.sightings import Sighting


def keep_showings(now: Connection, then: Connection) -> None:
    """Take over what issues showed, and what was said of these papers."""
    keys = _papers_taken_over(now, then)
    numbers = numbers_of(then, list(keys.values()))
    table = paper_showings.c
    rows = now.execute(
        select(paper_showings).order_by(table.cadence, table.slug, table.place, table.paper_id)
    )
    for (cadence, slug), issue in groupby(rows, key=lambda row: (row.cadence, row.slug)):
        known = [(keys[row.paper_id], row) for row in issue if row.paper_id in keys]
        if known:
            shown = {
                numbers[key]: Shown(key=key, version=row.version, section=row.section) for key, row in known
            }
            write_showings(then, cadence, slug, known[0][1].day, shown)


def _papers_taken_over(now: Connection, then: Connection) -> dict[int, PaperKey]:
    """Let the backup learn of every paper that was shown; say under which keys it has them."""
    keys: dict[int, PaperKey] = {}
    shown = select(paper_showings.c.paper_id).distinct().order_by(paper_showings.c.paper_id)
    for some in in_chunks(list(now.scalars(shown))):
        said = list(_readable(now, some))
        told = take_in(then, [one for _, one in said])
        keys.update((paper, key) for (paper, _), key in zip(said, told.keys, strict=True))
    return keys


def _readable(now: Connection, papers: Sequence[int]) -> Iterator[tuple[int, Sighting]]:
    """Read what is not damaged: damage may be why a backup is put back."""
    for row in sighting_rows(now, papers):
        with suppress(ValueError):
            yield row.paper_id, sighting_in(row)
