"""The Hugging Face daily papers as JSON and as HTML."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import SourceError
from newsletter.model import Parsed, Summary


def item(number: int = 1, **paper: object) -> dict[str, Any]:
    values = {"id": f"2511.9000{number}", "title": f"T{number}", "upvotes": 1} | paper
    return {"paper": {name: value for name, value in values.items() if value is not ...}}


def page(props: object, *, quote: str = '"', before: str = "") -> str:
    text = html.escape(json.dumps(props)) if quote == '"' else json.dumps(props).replace("'", "&#39;")
    props_text = f"data-target=DailyPapers data-props = {quote}{text}{quote}"
    return f"<!doctype html>\n<main>{before}<div {props_text}></div>"


@pytest.fixture(params=["hf_daily_papers.json", "hf_daily_papers.html"])
def parsed(request: pytest.FixtureRequest, parse_fixture: Callable[[str], Parsed]) -> Parsed:
    """The same papers from the interface and from the page."""
    return parse_fixture(request.param)


def test_a_paper_has_all_that_the_site_says(parsed: Parsed) -> None:
    first = parsed.papers[0]
    assert parsed.problems == ()
    assert first.title == 'Gardens of "Gradients" & Weeds'
    assert first.abstract == 'We prune networks and say "it grows" & "it heals".'
    assert first.authors == ("René Example", "Žofia Muster"), "hidden ones are authors, too"
    assert (first.upvotes, first.comments, first.stars) == (21, 2, 9)
    assert first.code_url == "https://github.com/example-lab/gardens"
    assert first.thumbnail == "https://cdn.example.org/2511.90001.png"
    assert first.keywords == ("pruning", "second derivatives")
    assert first.summary == Summary(text="Pruned networks grow back.", origin="source")
    assert first.url == "https://huggingface.co/papers/2511.90001"
    assert first.pdf_url == "https://arxiv.org/pdf/2511.90001"
    assert (first.source, first.ids["arxiv"], first.ids["hf"]) == ("hf", "2511.90001", "2511.90001")


def test_the_date_is_the_inner_one_and_the_day_that_of_the_list(parsed: Parsed) -> None:
    """The outer date says 5 November, 19:00, for what happened on the 6th at midnight."""
    assert {paper.published for paper in parsed.papers} == {date(2025, 11, 6)}
    assert {paper.announced for paper in parsed.papers} == {date(2025, 11, 7)}
    assert parsed.day == date(2025, 11, 7)


def test_what_a_fresh_paper_lacks_is_unknown_and_not_zero(parsed: Parsed) -> None:
    second = parsed.papers[1]
    assert (second.upvotes, second.comments, second.stars) == (None, None, None)
    assert (second.summary, second.keywords, second.code_url, second.thumbnail) == (None, None, None, None)


def test_an_error_message_saved_as_data_is_an_error(parse_bytes: Callable[..., Parsed]) -> None:
    with pytest.raises(SourceError, match="error message instead of papers: Sorry, we can't find the page"):
        parse_bytes('{"error":"Sorry, we can\'t find the page you are looking for."}')


@pytest.mark.parametrize("body", ["[]", " [ ]\n", '{"dailyPapers": []}'])
def test_an_empty_list_says_so(parse_bytes: Callable[..., Parsed], body: str) -> None:
    parsed = parse_bytes(body)
    assert parsed.papers == ()
    assert parsed.problems[0].message.startswith("no paper: the list is empty")


def test_a_list_that_breaks_off_keeps_the_items_before(parse_bytes: Callable[..., Parsed]) -> None:
    whole = json.dumps([item(1), item(2), item(3)])
    for cut in range(whole.index("}}"), len(whole)):
        parsed = parse_bytes(whole[:cut])
        assert len(parsed.papers) == whole[:cut].count('"upvotes": 1}}'), cut
        assert parsed.problems, cut


def test_a_broken_item_costs_no_other(parse_bytes: Callable[..., Parsed]) -> None:
    whole = json.dumps([item(1), item(2), item(3)], indent=1)
    parsed = parse_bytes(whole.replace('"T2"', '"T"2"'))
    assert [paper.title for paper in parsed.papers] == ["T1", "T3"]
    [problem] = [problem for problem in parsed.problems if "no JSON" in problem.message]
    assert problem.message.startswith("item 2")
    assert problem.line == 9


def test_an_item_that_is_no_paper_is_told_with_its_place(parse_bytes: Callable[..., Parsed]) -> None:
    items: list[object] = [item(1), None, {"paper": None}, 7, {"paper": {}}, item(2, title=" "), item(3)]
    parsed = parse_bytes(json.dumps(items))
    assert [paper.title for paper in parsed.papers] == ["T1", "T3"]
    assert [problem.message for problem in parsed.problems] == [f"item {n} is no paper" for n in range(2, 7)]


@pytest.mark.parametrize("wrong", [None, [], {}, True, -1, "5", 1e300, 10**40])
def test_fields_of_a_wrong_kind_are_unknown(parse_bytes: Callable[..., Parsed], wrong: object) -> None:
    fields = (
        "upvotes",
        "summary",
        "authors",
        "publishedAt",
        "githubRepo",
        "githubStars",
        "ai_summary",
        "ai_keywords",
    )
    body = [item(1), item(2, **dict.fromkeys(fields, wrong))]
    paper = parse_bytes(json.dumps(body)).papers[1]
    assert (paper.upvotes, paper.stars, paper.authors, paper.keywords) == (None, None, None, None)
    assert (paper.published, paper.code_url) == (None, None)


def test_an_id_that_is_not_of_arxiv_is_kept_as_the_sites_own(parse_bytes: Callable[..., Parsed]) -> None:
    parsed = parse_bytes(json.dumps([item(1, id="some-report"), item(2, id="2511.90002v3"), item(3, id=...)]))
    assert parsed.papers[0].ids["hf"] == "some-report"
    assert (parsed.papers[0].url, parsed.papers[0].pdf_url) == (None, None)
    assert (parsed.papers[1].ids["arxiv"], parsed.papers[1].version) == ("2511.90002", 3)
    assert [problem.message for problem in parsed.problems] == ["item 3 has no id"]


def test_addresses_that_are_relative_or_odd_are_none(parse_bytes: Callable[..., Parsed]) -> None:
    odd = ["/avatars/x.svg", "javascript:alert(1)", "https://a b", "https://x\ny", "h" * 3_000]
    items = [item(n, githubRepo=address, thumbnail=address) for n, address in enumerate(odd)]
    assert {paper.code_url for paper in parse_bytes(json.dumps(items)).papers} == {None}
    assert {paper.thumbnail for paper in parse_bytes(json.dumps(items)).papers} == {None}


def test_one_paper_alone_and_a_list_of_bare_papers_are_read(parse_bytes: Callable[..., Parsed]) -> None:
    bare = [item(n)["paper"] for n in (1, 2)]
    assert len(parse_bytes(json.dumps(bare)).papers) == 2
    assert len(parse_bytes(json.dumps(bare[0], indent=1)).papers) == 1


def test_the_page_is_read_whatever_its_quotes_and_neighbours(parse_bytes: Callable[..., Parsed]) -> None:
    props = {"dateString": "2025-11-07", "dailyPapers": [item(1, title='A "quote" & <b> it\'s')]}
    menu = (
        "<div data-target='MainHeader' data-props='{\"isWide\":false}'></div><div data-props='no JSON'></div>"
    )
    for quote in ('"', "'"):
        parsed = parse_bytes(page(props, quote=quote, before=menu))
        assert [paper.title for paper in parsed.papers] == ['A "quote" & <b> it\'s']
        assert parsed.day == date(2025, 11, 7)


def test_entities_of_the_page_are_read_once(parse_bytes: Callable[..., Parsed]) -> None:
    [paper] = parse_bytes(page({"dailyPapers": [item(1, title="a &amp; b &quot;")]})).papers
    assert paper.title == "a &amp; b &quot;"


def test_the_page_of_trending_papers_has_the_day_of_most(parse_bytes: Callable[..., Parsed]) -> None:
    days = ["2025-11-05", "2025-11-06", "2025-11-06"]
    items = [item(n, submittedOnDailyAt=f"{day}T01:00:00Z") for n, day in enumerate(days)]
    assert parse_bytes(page({"papers": items})).day == date(2025, 11, 6)
    assert parse_bytes(page({"dateString": "2025-W45", "dailyPapers": items})).day == date(2025, 11, 6)


def test_a_page_without_papers_says_so_and_a_torn_one_is_an_error(parse_bytes: Callable[..., Parsed]) -> None:
    assert parse_bytes(page({"dailyPapers": []})).problems[0].message.startswith("no paper")
    whole = page({"dailyPapers": [item(1)]})
    with pytest.raises(SourceError, match="whose papers cannot be read"):
        parse_bytes(whole[: len(whole) - 40])


def test_the_real_item_is_read(test_data: Path, parse_bytes: Callable[..., Parsed]) -> None:
    folder = test_data / "samples" / "hf"
    for name in ("hf_api_daily_papers.one_item.json", "hf_papers_page.CONSTRUCTED.html"):
        parsed = parse_bytes((folder / name).read_bytes())
        [paper] = parsed.papers
        assert (parsed.problems, parsed.day) == ((), date(2026, 3, 6))
        assert paper.published == date(2026, 2, 26)
        assert (paper.upvotes, paper.comments, paper.stars, len(paper.authors or ())) == (10, 1, 9, 5)
        assert paper.summary is not None
    with pytest.raises(SourceError, match="Sorry, we can't find"):
        parse_bytes((folder / "hf_api_error_body.json").read_bytes())
