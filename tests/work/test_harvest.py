"""What sources give on several pages, on the way into the archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from newsletter.backends.memory import MemoryBackend
from newsletter.model import Document, Paper
from newsletter.store.papers import PaperArchive
from tests.sources.shapes import DAY, arxiv_listing, biorxiv_rows, numbers
from tests.work.newsroom import Newsroom, Papers


class Pages(Papers):
    """A source whose answer has several pages."""

    def __init__(self, *bodies: bytes) -> None:
        super().__init__()
        self.bodies = bodies

    def fetch(self, day: date | None, /) -> Iterator[Document]:
        for number, body in enumerate(self.bodies, 1):
            yield Document(body=body, origin=f"page {number}", day=day)


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.chdir(tmp_path)
    return Newsroom(tmp_path, MemoryBackend())


def archived(newsroom: Newsroom, *bodies: bytes) -> Paper:
    newsroom.sources = {"source": Pages(*bodies)}
    [answer] = newsroom.run(DAY).findings.answers
    assert (answer.papers, answer.new) == (1, 1)
    with newsroom.database() as database:
        [paper] = PaperArchive(database).of_days(DAY, DAY)
    return paper


@pytest.mark.parametrize("versions", [(1, 2), (2, 1)])
def test_of_the_versions_on_several_pages_the_highest_counts(
    newsroom: Newsroom, versions: tuple[int, int]
) -> None:
    pages = [biorxiv_rows([7], total=2, version=version) for version in versions]
    assert archived(newsroom, *pages).version == 2


def test_a_paper_that_one_category_announces_as_new_is_no_cross_list(newsroom: Newsroom) -> None:
    new = arxiv_listing(numbers(1))
    cross = new.replace(b"<h3>New submissions", b"<h3>Cross submissions")
    assert archived(newsroom, cross, new).flags == ()


def test_a_paper_that_is_only_listed_across_stays_a_cross_list(newsroom: Newsroom) -> None:
    cross = arxiv_listing(numbers(1)).replace(b"<h3>New submissions", b"<h3>Cross submissions")
    assert archived(newsroom, cross, cross).flags == ("cross",)


class Chatty(Papers):
    """A stranger's source that says why it is silent, at length and with controls."""

    def silence(self, day: date, /) -> str | None:
        return f"it rests\x1b[31m\non {day}" + " and on" * 1_000


def test_what_a_strangers_source_says_of_its_silence_is_a_line_of_text(newsroom: Newsroom) -> None:
    newsroom.sources = {"source": Chatty()}
    record = newsroom.run(DAY)
    assert record.words.startswith("quiet day: it rests[31m on 2025-11-07 and on")
    assert len(record.words) < 400
    assert record.words.isprintable()
