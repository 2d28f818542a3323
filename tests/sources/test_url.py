"""A document from an address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from newsletter.errors import SourceError
from newsletter.http.fetching import HttpFetcher
from newsletter.sources.url import UrlSource
from tests.http.fetchers import Clock, make_fetcher
from tests.http.serving import Reply, Website, website

DAY = date(2025, 11, 7)


@pytest.fixture
def journal() -> Iterator[Website]:
    with website() as site:
        yield site


def source(url: str, fetcher: HttpFetcher | None = None, **options: object) -> UrlSource:
    return UrlSource(UrlSource.Options(url=url, **options), fetcher or make_fetcher())  # type: ignore[arg-type]


def test_the_document_of_a_day_bears_that_day(journal: Website) -> None:
    url = journal.answer("/feed.xml", Reply(b"<rss/>", headers={"Content-Type": "application/rss+xml"}))
    [document] = source(url).fetch(DAY)
    assert (document.body, document.media_type, document.day) == (b"<rss/>", "application/rss+xml", DAY)


@pytest.mark.parametrize(
    ("text", "path"),
    [("/{date}.json", "/2025-11-07.json"), ("/{date:%Y/%m}/x?d={date:%d}", "/2025/11/x?d=07")],
)
def test_an_address_may_be_another_one_each_day(text: str, path: str, journal: Website) -> None:
    journal.answer(path.partition("?")[0], Reply(b"x"))
    [_] = source(journal.url + text).fetch(DAY)
    assert journal.seen[0].path == path
    with pytest.raises(SourceError, match="is another one each day, and no day is given"):
        list(source(journal.url + text).fetch(None))


def test_what_is_asked_for_pauses_and_ages_as_the_table_says(journal: Website, tmp_path: Path) -> None:
    clock = Clock()
    fetcher = make_fetcher(clock=clock, cache=tmp_path)
    url = journal.answer("/feed", Reply(b"x"))
    list(source(url, fetcher, accept="application/rss+xml", pause_seconds=7).fetch(DAY))
    list(source(f"{url}?2", fetcher, pause_seconds=7).fetch(DAY))
    list(source(f"{url}?2", fetcher, max_age_hours=1).fetch(DAY))
    assert [seen.path for seen in journal.seen] == ["/feed", "/feed?2"]
    assert journal.seen[0].headers["accept"] == "application/rss+xml"
    assert clock.pauses == [7]


def test_an_address_without_its_scheme_is_asked_encrypted() -> None:
    assert UrlSource.Options(url="feeds.example.org/x").url == "https://feeds.example.org/x"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "https://127.1/",
        "https://u:p@example.org/",
        "ftp://example.org/",
        "a b",
        "https://{x}/",
    ],
)
def test_what_is_no_address_is_told_before_anything_is_asked(url: str) -> None:
    with pytest.raises(ValidationError, match="no address to fetch from"):
        UrlSource.Options(url=url)
