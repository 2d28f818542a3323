"""Cards in three densities, and the settings that choose among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from newsletter.model import Edition, Entry, Issue, Sentence, Summary
from newsletter.rendering import Theme, render
from newsletter.rendering.theme import Density

SENTENCE = "We show that attention is sparse in most layers of most models that people use today."
SUMMARY = f"{SENTENCE} {SENTENCE} {SENTENCE}"
BRIEF = f"{SENTENCE} {SENTENCE}"
NAMES = {"hl": "lead", "h3": "standard", "hc": "compact"}


@pytest.fixture
def long_issue(issue: Callable[..., Issue]) -> Issue:
    """An issue of two sections of three papers, each with a long summary, and one paper more."""
    made = issue(3)
    [section] = made.sections
    sentences = tuple(Sentence(forms=(SENTENCE,), rank=rank) for rank in range(3))
    summary = Summary(text=BRIEF, origin="extract", sentences=sentences)
    entries = tuple(replace(entry, summary=summary) for entry in section.entries)
    return replace(made, sections=(replace(section, entries=entries),) * 2)


def densities(page: Any) -> list[str]:
    return [NAMES[heading.get("class")] for heading in page.all("h3")]


def test_the_first_paper_of_a_section_leads_and_those_of_none_are_compact(
    long_issue: Issue, read: Callable[[str], Any]
) -> None:
    page = read(render(long_issue).html)
    assert densities(page) == ["lead", "standard", "standard"] * 2 + ["compact"]


def test_an_issue_without_sections_has_three_leads(long_issue: Issue, read: Callable[[str], Any]) -> None:
    entries = long_issue.sections[0].entries + long_issue.sections[1].entries
    page = read(render(replace(long_issue, sections=(), more=entries)).html)
    assert densities(page) == ["lead"] * 3 + ["standard"] * 3


def test_a_lead_says_all_its_sentences_and_a_standard_card_what_it_has_room_for(
    long_issue: Issue, read: Callable[[str], Any]
) -> None:
    edition = render(long_issue)
    said = [text for text in read(edition.html).texts("p") if text.startswith("We show")]
    assert said == [SUMMARY, BRIEF, BRIEF] * 2
    assert edition.text.count("We show") == 14


@pytest.mark.parametrize(
    ("density", "expected"),
    [
        ("lead", {"lead": 2, "standard": 4, "compact": 1}),
        ("standard", {"standard": 6, "compact": 1}),
        ("compact", {"compact": 7}),
    ],
)
def test_a_theme_says_how_large_the_largest_cards_are(
    long_issue: Issue, read: Callable[[str], Any], density: Density, expected: dict[str, int]
) -> None:
    page = read(render(long_issue, theme=Theme(density=density)).html)
    assert Counter(densities(page)) == expected


def test_a_compact_card_is_a_title_and_one_line(long_issue: Issue, read: Callable[[str], Any]) -> None:
    page = read(render(long_issue, theme=Theme(density="compact")).html)
    cells = [cell for cell in page.all("td") if cell.get("class") == "c"]
    assert {tuple(child.tag for child in cell) for cell in cells} == {("h3", "p")}


def test_why_a_paper_is_here_can_be_left_out(long_issue: Issue) -> None:
    assert "Why here: attention" in render(long_issue).html
    edition = render(long_issue, theme=Theme(show_why=False))
    assert "Why here" not in edition.html
    assert "Why here" not in edition.text


def test_a_logo_text_stands_at_the_top_and_the_name_everywhere_else(
    long_issue: Issue, read: Callable[[str], Any]
) -> None:
    edition = render(long_issue, theme=Theme(logo_text="D/P <b>"))
    assert read(edition.html).texts("h1") == ["D/P <b>"]
    assert edition.text.startswith("D/P <b>\n")
    assert "You receive Daily Papers" in edition.html
    assert edition.subject.startswith("Daily Papers")


def test_the_one_source_of_all_papers_is_named_at_the_top(seed_edition: Edition, long_issue: Issue) -> None:
    assert "75 papers in 10 sections · Hugging Face" in seed_edition.html
    [first, *others] = long_issue.more
    other = replace(first, placement=replace(first.placement, paper=replace(first.paper, source="arxiv")))
    html = render(replace(long_issue, more=(other, *others))).html
    assert "1 more</p>" in html
    assert html.count("· Hugging Face") == 6


def test_a_title_of_no_reasonable_length_is_cut(
    long_issue: Issue, paper: Callable[..., Any], placement: Callable[..., Any], read: Callable[[str], Any]
) -> None:
    endless = Entry(placement=placement(paper(title="word " * 50_000), None), summary=None)
    [title] = read(render(replace(long_issue, sections=(), more=(endless,))).html).texts("h3")
    assert 290 < len(title) <= 300


def test_a_file_is_no_source_that_readers_are_told_but_its_journals_are(long_issue: Issue) -> None:
    first, second, *_ = long_issue.sections[0].entries
    journals = [
        replace(
            entry,
            placement=replace(entry.placement, paper=replace(entry.paper, source="ris", journal_ref=name)),
        )
        for entry, name in ((first, "Journal of Whales"), (second, "Journal of Krill"))
    ]
    issue = replace(long_issue, sections=(replace(long_issue.sections[0], entries=tuple(journals)),), more=())
    text = render(issue).text
    assert "Journal of Whales" in text
    assert "Journal of Krill" in text
    assert "ris" not in text.split("Journal")[0].split()
