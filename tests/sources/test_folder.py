"""The documents of a folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from newsletter.errors import SourceError
from newsletter.sources.folder import MAX_FILES, FolderSource

DAY = date(2025, 11, 7)


def fetch(folder: Path, pattern: str = "*", day: date | None = DAY) -> list[bytes]:
    documents = FolderSource(FolderSource.Options(path=folder, pattern=pattern)).fetch(day)
    return [document.body for document in documents if document.day == day]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.txt",
        "a.json",
        ".hidden",
        "2025-11-07-c.json",
        "deep/d.json",
        ".git/e.json",
        "{date}.txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path


def test_files_come_in_the_order_of_their_names_without_hidden_ones_and_folders(folder: Path) -> None:
    assert fetch(folder) == [b"2025-11-07-c.json", b"a.json", b"b.txt", b"{date}.txt"]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.json", [b"2025-11-07-c.json", b"a.json"]),
        ("**/*.json", [b"2025-11-07-c.json", b"a.json", b"deep/d.json"]),
        ("{date}*", [b"2025-11-07-c.json"]),
        ("{date:%Y-%m}*", [b"2025-11-07-c.json"]),
        ("*.xml", []),
    ],
)
def test_a_pattern_chooses_among_them(pattern: str, names: list[bytes], folder: Path) -> None:
    assert fetch(folder, pattern) == names


def test_a_folder_of_a_day_that_is_not_there_has_nothing(tmp_path: Path) -> None:
    (tmp_path / "2025-11-07").mkdir()
    (tmp_path / "2025-11-07" / "page").write_bytes(b"x")
    assert fetch(tmp_path / "{date}") == [b"x"]
    assert fetch(tmp_path / "{date}", day=date(2025, 11, 8)) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such folder"):
        fetch(tmp_path / "absent")


def test_a_day_that_is_needed_is_asked_for(folder: Path) -> None:
    with pytest.raises(SourceError, match="no day is given"):
        fetch(folder, "{date}*", day=None)


def test_a_folder_of_the_wrong_kind_is_told_before_it_is_read(tmp_path: Path) -> None:
    for number in range(MAX_FILES + 1):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(SourceError, match="more than 1,000 files"):
        fetch(tmp_path)


@pytest.mark.parametrize("pattern", ["", "/etc/*", "../*", "a/../../*", "~/x"])
def test_a_pattern_stays_below_the_folder(pattern: str, folder: Path) -> None:
    with pytest.raises(ValidationError):
        FolderSource.Options(path=folder, pattern=pattern)
