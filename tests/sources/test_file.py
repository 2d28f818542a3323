"""A document from a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.parsing.detection import MAX_BYTES
from newsletter.sources.file import FileSource


def fetch(path: Path | str, day: date | None = None) -> bytes:
    [document] = FileSource(FileSource.Options(path=str(path))).fetch(day)
    assert document.day == day
    assert document.fetched_at is None
    return document.body


def test_the_bytes_come_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(b"\xef\xbb\xbfa\r\n")
    assert fetch(tmp_path / "page", date(2025, 11, 7)) == b"\xef\xbb\xbfa\r\n"


@pytest.mark.parametrize("path", ["absent", ".", "a\0b"])
def test_what_cannot_be_read_is_a_clear_error(path: str) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        fetch(path)


@pytest.mark.parametrize(("extra", "fits"), [(0, True), (1, False)])
def test_a_file_larger_than_any_page_is_refused(tmp_path: Path, extra: int, fits: bool) -> None:
    (tmp_path / "page").write_bytes(b"x" * (MAX_BYTES + extra))
    if fits:
        assert len(fetch(tmp_path / "page")) == MAX_BYTES
    else:
        with pytest.raises(SourceError, match="larger than 10,000,000 bytes"):
            fetch(tmp_path / "page")
