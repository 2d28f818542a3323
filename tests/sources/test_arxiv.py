"""What arXiv announces, from a real server."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from newsletter.errors import SourceError, StaleSource
from newsletter.ports import Announcing
from newsletter.sources.arxiv import ArxivSource
from newsletter.sources.arxiv_query import search_query
from tests.http.fetchers import Clock, make_fetcher
from tests.http.serving import Reply, Seen, Website
from tests.sources.shapes import ARXIV_ERROR, DAY, arxiv_feed, arxiv_found, arxiv_listing, numbers

SEARCH, FEED, LISTING = "/api/query", "/atom/cs.LG", "/list/cs.LG/new"
THURSDAY, SATURDAY, MONDAY = date(2025, 11, 6), date(2025, 11, 8), date(2025, 11, 10)
AFTER_THANKSGIVING = date(2025, 11, 28)
NEW, OLD = numbers(20, 101), numbers(20)


def source(site: Website, *, clock: Clock | None = None, **options: Any) -> ArxivSource:
    given: dict[str, object] = {"categories": ("cs.LG",), **options}
    urls = {"feed_url": site.url, "list_url": site.url, "search_url": site.url}
    return ArxivSource(ArxivSource.Options.model_validate({**urls, **given}), make_fetcher(clock=clock))


def bodies(site: Website, day: date | None = DAY, **options: Any) -> list[bytes]:
    return [document.body for document in source(site, **options).fetch(day)]


class TestFeeds:
    def test_a_feed_that_moved_comes_as_it_was_sent(self, site: Website) -> None:
        site.answer(FEED, Reply(arxiv_feed(NEW)))
        site.answer(LISTING, Reply(arxiv_listing(NEW)))
        assert bodies(site) == [arxiv_feed(NEW)]
        assert [seen.path for seen in site.seen] == [FEED, f"{LISTING}?skip=0&show=2000"]

    def test_several_categories_are_one_feed(self, site: Website) -> None:
        site.answer("/atom/cs.LG+stat.ML", Reply(arxiv_feed(NEW)))
        site.answer(LISTING, Reply(arxiv_listing(NEW)))
        assert len(bodies(site, categories=("cs.LG", "stat.ML"))) == 1

    def test_three_seconds_lie_between_two_requests(self, site: Website) -> None:
        clock = Clock()
        site.answer(FEED, Reply(arxiv_feed(NEW)))
        site.answer(LISTING, Reply(arxiv_listing(NEW)))
        list(source(site, clock=clock).fetch(DAY))
        assert clock.pauses == [3.0]

    def test_the_batch_of_yesterday_under_the_date_of_today_gives_way_to_the_listing(
        self, site: Website
    ) -> None:
        site.answer(FEED, Reply(arxiv_feed([*OLD, *NEW[:2]])))
        site.answer(LISTING, Reply(arxiv_listing(NEW)))
        assert bodies(site) == [arxiv_listing(NEW)]
        assert len(site.seen) == 2  # what was compared is not fetched again

    def test_an_empty_feed_gives_way_to_the_listing(self, site: Website) -> None:
        site.answer(FEED, Reply(arxiv_feed([])))
        site.answer(LISTING, Reply(arxiv_listing(NEW)))
        assert bodies(site) == [arxiv_listing(NEW)]

    def test_old_papers_where_the_listing_has_none_are_not_believed(self, site: Website) -> None:
        site.answer(FEED, Reply(arxiv_feed(OLD)))
        site.answer(LISTING, Reply(arxiv_listing([])))
        assert bodies(site) == [arxiv_listing([])]

    def test_a_day_without_papers_in_feed_and_listing_is_an_answer(self, site: Website) -> None:
        site.answer(FEED, Reply(arxiv_feed([])))
        site.answer(LISTING, Reply(arxiv_listing([])))
        assert bodies(site) == [arxiv_feed([])]

    @pytest.mark.parametrize("served", [THURSDAY, DAY], ids=["its own date", "the date of today"])
    def test_it_is_stale_where_the_listing_has_not_moved_either(self, site: Website, served: date) -> None:
        site.answer(FEED, Reply(arxiv_feed(OLD, served)))
        site.answer(LISTING, Reply(arxiv_listing(OLD, THURSDAY)))
        with pytest.raises(
            StaleSource, match="still shows what was announced for 2025-11-06, not for 2025-11-07"
        ):
            bodies(site)

    def test_in_the_evening_the_listing_is_ahead_of_the_feed(self, site: Website) -> None:
        site.answer(FEED, Reply(arxiv_feed(OLD)))
        site.answer(LISTING, Reply(arxiv_listing(NEW, MONDAY)))
        assert bodies(site) == [arxiv_feed(OLD)]

    def test_a_feed_that_cannot_be_compared_is_taken(self, site: Website) -> None:
        site.answer(FEED, Reply(arxiv_feed(NEW)))
        site.answer(LISTING, Reply(status=500))
        assert bodies(site) == [arxiv_feed(NEW)]

    def test_a_day_that_is_over_is_searched_for(self, site: Website) -> None:
        site.answer(FEED, Reply(arxiv_feed(NEW, MONDAY)))
        site.answer(SEARCH, Reply(arxiv_found(OLD)))
        assert bodies(site) == [arxiv_found(OLD)]

    @pytest.mark.parametrize("day", [SATURDAY, AFTER_THANKSGIVING])
    def test_a_silent_day_has_an_empty_feed_and_needs_no_proof(self, site: Website, day: date) -> None:
        site.answer(FEED, Reply(arxiv_feed([], day)))
        assert bodies(site, day) == [arxiv_feed([], day)]
        assert len(site.seen) == 1

    def test_what_a_feed_kept_over_the_weekend_is_left(self, site: Website) -> None:
        site.answer(FEED, Reply(arxiv_feed(OLD, DAY)))
        assert bodies(site, SATURDAY) == []

    def test_papers_on_a_day_that_should_be_silent_are_taken_where_the_listing_has_them(
        self, site: Website
    ) -> None:
        site.answer(FEED, Reply(arxiv_feed(NEW, AFTER_THANKSGIVING)))
        site.answer(LISTING, Reply(arxiv_listing(NEW, AFTER_THANKSGIVING)))
        assert bodies(site, AFTER_THANKSGIVING) == [arxiv_feed(NEW, AFTER_THANKSGIVING)]

    def test_the_old_batch_on_a_holiday_is_no_news(self, site: Website) -> None:
        site.answer(FEED, Reply(arxiv_feed(OLD, AFTER_THANKSGIVING)))
        site.answer(LISTING, Reply(arxiv_listing(OLD, date(2025, 11, 27))))
        assert bodies(site, AFTER_THANKSGIVING) == []

    def test_without_a_day_whatever_is_there_is_taken(self, site: Website) -> None:
        site.answer(FEED, Reply(arxiv_feed(OLD, THURSDAY)))
        assert bodies(site, None) == [arxiv_feed(OLD, THURSDAY)]

    def test_a_real_feed_is_taken(self, site: Website, test_data: Path) -> None:
        body = (test_data / "samples/arxiv_rss/atom_cs.AI_2025-08-20.xml").read_bytes()
        site.answer("/atom/cs.AI", Reply(body))
        site.answer("/list/cs.AI/new", Reply(status=404))
        assert bodies(site, date(2025, 8, 20), categories=("cs.AI",)) == [body]

    def test_an_error_in_the_form_of_a_feed_is_told(self, site: Website) -> None:
        error = arxiv_feed([]).replace(b"cs.LG updates on arXiv.org", b"Feed error for query: cs.XX")
        site.answer(FEED, Reply(error))
        with pytest.raises(SourceError, match="an error message of arXiv"):
            bodies(site)


class TestListings:
    def test_each_category_has_its_page(self, site: Website) -> None:
        site.answer(LISTING, Reply(arxiv_listing(NEW)))
        site.answer("/list/stat.ML/new", Reply(arxiv_listing(OLD)))
        found = bodies(site, via="list", categories=("cs.LG", "stat.ML"))
        assert found == [arxiv_listing(NEW), arxiv_listing(OLD)]

    def test_one_that_fails_costs_no_other_one(self, site: Website) -> None:
        site.answer(LISTING, Reply(status=404))
        site.answer("/list/stat.ML/new", Reply(arxiv_listing(NEW)))
        documents = source(site, via="list", categories=("cs.LG", "stat.ML")).fetch(DAY)
        assert next(documents).body == arxiv_listing(NEW)
        with pytest.raises(SourceError, match="404 Not Found"):
            next(documents)

    def test_a_page_of_yesterday_is_stale(self, site: Website) -> None:
        site.answer(LISTING, Reply(arxiv_listing(OLD, THURSDAY)))
        with pytest.raises(StaleSource):
            bodies(site, via="list")

    def test_a_page_of_friday_brings_nothing_on_saturday(self, site: Website) -> None:
        site.answer(LISTING, Reply(arxiv_listing(OLD, DAY)))
        assert bodies(site, SATURDAY, via="list") == []

    def test_a_day_that_is_over_is_searched_for(self, site: Website) -> None:
        site.answer(LISTING, Reply(arxiv_listing(NEW, MONDAY)))
        site.answer(SEARCH, Reply(arxiv_found(OLD)))
        assert bodies(site, via="list") == [arxiv_found(OLD)]


class TestSearch:
    def test_it_asks_for_the_last_two_announcements_newest_first(self, site: Website) -> None:
        site.answer(SEARCH, Reply(arxiv_found(NEW)))
        assert bodies(site, via="search", query="au:byron") == [arxiv_found(NEW)]
        assert site.seen[0].query == {
            "search_query": "(cat:cs.LG) AND (au:byron) AND submittedDate:[202511041900 TO 202511061900]",
            "sortBy": "submittedDate",
            "sortOrder": "descending",
            "max_results": "500",
            "start": "0",
        }

    @pytest.mark.parametrize(
        ("categories", "query", "asked"),
        [
            (("cs.LG", "stat.ML"), None, "(cat:cs.LG OR cat:stat.ML)"),
            ((), "whale songs", 'all:"whale songs"'),
            ((), ' a "b" c ', 'all:"a b c"'),
            (("cs.*",), "ti:whale ANDNOT abs:krill", "(cat:cs.*) AND (ti:whale ANDNOT abs:krill)"),
        ],
    )
    def test_words_become_a_query(self, categories: tuple[str, ...], query: str | None, asked: str) -> None:
        assert search_query(categories, query, None, 1) == asked

    def test_pages_follow_until_the_total(self, site: Website) -> None:
        def page(seen: Seen) -> Reply:
            start = int(seen.query["start"])
            return Reply(arxiv_found(numbers(min(500, 1200 - start), start + 1), start=start, total=1200))

        site.answer(SEARCH, page)
        assert len(bodies(site, via="search")) == 3
        assert [seen.query["start"] for seen in site.seen] == ["0", "500", "1000"]

    def test_an_empty_page_under_load_is_asked_for_once_more(self, site: Website) -> None:
        empty = arxiv_found([], total=20)
        site.answer(SEARCH, Reply(empty), Reply(arxiv_found(NEW)))
        assert bodies(site, via="search") == [arxiv_found(NEW)]

    def test_a_page_that_stays_empty_is_told_behind_the_ones_before_it(self, site: Website) -> None:
        first = arxiv_found(numbers(500), total=1200)
        site.answer(SEARCH, Reply(first), Reply(arxiv_found([], start=500, total=1200)))
        documents = source(site, via="search").fetch(DAY)
        assert next(documents).body == first
        with pytest.raises(SourceError, match="an empty page of arXiv, though 1,200 papers were found"):
            next(documents)

    def test_no_hit_is_an_answer(self, site: Website) -> None:
        site.answer(SEARCH, Reply(arxiv_found([])))
        assert bodies(site, via="search") == [arxiv_found([])]

    def test_an_error_with_the_status_of_a_success_is_told(self, site: Website) -> None:
        site.answer(SEARCH, Reply(ARXIV_ERROR))
        with pytest.raises(SourceError, match="incorrect query"):
            bodies(site, via="search")

    def test_papers_enough_end_it(self, site: Website) -> None:
        site.answer(SEARCH, Reply(arxiv_found(numbers(50), total=1200)))
        assert len(bodies(site, via="search", max_papers=50)) == 1
        assert site.seen[0].query["max_results"] == "50"

    def test_real_answers_are_taken(self, site: Website, test_data: Path) -> None:
        samples = test_data / "samples/arxiv_atom_api"
        ten = (samples / "q_testing_s0_m10_bc5a6c384fe9.xml").read_bytes()
        none = (samples / "id_0000.0000_s0_m100_8b51d9633a68.xml").read_bytes()
        site.answer(SEARCH, Reply(ten), Reply(none))
        assert bodies(site, via="search", max_papers=10) == [ten]
        assert bodies(site, via="search") == [none]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"categories": ()}, "expected categories"),
        ({"categories": (), "via": "list", "query": "x"}, "expected categories"),
        ({"query": "whales"}, 'a query needs via = "search"'),
        ({"categories": ("cs.*",)}, 'a feed of all of them is "cs"'),
        ({"categories": ("../etc",)}, r"arXiv has no category '\.\./etc'"),
        ({"categories": ("cs.lg",)}, r"arXiv has no category 'cs.lg'; did you mean 'cs.LG'\?"),
        ({"categories": ("hep-thx",)}, "did you mean 'hep-th'"),
        ({"feed_url": "ftp://example.org"}, "expected an address"),
        ({"category": "cs.LG"}, "category"),
    ],
)
def test_settings_that_cannot_work_are_refused(options: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        ArxivSource.Options.model_validate({"categories": ("cs.LG",), **options})


def test_it_says_on_which_days_it_is_silent(site: Website) -> None:
    announcing = source(site)
    assert isinstance(announcing, Announcing)
    assert announcing.silence(AFTER_THANKSGIVING) is not None
    assert announcing.silence(DAY) is None


def test_a_search_for_few_papers_may_find_none_on_any_day(site: Website) -> None:
    searching = source(site, via="search", query="au:byron")
    assert searching.silence(DAY) == "a search by a query finds nothing on some days"
    assert searching.silence(SATURDAY) == "arXiv has nothing on Saturdays"
    assert source(site, via="search").silence(DAY) is None
