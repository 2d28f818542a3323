"""Which papers a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, or_, select

from newsletter.store.paper_rows import storable
from newsletter.store.paper_words import Finding, finding, pieces_of
from newsletter.store.schema_papers import paper_showings, paper_sightings, papers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import ColumnElement, Connection

# How many of the best are looked at first, where a search is narrowed to days, a source or a section.
_FIRST_LOOK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is searched for; a query without any sign asks for everything, the newest first."""

    query: str
    since: date | None = None
    until: date | None = None
    section: str | None = None
    source: str | None = None
    limit: int | None = 20


def found_numbers(connection: Connection, wanted: Wanted) -> list[tuple[int, date]]:
    """List the numbers of papers, the best first, and the days they came first."""
    conditions = list(_conditions(wanted))
    asking: Any = select(papers.c.id, papers.c.day).where(*conditions)
    if not wanted.query.strip():
        asking = asking.order_by(papers.c.day.desc(), papers.c.id.desc()).limit(wanted.limit)
        return [(row.id, row.day) for row in connection.execute(asking)]
    how = finding(connection, pieces_of(wanted.query))
    if how is None:
        return []
    for look in (_FIRST_LOOK, None) if conditions and wanted.limit else (wanted.limit,):
        rows = connection.execute(_best_first(how, asking, look).limit(wanted.limit)).all()
        if len(rows) == wanted.limit:
            break
    return [(row.id, row.day) for row in rows]


def _best_first(how: Finding, asking: Any, look: int | None) -> Any:
    """Let the index of words choose the best (of papers that fit alike, the newest) by itself: a look at the
    row of each paper that has a common word takes longer than all else."""
    best = select(how.number.label("number"), how.misfit.label("misfit")).where(how.condition)
    chosen = best.order_by(how.misfit, how.number.desc()).limit(look).subquery("best")
    found = asking.select_from(papers.join(chosen, chosen.c.number == papers.c.id))
    return found.order_by(chosen.c.misfit, papers.c.id.desc())


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since:
        yield papers.c.day >= wanted.since
    if wanted.until:
        yield papers.c.day <= wanted.until
    if wanted.source:
        said = paper_sightings.c
        name = storable(wanted.source)
        yield exists().where(said.paper_id == papers.c.id, or_(said.source == name, said.kind == name))
    if wanted.section:
        shown = paper_showings.c
        yield exists().where(shown.paper_id == papers.c.id, shown.section == storable(wanted.section))
