"""What a reader sees before opening: the subject and the preheader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from newsletter.model import Edition, Entry, Issue, Paper, Placement
from newsletter.rendering import render
from newsletter.rendering.leads import leads
from newsletter.rendering.subject import MAX_SUBJECT_CHARS, shortened


@pytest.fixture
def issue_titled(
    issue: Callable[..., Issue], placement: Callable[..., Placement], paper: Callable[..., Paper]
) -> Callable[..., Issue]:
    """Make an issue of one paper."""

    def make(lead: str, **changes: object) -> Issue:
        entry = Entry(placement=placement(paper(title=lead), None), summary=None)
        return issue(sections=(), more=(entry,), **changes)

    return make


def test_the_subject_says_whose_issue_of_which_day_and_what_leads_it(
    issue_titled: Callable[..., Issue],
) -> None:
    assert render(issue_titled("Attention")).subject == "Daily Papers · 7 Nov: Attention"


def test_a_weekly_subject_names_the_week(issue_titled: Callable[..., Issue]) -> None:
    issue = issue_titled("Attention", cadence="weekly", slug="2025-W45", day=date(2025, 11, 7))
    assert render(issue).subject == "Daily Papers · week 45: Attention"


@pytest.mark.parametrize("length", [1, 40, 54, 55, 56, 57, 80, 500])
@pytest.mark.parametrize("name", ["D", "Daily Papers", "A newsletter with a very long name " * 3])
def test_no_subject_is_longer_than_a_line(issue_titled: Callable[..., Issue], name: str, length: int) -> None:
    for title in ("x" * length, "word " * length):
        assert len(render(issue_titled(title, title=name)).subject) <= MAX_SUBJECT_CHARS


def test_a_long_title_is_cut_between_words_and_never_behind_one_that_leads_on() -> None:
    assert shortened("A Study of Light in the Dark of the Night", 30) == "A Study of Light in the Dark…"
    assert shortened("Mavors: a Representation", 12) == "Mavors…"
    assert shortened("Short", 5) == "Short"


def test_a_word_that_fills_the_line_is_cut_where_the_line_ends() -> None:
    assert shortened("x" * 100, 10) == "x" * 9 + "…"


def test_the_subject_of_the_seed_is_short_and_the_preheader_goes_on(seed_edition: Edition) -> None:
    lead = seed_edition.subject.split(": ", 1)[1].rstrip("…")
    assert seed_edition.subject.startswith("Daily Papers · 7 Nov: ")
    assert lead not in seed_edition.preheader
    assert seed_edition.preheader.endswith(" · 75 papers")
    assert 60 < len(seed_edition.preheader) <= 140


def test_line_ends_in_a_title_never_reach_the_subject(issue_titled: Callable[..., Issue]) -> None:
    edition = render(issue_titled("Light\r\nBcc: all@example.org\u2028x\0"))
    assert edition.subject == "Daily Papers · 7 Nov: Light Bcc: all@example.org x"
    assert edition.subject.isprintable()


def test_each_section_leads_before_any_leads_twice(rich_issue: Issue) -> None:
    [section] = rich_issue.sections
    twice = replace(rich_issue, sections=(section, replace(section, entries=section.entries[1:])))
    assert [entry.paper.key for entry in leads(twice)][:2] == ["rich", "plain"]


def test_the_most_noticed_paper_leads(
    issue: Callable[..., Issue], placement: Callable[..., Placement], paper: Callable[..., Paper]
) -> None:
    counters: list[dict[str, int]] = [{}, {"comments": 9}, {"upvotes": 2}, {"upvotes": 2, "comments": 1}]
    more = tuple(
        Entry(placement=placement(paper(n, **values), None), summary=None)
        for n, values in enumerate(counters)
    )
    found = leads(issue(sections=(), more=more))
    assert [entry.paper.key for entry in found] == ["paper-3", "paper-2", "paper-1", "paper-0"]
