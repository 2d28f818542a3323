"""What is written when papers of the archive change: rows, names, words, and what issues showed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, tuple_, update

from newsletter.store.engines import pour
from newsletter.store.paper_neighbours import in_chunks
from newsletter.store.paper_rows import sighting_row
from newsletter.store.paper_words import forget_words, learn_words
from newsletter.store.schema_papers import paper_names, paper_showings, paper_sightings, papers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from newsletter.store.paper_neighbours import Held, Name

_SEARCHED = ("title", "authors", "abstract", "terms")


@dataclass(slots=True, kw_only=True)
class Change:
    """A paper as it is to be: `row` are the columns of its row, `before` what they were (nothing for a new
    one), `absorbed` the stored papers that become part of it."""

    paper_id: int | None
    absorbed: tuple[int, ...]
    key: str
    row: Mapping[str, Any]
    before: Mapping[str, Any]
    names: frozenset[Name]
    held: tuple[Held, ...]

    @property
    def id(self) -> int:
        """The paper's number, which a new one gets when its row is written."""
        assert self.paper_id is not None  # noqa: S101
        return self.paper_id

    def changes(self, columns: Iterable[str]) -> bool:
        """Whether one of these columns has another value than before."""
        return any(self.before.get(name) != self.row[name] for name in columns)


def write(connection: Connection, changes: Sequence[Change]) -> None:
    """Write the changes; every paper they speak of is as they say afterwards."""
    reworded = [one for one in changes if one.changes(_SEARCHED)]
    stale = [one.paper_id for one in reworded if one.paper_id is not None]
    forget_words(connection, [*stale, *(paper for one in changes for paper in one.absorbed)])
    _write_papers(connection, changes)
    _write_sightings(connection, changes)
    for one in changes:
        for paper in one.absorbed:
            _move_showings(connection, paper, one.id)
    _write_names(connection, changes)
    gone = [paper for one in changes for paper in one.absorbed]
    for some in in_chunks(gone):
        connection.execute(delete(papers).where(papers.c.id.in_(some)))
    learn_words(connection, [one.id for one in reworded])


def _write_papers(connection: Connection, changes: Sequence[Change]) -> None:
    new = [one for one in changes if one.paper_id is None]
    if new:
        inserting = insert(papers).returning(papers.c.id, sort_by_parameter_order=True)
        ids = connection.scalars(inserting, [{"key": one.key, **one.row} for one in new]).all()
        for one, number in zip(new, ids, strict=True):
            one.paper_id = number
    changed = [one for one in changes if one.before and one.changes(one.row)]
    if changed:
        updating = update(papers).where(papers.c.id == bindparam("this"))
        connection.execute(updating, [{"this": one.id, **one.row} for one in changed])


def _write_sightings(connection: Connection, changes: Sequence[Change]) -> None:
    pairs = [(one.id, held) for one in changes for held in one.held]
    pour(
        connection,
        paper_sightings,
        [sighting_row(held.sighting, paper) for paper, held in pairs if held.row is None],
    )
    stored = [(paper, held) for paper, held in pairs if held.row is not None]
    rewritten = [
        {"this": held.row, **sighting_row(held.sighting, paper)} for paper, held in stored if held.is_changed
    ]
    moved = [
        {"this": held.row, "paper_id": paper}
        for paper, held in stored
        if not held.is_changed and held.paper != paper
    ]
    updating = update(paper_sightings).where(paper_sightings.c.id == bindparam("this"))
    for rows in (rewritten, moved):
        if rows:
            connection.execute(updating, rows)


def _write_names(connection: Connection, changes: Sequence[Change]) -> None:
    touched = [paper for one in changes if one.before for paper in (one.id, *one.absorbed)]
    columns = paper_names.c.scheme, paper_names.c.value, paper_names.c.paper_id
    there: set[tuple[str, str, int]] = set()
    for some in in_chunks(touched):
        rows = connection.execute(select(*columns).where(paper_names.c.paper_id.in_(some)))
        there.update((row.scheme, row.value, row.paper_id) for row in rows)
    wanted = {(scheme, value, one.id) for one in changes for scheme, value in one.names}
    for some in in_chunks(sorted(there - wanted)):
        connection.execute(delete(paper_names).where(tuple_(*columns).in_(some)))
    rows_to_be = sorted(wanted - there)
    pour(
        connection,
        paper_names,
        [{"scheme": name, "value": value, "paper_id": paper} for name, value, paper in rows_to_be],
    )


def _move_showings(connection: Connection, old: int, new: int) -> None:
    """What issues showed of a paper they showed of the one that it became part of."""
    table = paper_showings
    both = select(table.c.cadence, table.c.slug).where(table.c.paper_id == new)
    repeated = tuple_(table.c.cadence, table.c.slug).in_(both)
    connection.execute(delete(table).where(table.c.paper_id == old, repeated))
    connection.execute(update(table).where(table.c.paper_id == old).values(paper_id=new))
