"""OpenAlex, from a real server."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from newsletter.errors import SourceError
from newsletter.sources.openalex import OpenAlexSource
from tests.http.fetchers import make_fetcher
from tests.http.serving import Reply, Seen, Website
from tests.sources.shapes import DAY, openalex_works

WORKS = "/works"
KEY = "a-key-that-costs-nothing"


def source(site: Website, **options: object) -> OpenAlexSource:
    given = {"base_url": site.url, "query": "whale songs", **options}
    return OpenAlexSource(OpenAlexSource.Options.model_validate(given), make_fetcher())


def bodies(site: Website, day: date | None = DAY, **options: object) -> list[bytes]:
    return [document.body for document in source(site, **options).fetch(day)]


def test_a_search_among_the_works_of_a_week(site: Website) -> None:
    site.answer(WORKS, Reply(openalex_works([1, 2])))
    assert bodies(site, filter="type:article", api_key=KEY) == [openalex_works([1, 2])]
    query = site.seen[0].query
    assert query.pop("select").startswith("id,ids,doi,title,")
    assert query == {
        "search": "whale songs",
        "filter": "type:article,from_publication_date:2025-11-01,to_publication_date:2025-11-07",
        "sort": "publication_date:desc",
        "per_page": "100",
        "cursor": "*",
        "api_key": KEY,
    }


def test_without_a_day_nothing_is_said_about_dates(site: Website) -> None:
    site.answer(WORKS, Reply(openalex_works([1])))
    bodies(site, None)
    assert not {"filter", "sort", "api_key"} & set(site.seen[0].query)


def test_pages_follow_by_cursor_until_an_empty_one(site: Website) -> None:
    pages = {
        "*": openalex_works(range(100), cursor="Ab+/=", total=150),
        "Ab+/=": openalex_works(range(100, 150), cursor="last", total=150),
        "last": openalex_works([], cursor=None, total=150),
    }
    site.answer(WORKS, lambda seen: Reply(pages[seen.query["cursor"]]))
    assert bodies(site, max_papers=1000) == [pages["*"], pages["Ab+/="]]


def test_a_cursor_that_leads_back_ends_as_an_error(site: Website) -> None:
    def page(seen: Seen) -> Reply:
        first = 1 if seen.query["cursor"] == "*" else 101
        return Reply(openalex_works(range(first, first + 100), cursor="again", total=900))

    site.answer(WORKS, page)
    with pytest.raises(SourceError, match="leads back"):
        bodies(site, max_papers=5000)
    assert len(site.seen) == 2


def test_papers_enough_end_it(site: Website) -> None:
    site.answer(WORKS, Reply(openalex_works(range(50), cursor="more", total=900)))
    assert len(bodies(site, max_papers=50)) == 1
    assert site.seen[0].query["per_page"] == "50"


def test_no_hit_is_an_answer(site: Website) -> None:
    site.answer(WORKS, Reply(openalex_works([], total=0)))
    assert bodies(site) == [openalex_works([], total=0)]


@pytest.mark.parametrize("status", [200, 400, 403])
def test_what_the_service_says_is_told_but_not_the_key(site: Website, status: int) -> None:
    told = f'{{"error": "Invalid filter", "message": "api_key {KEY} may not"}}'.encode()
    site.answer(WORKS, Reply(told, status=status))
    with pytest.raises(SourceError, match="Invalid filter") as caught:
        bodies(site, api_key=KEY)
    assert KEY not in caught.value.message


def test_the_key_is_in_no_origin(site: Website) -> None:
    site.answer(WORKS, Reply(openalex_works([1])))
    [document] = source(site, api_key=KEY).fetch(DAY)
    assert KEY not in document.origin


def test_a_constructed_work_is_taken(site: Website, test_data: Path) -> None:
    work = (test_data / "samples/other/openalex_work.CONSTRUCTED.json").read_bytes()
    body = b'{"meta": {"count": 1, "db_response_time_ms": 3}, "results": [' + work + b"]}"
    site.answer(WORKS, Reply(body))
    assert bodies(site) == [body]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "expected a query or a filter"),
        ({"query": " "}, "query"),
        ({"filter": "type"}, "filter"),
        ({"query": "x", "api_key": "two words"}, "a key has letters"),
        ({"query": "x", "max_papers": 100_000}, "max_papers"),
    ],
)
def test_settings_that_cannot_work_are_refused(options: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as caught:
        OpenAlexSource.Options.model_validate(options)
    assert "two words" not in str(caught.value)
