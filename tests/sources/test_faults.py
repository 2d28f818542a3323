"""What goes wrong on the way, the same for every source that fetches by HTTP."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from newsletter.errors import SourceError
from newsletter.http.policy import FetchingPolicy
from newsletter.ports import Fetcher, PaperSource
from newsletter.sources.arxiv import ArxivSource
from newsletter.sources.biorxiv import BiorxivSource
from newsletter.sources.huggingface import HuggingFaceSource
from newsletter.sources.openalex import OpenAlexSource
from newsletter.sources.semanticscholar import SemanticScholarSource
from tests.http.fetchers import Clock, make_fetcher
from tests.http.serving import Reply, Website
from tests.sources.shapes import (
    DAY,
    arxiv_found,
    arxiv_listing,
    biorxiv_rows,
    hf_json,
    numbers,
    openalex_works,
    scholar_papers,
)


@dataclass(frozen=True)
class Service:
    """Where a source asks first, what it gets on a good day, and how it is made."""

    path: str
    good: bytes
    make: Callable[[str, Fetcher], PaperSource]


def arxiv(url: str, via: str, fetcher: Fetcher) -> ArxivSource:
    urls = {"feed_url": url, "list_url": url, "search_url": url}
    return ArxivSource(
        ArxivSource.Options.model_validate({"categories": ("cs.LG",), "via": via, **urls}), fetcher
    )


SERVICES = {
    "hf": Service(
        "/api/daily_papers",
        hf_json(numbers(3)),
        lambda url, get: HuggingFaceSource(HuggingFaceSource.Options(base_url=url, days=1), get),
    ),
    "arxiv search": Service(
        "/api/query", arxiv_found(numbers(3)), lambda url, get: arxiv(url, "search", get)
    ),
    "arxiv list": Service(
        "/list/cs.LG/new", arxiv_listing(numbers(3)), lambda url, get: arxiv(url, "list", get)
    ),
    "biorxiv": Service(
        "/details/biorxiv/2025-11-06/2025-11-07/0",
        biorxiv_rows(range(3), total=3),
        lambda url, get: BiorxivSource(BiorxivSource.Options(base_url=url), get),
    ),
    "openalex": Service(
        "/works",
        openalex_works([1, 2]),
        lambda url, get: OpenAlexSource(OpenAlexSource.Options(base_url=url, query="x"), get),
    ),
    "semanticscholar": Service(
        "/graph/v1/paper/search/bulk",
        scholar_papers([1, 2], total=2, token=None),
        lambda url, get: SemanticScholarSource(SemanticScholarSource.Options(base_url=url, query="x"), get),
    ),
}


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> Service:
    return SERVICES[request.param]


def bodies(service: Service, site: Website, fetcher: Fetcher | None = None) -> list[bytes]:
    source = service.make(site.url, fetcher or make_fetcher())
    return [document.body for document in source.fetch(DAY)]


def test_a_good_day(service: Service, site: Website) -> None:
    site.answer(service.path, Reply(service.good))
    assert bodies(service, site) == [service.good]


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": "Sorry, something went wrong"}',
        b"<html><head><title>Down for maintenance</title></head></html>",
        b"",
        b"\x1f\x8b\x00\x01\x02",
        b"Internal error",
    ],
    ids=["JSON", "a page", "nothing", "rubbish", "text"],
)
def test_an_error_with_the_status_of_a_success(service: Service, site: Website, body: bytes) -> None:
    site.answer(service.path, Reply(body))
    with pytest.raises(SourceError):
        bodies(service, site)


def test_one_bad_answer_among_good_ones_does_no_harm(service: Service, site: Website) -> None:
    site.answer(service.path, Reply(b'{"error": "a hiccup"}'), Reply(service.good))
    assert bodies(service, site) == [service.good]


def test_what_is_wrong_is_seen_at_the_beginning_of_a_message(service: Service, site: Website) -> None:
    site.answer(service.path, Reply(b'{"message": "krill in the pipes"}', status=500))
    policy = FetchingPolicy(max_attempts=1)
    with pytest.raises(SourceError, match=r"^.{0,220}500 Internal Server Error"):
        bodies(service, site, make_fetcher(policy=policy))


def test_a_body_that_is_cut_is_fetched_again(service: Service, site: Website) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(service.good)}\r\n\r\n".encode()
    site.answer(service.path, Reply(raw=[head + service.good[:-20]]), Reply(service.good))
    assert bodies(service, site) == [service.good]


def test_too_many_requests_are_waited_for(service: Service, site: Website) -> None:
    site.answer(service.path, Reply(status=429, headers={"Retry-After": "7"}), Reply(service.good))
    clock = Clock()
    assert bodies(service, site, make_fetcher(clock=clock)) == [service.good]
    assert max(clock.pauses) >= 7


def test_a_service_that_keeps_refusing_is_told(service: Service, site: Website) -> None:
    site.answer(service.path, Reply(status=429, headers={"Retry-After": "86400"}))
    with pytest.raises(SourceError, match="429 Too Many Requests"):
        bodies(service, site)


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"])
def test_nobody_is_led_to_a_forbidden_address(service: Service, site: Website, target: str) -> None:
    site.answer(service.path, Reply(status=302, headers={"Location": target}))
    with pytest.raises(SourceError, match=r"169\.254|file:"):
        bodies(service, site)


def test_an_endless_answer_ends(service: Service, site: Website) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    site.answer(service.path, lambda _: Reply(raw=itertools.chain([head], itertools.repeat(b"[" * 10_000))))
    with pytest.raises(SourceError, match="larger than 100,000 bytes"):
        bodies(service, site, make_fetcher(policy=FetchingPolicy(max_bytes=100_000)))


def test_a_slow_answer_is_given_up(service: Service, site: Website) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"
    site.answer(service.path, lambda _: Reply(raw=itertools.chain([head], itertools.repeat(b" "))))
    policy = FetchingPolicy(timeout_seconds=5, max_attempts=2)
    with pytest.raises(SourceError, match=r"no whole answer within 5 seconds \(2 attempts\)"):
        bodies(service, site, make_fetcher(policy=policy, clock=Clock(tick=0.5)))
