"""What issues showed, so that no paper is repeated within a cadence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from newsletter.store.engines import pour
from newsletter.store.paper_neighbours import in_chunks
from newsletter.store.schema_papers import paper_showings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from newsletter.model import Cadence, Paper, PaperKey, SectionSlug


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A paper that an issue shows: which version, and in which section (None for "More papers")."""

    key: PaperKey
    version: int | None = None
    section: SectionSlug | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """When a paper was shown last, in which issue and which version; `times` is how many issues showed it."""

    slug: str
    day: date
    version: int | None
    times: int
    cadence: Cadence
    section: SectionSlug | None = None


def with_news(paper: Paper, before: Showing | None) -> Paper:
    """Flag a paper as "updated" if there is a later version than an issue showed."""
    if before is None or not before.version or (paper.version or 0) <= before.version:
        return paper
    return replace(paper, flags=tuple(dict.fromkeys((*paper.flags, "updated"))))


def write_showings(
    connection: Connection, cadence: Cadence, slug: str, day: date, shown: Mapping[int, Shown]
) -> None:
    """Record what an issue shows, by numbers of papers; what was recorded of it before is replaced."""
    forget(connection, cadence, slug)
    rows = [
        {
            "cadence": cadence,
            "slug": slug,
            "paper_id": paper,
            "day": day,
            "version": one.version,
            "section": one.section,
            "place": place,
        }
        for place, (paper, one) in enumerate(shown.items())
    ]
    pour(connection, paper_showings, rows)


def forget(connection: Connection, cadence: Cadence, slug: str) -> None:
    """Forget what an issue showed."""
    one_issue = paper_showings.c.cadence == cadence, paper_showings.c.slug == slug
    connection.execute(delete(paper_showings).where(*one_issue))


def numbers_shown(connection: Connection, slug: str) -> list[int]:
    """List the papers that an issue showed, in its order."""
    wanted = select(paper_showings.c.paper_id).where(paper_showings.c.slug == slug)
    order = paper_showings.c.cadence, paper_showings.c.place
    return list(dict.fromkeys(connection.scalars(wanted.order_by(*order))))


def read_showings(
    connection: Connection, ids: Sequence[int], cadence: Cadence | None = None, but_for: str | None = None
) -> dict[int, list[Showing]]:
    """List where papers were shown, the last time first, but for one issue."""
    found: dict[int, list[Showing]] = {}
    for some in in_chunks(ids):
        wanted = select(paper_showings).where(paper_showings.c.paper_id.in_(some))
        if cadence:
            wanted = wanted.where(paper_showings.c.cadence == cadence)
        if but_for:
            wanted = wanted.where(paper_showings.c.slug != but_for)
        order = paper_showings.c.day.desc(), paper_showings.c.slug.desc(), paper_showings.c.cadence
        for row in connection.execute(wanted.order_by(*order)):
            showing = Showing(
                slug=row.slug,
                day=row.day,
                version=row.version,
                times=1,
                cadence=row.cadence,
                section=row.section,
            )
            found.setdefault(row.paper_id, []).append(showing)
    return found
