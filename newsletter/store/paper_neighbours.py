"""The part of the archive that new records may touch: the papers that share a name with one of them, or with
one of those."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from newsletter.parsing.same_paper import MOST_OF_ONE_TITLE, TITLE, marks_of
from newsletter.store.paper_rows import name_value, sighting_in
from newsletter.store.schema_papers import paper_names, paper_sightings, papers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Row

    from newsletter.parsing.same_paper import Marks
    from newsletter.parsing.sightings import Sighting

KEY = "key"
_AT_ONCE = 500

Name = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Held:
    """A sighting, and its row and paper where it is stored already."""

    sighting: Sighting
    marks: Marks
    row: int | None = None
    paper: int | None = None
    is_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Stored papers by id, their keys of old, their sightings, and which titles are rubrics."""

    papers: dict[int, Row[Any]] = field(default_factory=dict)
    keys: dict[int, set[str]] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    rubrics: set[str] = field(default_factory=set)


def neighbourhood(connection: Connection, marks: Iterable[Marks]) -> Neighbourhood:
    """Read all that may become one paper with records of these marks."""
    found = Neighbourhood()
    names = {name for one in marks for name in names_of_marks(one)}
    asked: set[Name] = set()
    while new := names - asked:
        asked |= new
        found.rubrics.update(_rubrics(connection, new))
        ids = _with_names(connection, (name for name in new if name[1] not in found.rubrics))
        fresh = sorted(ids - found.papers.keys())
        found.papers.update(_rows(connection, fresh))
        for paper, scheme, value in _all_names(connection, fresh):
            if scheme == KEY:
                found.keys.setdefault(paper, set()).add(value)
            else:
                names.add((scheme, value))
    found.held.extend(_sightings(connection, sorted(found.papers)))
    return found


def names_of_marks(marks: Marks) -> Iterator[Name]:
    """List the names by which such a record finds its neighbours."""
    for scheme, values in marks.ids.items():
        yield from ((scheme[:64], name_value(value)) for value in values)
    yield from ((TITLE, title) for title in marks.titles)


def in_chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Part what is asked for into questions that are not too long."""
    for at in range(0, len(values), _AT_ONCE):
        yield values[at : at + _AT_ONCE]


def _by_scheme(names: Iterable[Name]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for scheme, value in sorted(names):
        found[scheme].append(value)
    return found


def _rubrics(connection: Connection, names: Iterable[Name]) -> Iterator[str]:
    for some in in_chunks(_by_scheme(names).get(TITLE, [])):
        counted = (
            select(paper_names.c.value)
            .where(paper_names.c.scheme == TITLE, paper_names.c.value.in_(some))
            .group_by(paper_names.c.value)
            .having(func.count() > MOST_OF_ONE_TITLE)
        )
        yield from connection.scalars(counted)


def _with_names(connection: Connection, names: Iterable[Name]) -> set[int]:
    found: set[int] = set()
    for scheme, values in _by_scheme(names).items():
        for some in in_chunks(values):
            asking = select(paper_names.c.paper_id).where(
                paper_names.c.scheme == scheme, paper_names.c.value.in_(some)
            )
            found.update(connection.scalars(asking))
    return found


def _rows(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Row[Any]]]:
    for some in in_chunks(ids):
        for row in connection.execute(select(papers).where(papers.c.id.in_(some))):
            yield row.id, row


def _all_names(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    columns = paper_names.c.paper_id, paper_names.c.scheme, paper_names.c.value
    for some in in_chunks(ids):
        for row in connection.execute(select(*columns).where(paper_names.c.paper_id.in_(some))):
            yield row.paper_id, row.scheme, row.value


def _sightings(connection: Connection, ids: Sequence[int]) -> Iterator[Held]:
    for row in sighting_rows(connection, ids):
        one = sighting_in(row)
        yield Held(sighting=one, marks=marks_of(one.paper), row=row.id, paper=row.paper_id)


def sighting_rows(connection: Connection, ids: Sequence[int]) -> Iterator[Row[Any]]:
    """Read what was said of papers, the oldest first."""
    for some in in_chunks(ids):
        wanted = select(paper_sightings).where(paper_sightings.c.paper_id.in_(some))
        yield from connection.execute(wanted.order_by(paper_sightings.c.id))
