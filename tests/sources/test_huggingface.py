"""The daily papers of Hugging Face, from a real server."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest

from newsletter.errors import SourceError, StaleSource
from newsletter.sources.huggingface import HuggingFaceSource
from tests.http.fetchers import make_fetcher
from tests.http.serving import Reply, Seen, Website
from tests.sources.shapes import DAY, hf_json, hf_page, numbers

LIST, PAGE = "/api/daily_papers", f"/papers/date/{DAY}"
SATURDAY, MONDAY = date(2025, 11, 8), date(2025, 11, 10)


def bodies(site: Website, day: date | None = DAY, **options: object) -> list[bytes]:
    settings = HuggingFaceSource.Options.model_validate({"base_url": site.url, "days": 1, **options})
    return [document.body for document in HuggingFaceSource(settings, make_fetcher()).fetch(day)]


def test_the_list_of_a_day_comes_as_it_was_sent(site: Website) -> None:
    site.answer(LIST, Reply(hf_json(numbers(3))))
    assert bodies(site) == [hf_json(numbers(3))]
    assert site.seen[0].query == {"limit": "100", "date": "2025-11-07"}


def test_without_a_day_the_newest_list_is_asked_for(site: Website) -> None:
    site.answer(LIST, Reply(hf_json(numbers(3))))
    assert bodies(site, None) == [hf_json(numbers(3))]
    assert site.seen[0].query == {"limit": "100"}


def test_a_real_item_is_taken(site: Website, test_data: Path) -> None:
    body = (test_data / "samples/hf/hf_api_daily_papers.one_item.json").read_bytes()
    day = date.fromisoformat(json.loads(body)[0]["paper"]["submittedOnDailyAt"][:10])
    site.answer(LIST, Reply(body))
    assert bodies(site, day) == [body]


def test_more_papers_than_a_page_holds_come_in_pages(site: Website) -> None:
    pages = [numbers(100), numbers(100, 101), numbers(7, 201)]
    site.answer(LIST, lambda seen: Reply(hf_json(pages[int(seen.query.get("p", "0"))])))
    assert len(bodies(site)) == 3
    assert [seen.query.get("p") for seen in site.seen] == [None, "1", "2"]


def test_a_service_that_ignores_the_page_number_is_asked_twice_only(site: Website) -> None:
    site.answer(LIST, Reply(hf_json(numbers(100))))
    assert len(bodies(site)) == 1
    assert len(site.seen) == 2


def test_papers_enough_end_it(site: Website) -> None:
    site.answer(LIST, lambda seen: Reply(hf_json(numbers(100, 1 + 100 * int(seen.query.get("p", "0"))))))
    assert len(bodies(site, max_papers=150)) == 2


def test_an_empty_day_is_an_answer(site: Website) -> None:
    site.answer(LIST, Reply(b"[]"))
    assert bodies(site, SATURDAY) == [b"[]"]


@pytest.mark.parametrize(
    "broken",
    [
        Reply(b'{"error": "Sorry, we can\'t find the page you are looking for."}'),
        Reply(b"<!doctype html><html><title>Maintenance</title></html>"),
        Reply(b'[{"paper": {"id": "2511.0'),
        Reply(b"", status=503),
        Reply(b"", status=404),
    ],
    ids=["error with status 200", "a page", "cut short", "503", "404"],
)
def test_where_the_interface_fails_the_page_for_readers_is_read(site: Website, broken: Reply) -> None:
    site.answer(LIST, broken)
    site.answer(PAGE, Reply(hf_page(numbers(3))))
    assert bodies(site) == [hf_page(numbers(3))]


def test_where_both_fail_both_are_told(site: Website) -> None:
    site.answer(LIST, Reply(b'{"error": "a hiccup"}'))
    with pytest.raises(SourceError, match=r"a hiccup; and .*/papers/date/2025-11-07: 404"):
        bodies(site)


def test_a_list_that_breaks_off_gives_what_came(site: Website) -> None:
    body = hf_json(numbers(3))[:-40]
    site.answer(LIST, Reply(body))
    assert bodies(site) == [body]


def test_the_day_is_that_of_the_submission_to_the_list(site: Website) -> None:
    """The outer date of an item is often that of the evening before, by the time of New York."""
    assert b'"publishedAt": "2025-11-05T20:00:00.000Z"' in hf_json(numbers(1))
    site.answer(LIST, Reply(hf_json(numbers(2))))
    assert len(bodies(site, DAY)) == 1


def test_papers_of_another_day_are_stale(site: Website) -> None:
    site.answer(LIST, Reply(hf_json(numbers(3), DAY)))
    with pytest.raises(StaleSource, match="shows the papers of 2025-11-07, not of 2025-11-10"):
        bodies(site, MONDAY)


def test_a_page_that_leads_to_the_day_before_the_weekend_brings_nothing_on_it(site: Website) -> None:
    site.answer(LIST, Reply(status=404))
    site.answer(f"/papers/date/{SATURDAY}", Reply(status=302, headers={"Location": PAGE}))
    site.answer(PAGE, Reply(hf_page(numbers(3))))
    assert bodies(site, SATURDAY) == []


@pytest.mark.parametrize(
    ("day", "before"), [(DAY, "2025-11-06"), (MONDAY, "2025-11-07"), (date(2025, 11, 9), "2025-11-07")]
)
def test_the_list_before_is_asked_for_as_well_because_it_fills_until_the_evening(
    site: Website, day: date, before: str
) -> None:
    def answer(seen: Seen) -> Reply:
        return Reply(hf_json(numbers(2), date.fromisoformat(seen.query["date"])))

    site.answer(LIST, answer)
    assert len(bodies(site, day, days=2)) == 2
    assert [seen.query["date"] for seen in site.seen] == [str(day), before]


def test_a_list_that_is_stale_costs_no_other_one(site: Website) -> None:
    site.answer(LIST, Reply(hf_json(numbers(2), DAY)))
    source = HuggingFaceSource(HuggingFaceSource.Options(base_url=site.url), make_fetcher())
    documents = source.fetch(MONDAY)
    assert next(documents).body == hf_json(numbers(2), DAY)
    with pytest.raises(StaleSource):
        next(documents)


def test_weekends_are_known() -> None:
    source = HuggingFaceSource(HuggingFaceSource.Options(), make_fetcher())
    assert source.silence(DAY) is None
    assert source.silence(SATURDAY) == "Hugging Face has nothing on Saturdays"


def test_a_mondays_list_that_nobody_has_filled_yet_is_no_trouble_and_one_of_a_tuesday_is() -> None:
    source = HuggingFaceSource(HuggingFaceSource.Options(), make_fetcher())
    assert source.silence(MONDAY) == "Hugging Face may have nothing on Mondays before its list is filled"
    assert source.silence(MONDAY + timedelta(days=1)) is None


def test_the_list_before_tuesdays_is_mondays(site: Website) -> None:
    site.answer(LIST, Reply(hf_json(numbers(2), MONDAY)))
    tuesday = MONDAY + timedelta(days=1)
    with suppress(StaleSource):
        bodies(site, tuesday, days=2)
    assert {seen.query["date"] for seen in site.seen} == {str(tuesday), str(MONDAY)}


def test_the_page_for_readers_is_taken_as_it_is(site: Website, test_data: Path) -> None:
    body = (test_data / "samples/hf/hf_papers_page.CONSTRUCTED.html").read_bytes()
    error = (test_data / "samples/hf/hf_api_error_body.json").read_bytes()
    site.answer(LIST, Reply(error))
    site.answer("/papers", Reply(body))
    assert bodies(site, None) == [body]
