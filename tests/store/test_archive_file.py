"""The archive as part of a database: counted, checked, backed up and put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsletter.model import Paper, PaperKey
from newsletter.parsing.identity import identify
from newsletter.store.backup import back_up, restore
from newsletter.store.checking import faults
from newsletter.store.database import Database, open_database
from newsletter.store.overview import overview
from newsletter.store.papers import PaperArchive, Shown

DAY = date(2025, 11, 7)
NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)


def paper(title: str, arxiv: str | None = None, **facts: object) -> Paper:
    identity = identify(title, arxiv=arxiv)
    return Paper(key=identity.key, ids=identity.ids, title=title, title_raw=title, **facts)  # type: ignore[arg-type]


def remember(archive: PaperArchive, *papers: Paper) -> list[PaperKey]:
    return list(archive.remember(papers, source="hf", at=NOON, day=DAY).keys)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[PaperArchive]:
    with closing(open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")) as database:
        yield PaperArchive(database)


def test_papers_are_counted(database: Database) -> None:
    remember(PaperArchive(database), paper("Whales"), paper("Dolphins"))
    assert overview(database).papers == 2


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("DELETE FROM paper_names WHERE scheme = 'arxiv'", "1 papers cannot be found by their ids"),
        ("DELETE FROM paper_sightings", "2 papers are there of which nobody said anything"),
        ("UPDATE papers SET version = 7", "2 papers are not what was said of them"),
        ("UPDATE paper_sightings SET content = '{'", "of 2 papers it cannot be read what was said of them"),
    ],
)
def test_a_check_finds_papers_that_are_not_what_was_said(database: Database, damage: str, fault: str) -> None:
    remember(PaperArchive(database), paper("Whales", "2511.00001"), paper("Dolphins"))
    assert faults(database) == ()
    with database.writing() as connection:
        connection.exec_driver_sql(damage)
    [found] = faults(database)
    assert found.startswith(fault)


def test_an_index_that_is_out_of_step_is_found_and_made_anew(database: Database) -> None:
    archive = PaperArchive(database)
    remember(archive, paper("Whales"), paper("Dolphins"))
    with database.writing() as connection:
        if database.file:
            connection.exec_driver_sql(
                "INSERT INTO paper_words (paper_words, rowid, title, authors, abstract, terms)"
                " SELECT 'delete', id, title, authors, abstract, terms FROM papers WHERE title = 'Whales'"
            )
        else:
            connection.exec_driver_sql("DELETE FROM paper_words WHERE words @@ 'whale'::tsquery")
    assert archive.search("whales") == ()
    [found] = faults(database)
    assert "the index of words is not in step" in found
    assert archive.reindex() == 2
    assert faults(database) == ()
    assert len(archive.search("whales")) == 1


def test_words_that_changed_behind_the_index_are_found(database: Database) -> None:
    archive = PaperArchive(database)
    remember(archive, paper("Whales"))
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE papers SET title = 'Dolphins'")
    assert any("the index of words is not in step" in fault for fault in faults(database))


def test_what_was_shown_since_a_backup_stays_shown_and_all_else_is_as_it_was(
    archive: PaperArchive, tmp_path: Path
) -> None:
    first, second = remember(archive, paper("Whales", "2511.00001", version=1), paper("Seals"))
    archive.show("daily", "2025-11-06", DAY, [Shown(key=second)])
    back_up(archive.database, tmp_path / "backup.db")
    later, unseen = remember(archive, paper("Dolphins"), paper("Never shown"))
    [again] = remember(archive, paper("Whales", "2511.00001", version=2, source="arxiv"))
    assert again == first
    archive.show("daily", "2025-11-07", DAY, [Shown(key=key) for key in (later, first)])
    restore(archive.database, tmp_path / "backup.db", at=NOON)
    keys = (first, second, later, unseen)
    assert {key: one.slug for key, one in archive.shown(keys, "daily").items()} == {
        first: "2025-11-07",
        second: "2025-11-06",
        later: "2025-11-07",
    }
    assert [one.title for one in archive.shown_in("2025-11-07")] == ["Dolphins", "Whales"]
    assert archive.find("Never shown") is None
    assert len(archive.search("dolphins")) == 1
    assert faults(archive.database) == ()


def test_a_backup_heals_a_damaged_archive(archive: PaperArchive, tmp_path: Path) -> None:
    [key] = remember(archive, paper("Whales"))
    archive.show("daily", "2025-11-07", DAY, [Shown(key=key)])
    back_up(archive.database, tmp_path / "backup.db")
    with archive.database.writing() as connection:
        connection.exec_driver_sql("UPDATE paper_sightings SET content = '{'")
    restore(archive.database, tmp_path / "backup.db", at=NOON)
    assert archive.find("Whales") is not None
    assert len(archive.shown_in("2025-11-07")) == 1
    assert faults(archive.database) == ()
