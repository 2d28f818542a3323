"""Pages on which a first guess would be wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from newsletter.model import Parsed

ReadPage = Callable[..., Parsed]
Make = Callable[..., str]

PROSE = "We study this at some length and find that it holds up well in practice. " * 5


@pytest.mark.parametrize(
    ("shown", "published", "comments"),
    [
        ("Nov 6 2024", date(2024, 11, 6), None),
        ("Nov 6 2024 3", date(2024, 11, 6), 3),
        ("Nov 6, 2024 1.2k", date(2024, 11, 6), 1200),
        ("Nov 6, 2024 · 2", date(2024, 11, 6), 2),
        ("Wed, Nov 6, 2024", date(2024, 11, 6), None),
    ],
)
def test_a_date_in_another_dress_is_the_same_date(
    read_page: ReadPage, page: Make, record: Make, *, shown: str, published: date, comments: int | None
) -> None:
    [paper] = read_page(page(record(shown=shown)), day=date(2025, 11, 7)).papers
    assert (paper.published, paper.comments) == (published, comments)


@pytest.mark.parametrize(
    "footer",
    [
        "The AI community building the future.\n\nHugging Face is a platform where people build models.\n",
        f"The AI community building the future.\n\n{PROSE}\n",
        "We use cookies\n\nWe use cookies to make this site work and to see how it is used by others.\n",
    ],
)
def test_the_sites_own_sentences_are_no_paper(
    read_page: ReadPage, page: Make, record: Make, footer: str
) -> None:
    parsed = read_page(page(record("A Real Paper"), footer=footer))
    assert [paper.title for paper in parsed.papers] == ["A Real Paper"]


@pytest.mark.parametrize(
    "second", ["Second paragraph, a short one.", "- item one\n\n- item two", "Key results\n\nIt is faster."]
)
def test_a_second_paragraph_takes_no_facts_away(
    read_page: ReadPage, page: Make, record: Make, second: str
) -> None:
    text = page(record("A Real Paper Title", abstract=f"{PROSE.strip()}\n\n{second}"))
    [paper] = read_page(text, day=date(2025, 11, 7)).papers
    assert paper.title == "A Real Paper Title"
    assert paper.author_count == 4
    assert (paper.abstract or "").endswith(second.rpartition("\n")[2])


@pytest.mark.parametrize("title", ["X", "42", "0", "+", "Search", "GitHub", "new"])
def test_a_word_of_the_site_in_the_place_of_a_title_is_a_title(
    read_page: ReadPage, page: Make, record: Make, title: str
) -> None:
    text = page(record("First", shown="Oct 2"), record(title, abstract=PROSE))
    assert [paper.title for paper in read_page(text, day=date(2025, 11, 7)).papers] == ["First", title]


def test_a_title_may_begin_like_a_word_of_the_site(read_page: ReadPage, page: Make, record: Make) -> None:
    title = "Submitted by AI: Detecting Machine Submissions"
    assert [paper.title for paper in read_page(page(record(title))).papers] == [title]


def test_the_end_of_a_torn_abstract_is_no_title(read_page: ReadPage, record: Make) -> None:
    text = "l activation and gradient norms\n\n  • 4 authors\n·\nOct 2, 2024\n\n" + record("A Real Paper")
    assert [paper.title for paper in read_page(text).papers] == ["A Real Paper"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("SAM 2.1", "SAM 21"), ("C++ Agents", "C Agents"), ("A bound for p<0.5", "A bound for p>0.5")],
)
def test_names_that_differ_by_a_sign_are_two_papers(
    read_page: ReadPage, page: Make, record: Make, *, one: str, other: str
) -> None:
    assert len(read_page(page(record(one), record(other))).papers) == 2


def test_a_year_that_no_paper_can_have_gives_the_page_none(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    assert read_page(page(record(shown="Nov 6, 3024"))).day is None
