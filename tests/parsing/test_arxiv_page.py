"""The web pages on which arXiv lists papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from newsletter.errors import SourceError
from newsletter.model import Parsed
from newsletter.parsing.html_tokens import Tag, tokens

HEAD = "<html><title>x</title><body>arXiv<h3>Showing new listings for Friday, 7 November 2025</h3>\n"


def entry(number: str = "2511.90001", title: str = "T", inner: str = "", told: str = "") -> str:
    return (
        f"<dt><a href='/abs/{number}' title='Abstract'>arXiv:{number}</a> {told}</dt>\n"
        f"<dd><div class='list-title'><span class='descriptor'>Title:</span> {title}</div>{inner}</dd>\n"
    )


@pytest.fixture
def parsed(parse_fixture: Callable[[str], Parsed]) -> Parsed:
    return parse_fixture("arxiv_new.html")


def test_every_section_is_read(parsed: Parsed) -> None:
    assert parsed.problems == ()
    assert parsed.day == date(2025, 11, 7)
    assert [paper.flags for paper in parsed.papers] == [(), ("cross",), ("replacement",)]
    assert {paper.announced for paper in parsed.papers} == {date(2025, 11, 7)}


def test_a_paper_has_all_that_the_page_shows(parsed: Parsed) -> None:
    first = parsed.papers[0]
    assert first.title == "The ε'/ε Garden & Its Gradients"
    assert first.authors == ("René Example", "Žofia Muster"), "affiliations are no authors"
    assert first.categories == ("cs.LG", "stat.ML")
    assert first.journal_ref == "Journal of Made-Up Results 3 (2025)"
    assert first.version == 1, "from the address of the HTML form"
    assert first.url == "https://arxiv.org/abs/2511.90001"
    assert (first.published, first.updated) == (None, None)


def test_entities_are_read_once(parsed: Parsed) -> None:
    abstract = "We prune networks, p < 0.05. A second paragraph: a &lt; b stays as it was written."
    assert parsed.papers[0].abstract == abstract


def test_a_replacement_may_have_no_abstract_and_an_old_id(parsed: Parsed) -> None:
    last = parsed.papers[2]
    assert (last.abstract, last.ids["arxiv"], last.categories) == (None, "math/0309136", ("math.GT",))


@pytest.mark.parametrize(
    "authors",
    [
        "<a>One Author</a><a>Two Author</a>",
        "<span class='descriptor'>Authors:</span> <a>One Author</a>, <a>Two Author</a>",
        "Authors: One Author, Two Author (Lab, Town)",
        "One Author and Two Author",
    ],
)
def test_authors_are_read_in_every_form(parse_bytes: Callable[..., Parsed], authors: str) -> None:
    body = HEAD + entry(inner=f"<div class='list-authors'>{authors}</div>")
    assert parse_bytes(body).papers[0].authors == ("One Author", "Two Author")


def test_an_author_list_that_is_unavailable_is_none(parse_bytes: Callable[..., Parsed]) -> None:
    body = HEAD + entry(inner="<div class='list-authors'>(author list is unavailable)</div>")
    assert parse_bytes(body).papers[0].authors is None


def test_the_page_of_recent_papers_has_a_day_for_each_part(parse_bytes: Callable[..., Parsed]) -> None:
    body = (
        "<html>arXiv<dl id='articles'><h3>Fri, 7 Nov 2025 (showing 1 of 1 entries )</h3>"
        + entry("2511.90002")
        + "<h3>Thu, 6 Nov 2025 (continued, showing last 1 of 40 entries )</h3>"
        + entry("2511.90001", "U", told="(cross-list from cs.CL)")
    )
    parsed = parse_bytes(body)
    assert [paper.announced for paper in parsed.papers] == [date(2025, 11, 7), date(2025, 11, 6)]
    assert [paper.flags for paper in parsed.papers] == [(), ("cross",)]
    assert parsed.day == date(2025, 11, 7)
    assert [problem.message for problem in parsed.problems] == ["a page that does not show all papers"]


def test_a_section_with_fewer_papers_than_its_heading_tells_is_a_problem(
    parse_bytes: Callable[..., Parsed],
) -> None:
    body = (
        HEAD + "<h3>New submissions (showing 3 of 3 entries)</h3>\n" + entry() + "<h3>Cross submissions</h3>"
    )
    [problem] = parse_bytes(body).problems
    assert (problem.message, problem.expected) == ("1 papers in a section", "3, as the heading says")


@pytest.mark.parametrize("told", ["<p>No updates today.</p>", "<dl id='articles'></dl>"])
def test_a_day_without_papers_says_so(parse_bytes: Callable[..., Parsed], told: str) -> None:
    parsed = parse_bytes(HEAD + told)
    assert (parsed.papers, parsed.day) == ((), date(2025, 11, 7))
    assert parsed.problems[0].message.startswith("no paper")


def test_an_item_without_title_costs_no_other(parse_bytes: Callable[..., Parsed]) -> None:
    body = HEAD + entry() + entry("2511.90002", "") + "<dt>nothing</dt>" + entry("2511.90003", "U")
    parsed = parse_bytes(body)
    assert [paper.title for paper in parsed.papers] == ["T", "U"]
    assert [problem.line for problem in parsed.problems] == [4, 6]


def test_a_torn_page_keeps_what_stands_before_the_tear(parse_bytes: Callable[..., Parsed]) -> None:
    body = HEAD + "<h3>New submissions (showing 2 of 2 entries)</h3>" + entry() + entry("2511.90002", "U")
    for cut in range(body.index("</dd>") + 5, len(body)):
        assert parse_bytes(body[:cut]).papers[0].title == "T", cut
        assert len(parse_bytes(body[:cut]).papers) == 2 or parse_bytes(body[:cut]).problems, cut


def test_signs_that_are_no_tags_are_text(parse_bytes: Callable[..., Parsed]) -> None:
    body = HEAD + entry(title="If x<y and z>w", inner="<p>a < b, <foo>c</foo> &notanentity; <b>d</b></p>")
    [paper] = parse_bytes(body).papers
    assert paper.title == "If x<y and z>w"
    assert paper.abstract == "a < b, <foo>c</foo> ¬anentity; d"


def test_an_error_page_of_arxiv_is_refused_with_its_title(parse_bytes: Callable[..., Parsed]) -> None:
    with pytest.raises(SourceError, match=r'titled "Page not found \| arXiv e-print'):
        parse_bytes("<html><head><title>Page not found | arXiv e-print repository</title></head></html>")


def test_comments_scripts_and_styles_are_no_text() -> None:
    page = "a<!-- <dt> -->b<script>if (1 < 2) '<dt>'</script>c<style>x{}</style>d<!-- open <dt>"
    assert [token for token in tokens(page) if isinstance(token, str)] == ["a", "b", "c", "d"]


def test_attributes_are_read_in_every_form() -> None:
    [tag] = [
        token
        for token in tokens("<a href = '/x?a&amp;b' ID=1 class=\"p q\" disabled x='>")
        if isinstance(token, Tag)
    ]
    assert tag.attributes == {"href": "/x?a&b", "id": "1", "class": "p q"}
    assert tag.classes == ["p", "q"]
