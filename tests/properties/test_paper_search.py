"""Whatever a person types, a search answers, and finds what is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.model import Paper
from newsletter.parsing.identity import identify
from newsletter.store.checking import faults
from newsletter.store.database import Database, open_database
from newsletter.store.papers import PaperArchive
from newsletter.store.schema_papers import papers

DAY = date(2025, 11, 7)
NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
WORDS = (
    "whales",
    "Sparse",
    "GPT-4",
    "naïve",
    "C++",
    "AND",
    "not",
    "near",
    "日本",
    "x2",
    "a_b",
    "l'été",
    "Ωmega",
)
SIGNS = "\"'*-+:()^{}[]~&|!<>\\/@#%_,.;?= \t\n\0"


def paper(title: str) -> Paper:
    identity = identify(title)
    return Paper(key=identity.key, ids=identity.ids, title=title, title_raw=title)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PaperArchive]:
    """An archive of each engine, with a paper for every word."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("archive") / "newsletter.db"
        with closing(open_database(f"sqlite:///{path}")) as database:
            yield filled(database)
        return
    database = request.getfixturevalue("migrated_postgres")
    yield filled(database)
    with database.writing() as connection:
        connection.exec_driver_sql(f"TRUNCATE {papers.name} RESTART IDENTITY CASCADE")


def filled(database: Database) -> PaperArchive:
    archive = PaperArchive(database)
    archive.remember([paper(f"Paper about {word} alone") for word in WORDS], source="hf", at=NOON, day=DAY)
    return archive


@settings(max_examples=80)
@given(
    st.one_of(st.text(max_size=60), st.text(st.one_of(st.sampled_from(SIGNS), st.sampled_from("abNOT12"))))
)
def test_any_text_is_a_query_and_a_name(archive: PaperArchive, text: str) -> None:
    assert len(archive.search(text, source=text or None, limit=3)) <= 3
    archive.search(text)
    archive.find(text)


@settings(max_examples=40)
@given(
    st.sampled_from(WORDS),
    st.text(st.sampled_from(SIGNS), max_size=4),
    st.text(st.sampled_from(SIGNS), max_size=4),
)
def test_signs_around_a_word_do_not_hide_it(
    archive: PaperArchive, word: str, before: str, after: str
) -> None:
    wanted = f"Paper about {word} alone"
    query = f"{before}{word}{after}".lstrip("- \t\n\0")
    if "-" not in before:
        assert wanted in [hit.paper.title for hit in archive.search(query)] or word in ("AND", "not")
    assert archive.find(wanted) is not None


def test_the_naughty_strings_are_queries_names_and_papers(archive: PaperArchive, test_data: Path) -> None:
    strings: list[str] = json.loads((test_data / "corpora" / "blns" / "blns.json").read_text("utf-8"))
    for text in strings[:: 2 if archive.database.file else 7]:
        archive.search(text)
        archive.find(text)
    named = [paper(text) for text in strings if text]
    told = archive.remember(named, source="naughty", at=NOON, day=DAY)
    assert len(told.keys) == len(named)
    assert len(archive.papers(told.keys)) == len(named)
    assert faults(archive.database) == ()
