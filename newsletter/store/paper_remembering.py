"""How what a source says becomes part of what is known: which papers it is about, and what changes by it.

Only the neighbourhood of the new records is looked at. It is parted into papers anew, as a whole, so that the
order in which records came makes no difference to which papers there are.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from newsletter.model import PaperKey
from newsletter.parsing.merging import merged
from newsletter.parsing.same_paper import marks_of, one_each, title_of
from newsletter.parsing.sightings import said_again
from newsletter.store.paper_neighbours import (
    KEY,
    Held,
    Neighbourhood,
    in_chunks,
    names_of_marks,
    neighbourhood,
)
from newsletter.store.paper_rows import name_value, paper_row
from newsletter.store.paper_writing import Change, write
from newsletter.store.schema_papers import papers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection

    from newsletter.model import Paper
    from newsletter.parsing.same_paper import Marks
    from newsletter.parsing.sightings import Sighting

_KEY_CHARS = 20
_TAKEN_BACK = frozenset(("withdrawn", "retracted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What became of papers that a source gave. `keys` names each of them in the archive, in their order;
    the others part these keys, each once: papers that are new, those of which there is a later version or
    that were taken back, and those known before."""

    keys: tuple[PaperKey, ...] = ()
    added: tuple[PaperKey, ...] = ()
    updated: tuple[PaperKey, ...] = ()
    known: tuple[PaperKey, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Group:
    """The sightings of one paper, and the stored papers it goes on from (the first one keeps its key)."""

    held: list[Held]
    stored: list[int] = field(default_factory=list)
    key: str = ""


def take_in(connection: Connection, said: Sequence[Sighting]) -> Remembered:
    """Store what was said, and say what it changed."""
    marks = [marks_of(one.paper) for one in said]
    near = neighbourhood(connection, marks)
    taken_back = {one.paper for one in near.held if _is_taken_back(one.sighting.paper)}
    album = _Album(near.held)
    mine = [album.with_one_more(one, its) for one, its in zip(said, marks, strict=True)]
    groups = _groups(album.held, near)
    _name_new_ones(connection, [group for group in groups if not group.stored])
    write(connection, _changes(groups, near))
    by_held = {id(one): group for group in groups for one in group.held}
    return _told([by_held[id(one)] for one in mine], near, taken_back)


class _Album:
    """Sightings, each source's of each version of a paper once."""

    def __init__(self, held: Iterable[Held]) -> None:
        self.held: list[Held] = []
        self._alike: dict[tuple[object, ...], list[Held]] = defaultdict(list)
        for one in held:
            self._add(one)

    def with_one_more(self, one: Sighting, marks: Marks) -> Held:
        """Add what was said to what the same source said before of the same version, where it did."""
        for before in self._alike[_alike(one)]:
            # With other marks it might be found to be another paper, some day.
            again = said_again(before.sighting, one) if before.marks == marks else None
            if again is not None:
                before.is_changed |= again != before.sighting
                before.sighting = again
                return before
        return self._add(Held(sighting=one, marks=marks, is_changed=True))

    def _add(self, held: Held) -> Held:
        self.held.append(held)
        self._alike[_alike(held.sighting)].append(held)
        return held


def _alike(one: Sighting) -> tuple[object, ...]:
    return (one.source, one.paper.key, one.paper.version, title_of(one.paper))


def _is_taken_back(paper: Paper) -> bool:
    return not _TAKEN_BACK.isdisjoint(paper.flags)


def _groups(held: Sequence[Held], near: Neighbourhood) -> list[_Group]:
    """Part all sightings into papers. A stored paper goes on where its first sighting is."""
    parts = one_each([one.marks for one in held], rubrics=near.rubrics)
    groups = [_Group(held=[held[place] for place in part]) for part in parts]
    first_rows: dict[int, tuple[int, _Group]] = {}
    for group in groups:
        for one in group.held:
            if one.paper is not None and one.row is not None:
                earliest = first_rows.get(one.paper)
                if earliest is None or one.row < earliest[0]:
                    first_rows[one.paper] = (one.row, group)
    for paper in sorted(first_rows):
        first_rows[paper][1].stored.append(paper)
    for group in groups:
        group.key = near.papers[group.stored[0]].key if group.stored else ""
    return groups


def _name_new_ones(connection: Connection, groups: Sequence[_Group]) -> None:
    """Give new papers keys that no other paper has: that of their first sighting, if it is free."""
    wanted = [_first(group).paper.key for group in groups]
    taken: set[str] = set()
    for some in in_chunks(wanted):
        taken.update(connection.scalars(select(papers.c.key).where(papers.c.key.in_(some))))
    for group, key in zip(groups, wanted, strict=True):
        group.key, number = key, 1
        while group.key in taken:
            number += 1
            digest = hashlib.sha256(f"{key}#{number}".encode("utf-8", "surrogatepass")).hexdigest()
            group.key = digest[:_KEY_CHARS]
            if number == 2:  # noqa: PLR2004 - rare: a look for each
                taken.update(connection.scalars(select(papers.c.key).where(papers.c.key == group.key)))
        taken.add(group.key)


def _first(group: _Group) -> Sighting:
    return min((one.sighting for one in group.held), key=lambda one: (one.first_at, one.place))


def _changes(groups: Sequence[_Group], near: Neighbourhood) -> list[Change]:
    """List what has to be written; most groups of a neighbourhood stay as they are."""
    left = {one.paper for group in groups for one in group.held if one.paper not in group.stored[:1]}
    changed = [
        group
        for group in groups
        if any(one.is_changed for one in group.held) or not left.isdisjoint(group.stored or (None,))
    ]
    users = {one.sighting.paper.key for group in groups for one in group.held}
    return [_change(group, near, users) for group in changed]


def _change(group: _Group, near: Neighbourhood, users: AbstractSet[str]) -> Change:
    sightings = [one.sighting for one in group.held]
    own = {one.paper.key for one in sightings}
    # Keys that papers had before they became one still lead here; those of what was parted off do not.
    old = {key for paper in group.stored for key in near.keys.get(paper, ()) if key not in users}
    return Change(
        paper_id=group.stored[0] if group.stored else None,
        absorbed=tuple(group.stored[1:]),
        key=group.key,
        row=paper_row(merged(sightings), sightings),
        before=near.papers[group.stored[0]]._asdict() if group.stored else {},
        names=frozenset(
            (
                *(name for one in group.held for name in names_of_marks(one.marks)),
                *((KEY, name_value(key)) for key in {*own, *old, group.key}),
            )
        ),
        held=tuple(group.held),
    )


def _told(mine: Sequence[_Group], near: Neighbourhood, taken_back: set[int | None]) -> Remembered:
    """Say of each key, once, what became of it."""
    added, updated, known = [], [], []
    for group in {id(group): group for group in mine}.values():
        if not group.stored:
            added.append(group.key)
        elif _is_news(group, near, taken_back):
            updated.append(group.key)
        else:
            known.append(group.key)
    lists = ([group.key for group in mine], added, updated, known)
    keys, new, later, old = (tuple(map(PaperKey, one)) for one in lists)
    return Remembered(keys=keys, added=new, updated=later, known=old)


def _is_news(group: _Group, near: Neighbourhood, taken_back: set[int | None]) -> bool:
    """Whether there is a later version, or the paper was taken back."""
    before = near.papers[group.stored[0]].version
    now = max((one.sighting.paper.version or 0 for one in group.held), default=0)
    is_gone = any(_is_taken_back(one.sighting.paper) for one in group.held)
    return (before is not None and now > before) or (is_gone and taken_back.isdisjoint(group.stored))
