"""The archive of papers: one paper per identity, over sources, versions and days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsletter.errors import StoreError
from newsletter.model import PaperKey
from newsletter.parsing.sightings import Sighting
from newsletter.store.engines import hold_papers
from newsletter.store.paper_names import numbers_named, numbers_of
from newsletter.store.paper_neighbours import in_chunks, sighting_rows
from newsletter.store.paper_remembering import Remembered as Remembered  # noqa: PLC0414 - what `remember` gives
from newsletter.store.paper_remembering import take_in
from newsletter.store.paper_rows import sighting_in, whole_paper
from newsletter.store.paper_search import Wanted as Wanted  # noqa: PLC0414
from newsletter.store.paper_search import found_numbers
from newsletter.store.paper_showing import Showing as Showing  # noqa: PLC0414
from newsletter.store.paper_showing import Shown as Shown  # noqa: PLC0414
from newsletter.store.paper_showing import forget, numbers_shown, read_showings, write_showings
from newsletter.store.paper_words import learn_all_words
from newsletter.store.schema_papers import paper_showings, papers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from newsletter.model import Cadence, Paper, SectionSlug
    from newsletter.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A paper that a search found, and the day it came first."""

    paper: Paper
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that is known of a paper: what each source said of it, the oldest first, and which issues showed
    it, the newest first."""

    paper: Paper
    day: date
    sightings: tuple[Sighting, ...]
    showings: tuple[Showing, ...]


@dataclass(frozen=True, slots=True)
class PaperArchive:
    """The papers of one newsletter. The key of a paper here never changes; a key it had at a source, or
    before two papers turned out to be one, leads to it as well."""

    database: Database

    def remember(self, papers: Iterable[Paper], *, source: str, at: datetime, day: date) -> Remembered:
        """Add what a source gave for a day, in its order. Saying it again changes nothing but counters."""
        said = [
            Sighting(paper=paper, source=source, first_at=at, at=at, day=day, place=place)
            for place, paper in enumerate(papers)
        ]
        with self.database.writing() as connection:
            hold_papers(connection)
            return take_in(connection, said)

    def papers(self, keys: Iterable[PaperKey]) -> tuple[Paper, ...]:
        """Give papers in the order of their keys; those that are not here are left out."""
        with self.database.reading() as connection:
            numbers = numbers_of(connection, wanted := list(keys))
            found = _papers(connection, list(numbers.values()))
        return tuple(found[numbers[key]] for key in wanted if key in numbers)

    def find(self, text: str) -> Paper | None:
        """Find the paper with this id (of any scheme), key or title, or the newest with this in its title."""
        return next(iter(self.matching(text, limit=1)), None)

    def matching(self, text: str, *, limit: int = 20) -> tuple[Paper, ...]:
        """List the papers that `find` chooses from."""
        with self.database.reading() as connection:
            return _in_order(connection, numbers_named(connection, text, limit))

    def of_days(self, first: date, last: date) -> tuple[Paper, ...]:
        """Give the papers that first came on these days, each day's in the order of its sources."""
        within = papers.c.day.between(first, last)
        order = papers.c.day, papers.c.arrived_at, papers.c.place, papers.c.id
        with self.database.reading() as connection:
            return _in_order(
                connection, list(connection.scalars(select(papers.c.id).where(within).order_by(*order)))
            )

    def search(
        self,
        query: str,
        *,
        since: date | None = None,
        until: date | None = None,
        section: SectionSlug | None = None,
        source: str | None = None,
        limit: int | None = 20,
    ) -> tuple[Hit, ...]:
        """Find papers by their words, the best first; without a query, all of them, the newest first.

        A query is words, "words in a row", -unwanted and begin*; whatever else is typed is no error. The
        days are those on which papers first came, `section` is one in which an issue showed them.
        """
        wanted = Wanted(query=query, since=since, until=until, section=section, source=source, limit=limit)
        return tuple(self.each(wanted))

    def each(self, wanted: Wanted) -> Iterator[Hit]:
        """Go through what a search finds, however much it is."""
        with self.database.reading() as connection:
            days = dict(found_numbers(connection, wanted))
            for some in in_chunks(list(days)):
                found = _papers(connection, some)
                yield from (Hit(paper=found[number], day=days[number]) for number in some)

    def show(self, cadence: Cadence, slug: str, day: date, shown: Sequence[Shown]) -> None:
        """Record what an issue shows, in place of what was recorded of it before. Raises `StoreError` for a
        paper that is not here."""
        with self.database.writing() as connection:
            hold_papers(connection)
            numbers = numbers_of(connection, [one.key for one in shown])
            for one in shown:
                if one.key not in numbers:
                    raise StoreError(
                        f"{slug}: the paper {one.key} is not in the archive", hint="remember it before"
                    )
            write_showings(connection, cadence, slug, day, {numbers[one.key]: one for one in shown})

    def shown(
        self, keys: Iterable[PaperKey], cadence: Cadence, *, but_for: str | None = None
    ) -> dict[PaperKey, Showing]:
        """Say where issues of a cadence showed papers last, but for the issue `but_for`; papers that none
        showed are left out."""
        with self.database.reading() as connection:
            numbers = numbers_of(connection, list(keys))
            found = read_showings(connection, list(numbers.values()), cadence, but_for)
        return {key: _last(found[number]) for key, number in numbers.items() if number in found}

    def shown_in(self, slug: str) -> tuple[Paper, ...]:
        """Give the papers that an issue showed, in its order."""
        with self.database.reading() as connection:
            return _in_order(connection, numbers_shown(connection, slug))

    def forget_issue(self, cadence: Cadence, slug: str) -> None:
        """Forget what an issue showed, as if it had never been."""
        with self.database.writing() as connection:
            forget(connection, cadence, slug)

    def history(self, key: PaperKey) -> History | None:
        """Tell all that is known of a paper."""
        with self.database.reading() as connection:
            number = numbers_of(connection, [key]).get(key)
            if number is None:
                return None
            row = connection.execute(select(papers).where(papers.c.id == number)).one()
            sightings = tuple(sighting_in(one) for one in sighting_rows(connection, [number]))
            return History(
                paper=whole_paper(sightings, row.key),
                day=row.day,
                sightings=sightings,
                showings=tuple(read_showings(connection, [number]).get(number, ())),
            )

    def newest_of_day(self, day: date, papers_at_most: int) -> tuple[Paper, ...]:
        """Give the papers that came last on a day, in the order they came."""
        newest = select(papers.c.id).where(papers.c.day == day).order_by(papers.c.id.desc())
        with self.database.reading() as connection:
            numbers = list(connection.scalars(newest.limit(papers_at_most)))
            return _in_order(connection, numbers[::-1])

    def counts_by_day(self) -> dict[date, int]:
        """Say how many papers first came on which day."""
        counted = select(papers.c.day, func.count()).group_by(papers.c.day)
        with self.database.reading() as connection:
            return dict(connection.execute(counted).all())

    def figures_by_day(self, since: date) -> dict[date, tuple[int, int]]:
        """Give two figures for each day, which change when the texts of its papers do."""
        lengths = func.length(papers.c.title) + func.length(papers.c.abstract) + func.length(papers.c.terms)
        figures = select(papers.c.day, func.sum(lengths + 1), func.sum(papers.c.id * lengths))
        with self.database.reading() as connection:
            rows = connection.execute(figures.where(papers.c.day >= since).group_by(papers.c.day))
            return {day: (int(first), int(second)) for day, first, second in rows}

    def slugs_shown(self) -> list[str]:
        """List the issues of which it is known what they showed."""
        with self.database.reading() as connection:
            return list(connection.scalars(select(paper_showings.c.slug).distinct()))

    def count(self) -> int:
        """Say how many papers there are."""
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(papers)) or 0

    def reindex(self) -> int:
        """Make the index of words anew, and say of how many papers."""
        with self.database.writing() as connection:
            hold_papers(connection)
            return learn_all_words(connection)

    def everything(self, before: date | None = None, *, newest: int | None = None) -> Iterator[Paper]:
        """Go through the papers that came before a day, the newest first, or so many of these."""
        wanted = select(papers.c.id).order_by(papers.c.day.desc(), papers.c.id.desc()).limit(newest)
        if before:
            wanted = wanted.where(papers.c.day < before)
        with self.database.reading() as connection:
            numbers = list(connection.scalars(wanted))
            for some in in_chunks(numbers):
                yield from _in_order(connection, some)


def _last(showings: Sequence[Showing]) -> Showing:
    return replace(showings[0], times=len(showings))


def _in_order(connection: Connection, numbers: Sequence[int]) -> tuple[Paper, ...]:
    found = _papers(connection, numbers)
    return tuple(found[number] for number in numbers)


def _papers(connection: Connection, numbers: Sequence[int]) -> Mapping[int, Paper]:
    """Put papers together of what was said of them."""
    keys: dict[int, str] = {}
    for some in in_chunks(numbers):
        rows = connection.execute(select(papers.c.id, papers.c.key).where(papers.c.id.in_(some)))
        keys.update((row.id, row.key) for row in rows)
    said: dict[int, list[Sighting]] = defaultdict(list)
    for row in sighting_rows(connection, numbers):
        said[row.paper_id].append(sighting_in(row))
    return {number: whole_paper(said[number], key) for number, key in keys.items()}
