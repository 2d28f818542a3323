"""Which papers there are does not depend on the order in which their records came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from newsletter.model import Paper, PaperKey
from newsletter.parsing.identity import key_of, title_id
from newsletter.parsing.same_paper import Marks, marks_of, one_each
from newsletter.store.checking import faults
from newsletter.store.database import open_database
from newsletter.store.papers import PaperArchive
from newsletter.store.schema_papers import ARCHIVE

DAY = date(2025, 11, 7)
NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
PEOPLE = ("Ann Lee", "Bo Chen", "Cy Young")


def paper_of(facts: tuple[object, ...]) -> Paper:
    source, title, arxiv, doi, s2, authors, version, upvotes, flag, abstract = facts
    ids = {"title": title_id(str(title)), "arxiv": arxiv, "doi": doi, "s2": s2}
    known = {name: str(value) for name, value in ids.items() if value}
    return Paper(
        key=key_of(known),
        ids=known,
        title=str(title),
        title_raw=str(title),
        abstract=abstract,  # type: ignore[arg-type]
        abstract_raw=abstract,  # type: ignore[arg-type]
        authors=authors,  # type: ignore[arg-type]
        source=str(source),
        version=version,  # type: ignore[arg-type]
        upvotes=upvotes,  # type: ignore[arg-type]
        flags=(flag,) if flag else (),  # type: ignore[arg-type]
    )


PAPERS = st.tuples(
    st.sampled_from(["arxiv", "hf", "bibtex", "feed"]),
    st.sampled_from(["Attention", "attention!", "Whales", "On sparse attention"]),
    st.sampled_from([None, None, "2511.00001", "2511.00002"]),
    st.sampled_from([None, None, "10.1000/a", "10.1000/b", "10.48550/arxiv.2511.00001"]),
    st.sampled_from([None, None, "s-a"]),
    st.one_of(st.none(), st.sets(st.sampled_from(PEOPLE), min_size=1).map(lambda them: tuple(sorted(them)))),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, 0, 5]),
    st.sampled_from([None, "withdrawn", "cross", "replacement", "dated 2014"]),
    st.sampled_from([None, "Good.", "Better."]),
).map(paper_of)
LISTS = st.lists(PAPERS, max_size=7)


def spelt(marks: Marks) -> str:
    ids = sorted((scheme, sorted(values)) for scheme, values in marks.ids.items())
    return repr((ids, sorted(marks.titles), sorted(marks.names)))


@given(LISTS, st.randoms(use_true_random=False))
def test_records_are_parted_alike_in_any_order(papers: list[Paper], random: object) -> None:
    marks = [marks_of(paper) for paper in papers]
    order = list(range(len(papers)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight = [sorted(spelt(marks[place]) for place in part) for part in one_each(marks)]
    shuffled = one_each([marks[place] for place in order])
    # records that nothing tells apart may change places
    again = [sorted(spelt(marks[order[place]]) for place in part) for part in shuffled]
    assert sorted(again) == sorted(straight)


@given(LISTS)
def test_records_that_share_an_id_are_one_paper_and_no_title_overrules_ids(papers: list[Paper]) -> None:
    marks = [marks_of(paper) for paper in papers]
    parts = one_each(marks)
    home = {place: number for number, part in enumerate(parts) for place in part}
    assert sorted(home) == list(range(len(papers)))
    for first, second in combinations(range(len(papers)), 2):
        shares = any(
            ids & marks[second].ids.get(scheme, frozenset()) for scheme, ids in marks[first].ids.items()
        )
        assert not shares or home[first] == home[second]
    for part in parts:
        if len(part) == 2 and marks[part[0]].contradicts(marks[part[1]]):
            assert any(
                ids & marks[part[1]].ids.get(scheme, frozenset())
                for scheme, ids in marks[part[0]].ids.items()
            )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperArchive]:
    """An archive, emptied by each use."""
    path = tmp_path_factory.mktemp("archive") / "newsletter.db"
    with closing(open_database(f"sqlite:///{path}")) as database:
        database.engine.dispose()
        event.listen(database.engine, "connect", lambda made, _: made.execute("PRAGMA synchronous = OFF"))
        yield PaperArchive(database)


def emptied(archive: PaperArchive) -> PaperArchive:
    with archive.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM paper_words WHERE rowid IN (SELECT id FROM papers)")
        for table in reversed(ARCHIVE):
            connection.execute(table.delete())
    return archive


def papers_known(archive: PaperArchive, papers: Sequence[tuple[int, Paper]]) -> list[str]:
    """Remember one by one, each at its own time, and write down what is known then."""
    for minute, paper in papers:
        at = NOON + timedelta(minutes=minute)
        archive.remember([paper], source=paper.source or "", at=at, day=DAY + timedelta(days=minute % 2))
    return sorted(
        repr((day, ids, values))
        for day in (DAY, DAY + timedelta(days=1))
        for paper in archive.of_days(day, day)
        for ids in [sorted(paper.ids.items())]
        for values in [
            (paper.title, paper.abstract, paper.authors, paper.version, paper.upvotes, sorted(paper.flags))
        ]
    )


@settings(max_examples=60)
@given(LISTS, st.randoms(use_true_random=False))
def test_an_archive_knows_the_same_papers_in_whatever_order_they_came(
    archive: PaperArchive, papers: list[Paper], random: object
) -> None:
    numbered = list(enumerate(papers))
    straight = papers_known(emptied(archive), numbered)
    random.shuffle(numbered)  # type: ignore[attr-defined]
    assert papers_known(emptied(archive), numbered) == straight
    assert faults(archive.database) == ()


@settings(max_examples=40)
@given(LISTS)
def test_keys_that_were_given_once_lead_to_their_paper_for_ever(
    archive: PaperArchive, papers: list[Paper]
) -> None:
    emptied(archive)
    given_keys: list[PaperKey] = []
    for minute, paper in enumerate(papers):
        told = archive.remember([paper], source="s", at=NOON + timedelta(minutes=minute), day=DAY)
        given_keys += told.keys
    assert len(archive.papers(given_keys)) == len(given_keys)
    assert {paper.key for paper in archive.papers(given_keys)} <= set(given_keys)


def test_a_title_that_thousands_of_records_bear_at_once_is_compared_with_none_of_them() -> None:
    class Counted(Marks):
        """Counts how often records are compared."""

        comparisons = 0

        def contradicts(self, other: Marks) -> bool:
            Counted.comparisons += 1
            return super().contradicts(other)

    title = frozenset((title_id("Editorial"),))
    records = [
        Counted(ids={"doi": frozenset((f"10.1000/{number}",))}, titles=title, names=frozenset())
        for number in range(3_000)
    ]
    assert len(one_each(records)) == 3_000
    assert Counted.comparisons == 0


def test_many_records_of_one_title_that_nothing_tells_apart_are_one_paper() -> None:
    bare = Marks(ids={}, titles=frozenset((title_id("Attention"),)), names=frozenset())
    assert one_each([bare] * 60) == [list(range(60))]
