"""Semantic Scholar, from a real server."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.sources.semanticscholar import SemanticScholarSource
from tests.http.fetchers import Clock, make_fetcher
from tests.http.serving import Reply, Seen, Website
from tests.sources.shapes import DAY, scholar_papers

BULK, SEARCH = "/graph/v1/paper/search/bulk", "/graph/v1/paper/search"
KEY = "s2k-secret"


def bodies(
    site: Website, day: date | None = DAY, *, clock: Clock | None = None, **options: object
) -> list[bytes]:
    given = {"base_url": site.url, "query": "whale songs", **options}
    settings = SemanticScholarSource.Options.model_validate(given)
    return [
        document.body for document in SemanticScholarSource(settings, make_fetcher(clock=clock)).fetch(day)
    ]


def test_a_search_among_the_papers_of_a_week(site: Website) -> None:
    body = scholar_papers([1, 2], total=2, token=None)
    site.answer(BULK, Reply(body))
    assert bodies(site, api_key=KEY, fields_of_study=("Biology", "Computer Science")) == [body]
    query = site.seen[0].query
    assert "abstract" in query.pop("fields").split(",")
    assert query == {
        "query": "whale songs",
        "publicationDateOrYear": "2025-11-01:2025-11-07",
        "fieldsOfStudy": "Biology,Computer Science",
        "sort": "publicationDate:desc",
    }
    assert site.seen[0].headers["x-api-key"] == KEY


def test_without_a_key_and_a_day_neither_is_sent(site: Website) -> None:
    site.answer(BULK, Reply(scholar_papers([1], total=1, token=None)))
    bodies(site, None)
    assert "x-api-key" not in site.seen[0].headers
    assert "publicationDateOrYear" not in site.seen[0].query


def test_pages_follow_by_token_with_a_pause(site: Website) -> None:
    pages = {
        None: scholar_papers(range(1000), total=1500, token="AB=="),
        "AB==": scholar_papers(range(1000, 1500), total=1500, token=None),
    }
    site.answer(BULK, lambda seen: Reply(pages[seen.query.get("token")]))
    clock = Clock()
    assert bodies(site, clock=clock, max_papers=5000) == list(pages.values())
    assert clock.pauses == [1.1]


def test_the_best_hits_come_by_offset_within_the_reach_of_the_search(site: Website) -> None:
    def page(seen: Seen) -> Reply:
        at = int(seen.query["offset"])
        # one paper twice on each page: less than a thousand papers in the first thousand hits
        ids = [at + 1, *range(at + 1, at + 100)]
        return Reply(scholar_papers(ids, total=9000, offset=at, next=at + 100))

    site.answer(SEARCH, page)
    assert len(bodies(site, via="search", max_papers=5000)) == 10
    assert [seen.query["offset"] for seen in site.seen] == [str(at) for at in range(0, 1000, 100)]
    assert "tldr" in site.seen[0].query["fields"].split(",")


@pytest.mark.parametrize(
    "nothing",
    [
        b'{"total": 0, "token": null, "data": []}',
        b'{"total": 0, "offset": 0, "data": []}',
        b'{"total": 0, "offset": 0}',
    ],
)
def test_no_hit_is_an_answer(site: Website, nothing: bytes) -> None:
    site.answer(BULK, Reply(nothing))
    assert bodies(site) == [nothing]


def test_what_the_service_says_is_told_but_not_the_key(site: Website) -> None:
    told = f'{{"message": "Forbidden: {KEY}", "code": "403"}}'.encode()
    site.answer(BULK, Reply(told, status=403))
    with pytest.raises(SourceError, match="403 Forbidden: Forbidden") as caught:
        bodies(site, api_key=KEY)
    assert KEY not in caught.value.message


def test_a_real_paper_is_taken(site: Website, test_data: Path) -> None:
    paper = (test_data / "samples/other/semanticscholar_paper.json").read_bytes()
    body = b'{"total": 1, "token": null, "data": [' + paper + b"]}"
    site.answer(BULK, Reply(body))
    assert bodies(site) == [body]
