"""Addresses: what may stand in a link, and where a title leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from newsletter.model import Entry, Issue, Paper, Placement
from newsletter.rendering import render
from newsletter.rendering.links import host_of, safe_url, title_link


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2501.00001v2",
        "http://example.org",
        "https://example.org:8443/a?b=c&d=%20e#f",
        "https://[2001:db8::1]/a",
        "HTTPS://EXAMPLE.ORG/A",
    ],
)
def test_an_ordinary_address_stays_as_it_is(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " https://example.org",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "mailto:a@example.org",
        "//example.org/a",
        "/a",
        "https://",
        "https:example.org",
        "https://user@example.org/",
        "https://arxiv.org@evil.example/",
        "https://example.org:99999/",
        "https://[x",
        "https://ex\u0430mple.org/",
        "https://exa mple.org/",
        'https://example.org/"onload="x',
        "https://example.org/<b>",
        "https://example.org\\@evil.example/",
        "https://example.org/\u202e",
        "https://example.org/\ud83d",
        "https://example.org/" + "a" * 3_000,
        "file:///etc/passwd",
        "ftp://example.org/",
    ],
)
def test_anything_else_is_no_link(text: str | None) -> None:
    found = safe_url(text)
    assert found is None or found.isascii()
    assert found in (None, "https://example.org/%E2%80%AE")


def test_what_an_address_may_not_hold_is_encoded_once() -> None:
    assert (
        safe_url("https://example.org/é{{7*7}}|%7C'") == "https://example.org/%C3%A9%7B%7B7*7%7D%7D%7C%7C%27"
    )


def test_a_title_leads_to_the_paper(paper: Callable[..., Paper]) -> None:
    assert title_link(paper(url="https://arxiv.org/abs/1")) == "https://arxiv.org/abs/1"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("hf", "https://huggingface.co/papers?q=A+%26+B%3F"),
        ("arxiv", "https://arxiv.org/search/?searchtype=title&query=A+%26+B%3F"),
        ("somewhere", "https://scholar.google.com/scholar?q=A+%26+B%3F"),
        (None, "https://scholar.google.com/scholar?q=A+%26+B%3F"),
    ],
)
def test_a_paper_without_a_page_leads_to_a_search_where_it_came_from(
    paper: Callable[..., Paper], source: str | None, found: str
) -> None:
    assert title_link(paper(url="javascript:x", source=source, title="A & B?")) == found


def test_a_search_asks_for_the_first_words_of_a_very_long_title(paper: Callable[..., Paper]) -> None:
    link = title_link(paper(url=None, title="word " * 200))
    assert len(link) < 300
    assert link.endswith("word")


def test_a_host_is_named_as_people_know_it() -> None:
    assert host_of("https://www.github.com:443/a") == "github.com"


@pytest.mark.parametrize(
    ("ids", "url"),
    [
        ({"arxiv": "2501.00001", "doi": "10.1000/x"}, "https://arxiv.org/abs/2501.00001"),
        ({"doi": "10.1000/x"}, "https://doi.org/10.1000/x"),
        ({"doi": "10.1002/(sici)1<1::aid>3;2-#?"}, "https://doi.org/10.1002/(sici)1%3C1::aid%3E3;2-%23%3F"),
    ],
)
def test_a_paper_without_an_address_leads_where_its_id_does(
    paper: Callable[..., Paper], ids: dict[str, str], url: str
) -> None:
    assert title_link(paper(url=None, ids=ids)) == url
    assert title_link(paper(url="https://example.org/own", ids=ids)) == "https://example.org/own"


def test_the_note_about_searches_is_only_there_for_titles_that_open_one(
    issue: Callable[..., Issue], paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    for ids, is_told in (({"doi": "10.1000/x"}, False), ({"title": "x"}, True)):
        entry = Entry(placement=placement(paper(url=None, ids=ids, source="ris")), summary=None)
        sections = (replace(issue().sections[0], entries=(entry,)),)
        html = render(replace(issue(), sections=sections, more=())).html
        assert ("opens a search" in html) == is_told
