"""Which papers a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, or_, select

from newsletter.store.paper_rows import storable
from newsletter.store.paper_words import finding, pieces_of
from newsletter.store.schema_papers import paper_showings, paper_sightings, papers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import ColumnElement, Connection


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
    newest_first = papers.c.day.desc(), papers.c.id.desc()
    asking: Any = select(papers.c.id, papers.c.day).where(*_conditions(wanted))
    asking = asking.limit(wanted.limit)
    if not wanted.query.strip():
        return [(row.id, row.day) for row in connection.execute(asking.order_by(*newest_first))]
    how = finding(connection, pieces_of(wanted.query))
    if how is None:
        return []
    asking = asking.select_from(papers.join(how.joined, how.on)).where(how.condition)
    asking = asking.order_by(how.misfit, *newest_first)
    return [(row.id, row.day) for row in connection.execute(asking)]


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
