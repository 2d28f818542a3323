"""What may be wrong with the archive: papers that are not what was said of them, and an index out of step."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, select

from newsletter.parsing.same_paper import marks_of
from newsletter.store.paper_neighbours import KEY, in_chunks, names_of_marks, sighting_rows
from newsletter.store.paper_rows import name_value, paper_row, sighting_in, whole_paper
from newsletter.store.paper_words import unindexed
from newsletter.store.schema_papers import paper_names, paper_sightings, papers
from newsletter.store.troubles import RESTORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Row

    from newsletter.parsing.sightings import Sighting


def archive_faults(connection: Connection) -> Iterator[str]:
    """Say what is wrong with the papers, in sentences."""
    silent = ~exists().where(paper_sightings.c.paper_id == papers.c.id)
    if count := connection.scalar(select(func.count()).select_from(papers).where(silent)):
        yield f"{count} papers are there of which nobody said anything; {RESTORE}"
    unreadable = wrong = misnamed = 0
    for some in in_chunks(list(connection.scalars(select(papers.c.id).order_by(papers.c.id)))):
        found = _differences(connection, some)
        unreadable, wrong, misnamed = unreadable + found[0], wrong + found[1], misnamed + found[2]
    if unreadable:
        yield f"of {unreadable} papers it cannot be read what was said of them; {RESTORE}"
    if wrong:
        yield f"{wrong} papers are not what was said of them; {RESTORE}"
    if misnamed:
        yield f"{misnamed} papers cannot be found by their ids; {RESTORE}"
    if unindexed(connection):
        yield "the index of words is not in step with the papers; `newsletter papers reindex` makes it anew"


def _differences(connection: Connection, numbers: Sequence[int]) -> tuple[int, int, int]:
    """Count the papers of which nothing can be read, that differ from what was said, and that lack names."""
    said: dict[int, list[Sighting]] = defaultdict(list)
    unreadable: set[int] = set()
    for row in sighting_rows(connection, numbers):
        try:
            said[row.paper_id].append(sighting_in(row))
        except (ValueError, TypeError, KeyError):
            unreadable.add(row.paper_id)
    names: dict[int, set[tuple[str, str]]] = defaultdict(set)
    wanted = select(paper_names.c.paper_id, paper_names.c.scheme, paper_names.c.value)
    for number, scheme, value in connection.execute(wanted.where(paper_names.c.paper_id.in_(numbers))):
        names[number].add((scheme, value))
    rows = connection.execute(select(papers).where(papers.c.id.in_(numbers))).all()
    whole = [row for row in rows if row.id not in unreadable and said[row.id]]
    wrong = sum(_differs(row, said[row.id]) for row in whole)
    misnamed = sum(not _names(row, said[row.id]) <= names[row.id] for row in whole)
    return len(unreadable), wrong, misnamed


def _differs(row: Row[Any], said: Sequence[Sighting]) -> bool:
    wanted = paper_row(whole_paper(said, row.key), said)
    stored = row._asdict()
    return any(stored[name] != value for name, value in wanted.items())


def _names(row: Row[Any], said: Sequence[Sighting]) -> set[tuple[str, str]]:
    given = {name for one in said for name in names_of_marks(marks_of(one.paper))}
    return given | {(KEY, name_value(row.key)), *((KEY, name_value(one.paper.key)) for one in said)}
