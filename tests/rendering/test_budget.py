"""The HTML stays under its budget for any input, and says what it gave up for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.errors import RenderError
from newsletter.mailing.slots import fill
from newsletter.model import (
    Edition,
    Entry,
    Evidence,
    Issue,
    IssueSection,
    Paper,
    PaperKey,
    Placement,
    SectionSlug,
    Slot,
    Summary,
)
from newsletter.rendering import SizeBudget, Theme, render

BUDGET = SizeBudget(html_bytes=100_000, link_bytes=400, address_bytes=1_500)
TRACKED = "https://click.example.org/ls/click?upn=" + "u001.Kq7Zr" * 20
HOSTILE = ("<&\"'>" * 80, "\U0001f9ea" * 400, "\u5b57" * 400, "word & <b> " * 100, "x" * 4_000, "", "\0")
VALUES: dict[Slot, str] = {
    "unsubscribe_url": "https://example.org/" + "u" * 380,
    "preferences_url": "https://example.org/" + "p" * 380,
    "archive_url": "https://example.org/" + "a" * 380,
    "postal_address": "&" * 300,
}


def issue_of(papers: Sequence[Paper], per_section: int) -> Issue:
    """An issue whose sections have so many papers each; the last tenth is in none."""
    entries = [_entry(paper) for paper in papers]
    placed, rest = entries[: len(entries) - len(entries) // 10], entries[len(entries) - len(entries) // 10 :]
    sections = tuple(
        IssueSection(
            slug=SectionSlug(f"s{start}"),
            title=f"Section {start}",
            description="What it is about, in a line or two. " * 3,
            entries=tuple(placed[start : start + per_section]),
        )
        for start in range(0, len(placed), per_section)
    )
    return Issue(
        slug="2025-11-07",
        day=date(2025, 11, 7),
        cadence="daily",
        revision=1,
        title="Daily Papers",
        language="en",
        sections=sections,
        more=tuple(rest),
    )


def _entry(paper: Paper) -> Entry:
    evidence = Evidence(keyword_hits=("sparse attention", "language model", paper.title[:100]))
    return Entry(
        placement=Placement(paper=paper, section=SectionSlug("s0"), score=0.5, evidence=evidence),
        summary=Summary(text=paper.abstract, origin="extract") if paper.abstract else None,
    )


def numbered(paper: Callable[..., Paper], count: int, text: str, url: str | None) -> list[Paper]:
    """Papers that can be told apart by the start of their titles, however long these are."""
    return [
        paper(
            number,
            key=PaperKey(f"key{number}"),
            title=f"No{number}x {text}",
            abstract=f"We show {text}. " * 6,
            authors=(f"Ada {text}", "Emmy Noether", "Sofja Kowalewskaja", text),
            url=url,
            code_url=url,
        )
        for number in range(count)
    ]


def numbers(titles: Sequence[str]) -> list[int]:
    found = [re.match(r"No(\d+)x", title) for title in titles]
    return [int(match[1]) for match in found if match]


def ranked(issue: Issue) -> list[int]:
    """The numbers of all papers, best first: by the place in their section, then by that of the section."""
    groups = [*(section.entries for section in issue.sections), issue.more]
    ranks = [
        (place, group, entry) for group, entries in enumerate(groups) for place, entry in enumerate(entries)
    ]
    return numbers([entry.paper.title for _, _, entry in sorted(ranks, key=lambda rank: rank[:2])])


def assert_within(edition: Edition, issue: Issue, read: Callable[[str], Any]) -> int:
    """Check the promises of a shortened edition and return how many papers it shows."""
    html, text = fill(edition, VALUES)
    count = len(issue.entries)
    assert len(html.encode("utf-8")) <= BUDGET.html_bytes
    page = read(edition.html)
    shown = numbers(page.texts("h3"))
    assert shown == sorted(ranked(issue)[: len(shown)])
    assert numbers(re.findall(r"^\* (No\d+x)", text, re.MULTILINE)[-count:]) == list(range(count))
    left = [int(text.split()[0]) for text in page.texts("p") if re.fullmatch(r"\d+ more papers?", text)]
    assert left[-1:] == [count - len(shown)] * (len(shown) < count)
    assert sum(left[:-1]) <= count - len(shown)
    return len(shown)


Case = tuple[int, int, str, str | None]
CASES: st.SearchStrategy[Case] = st.tuples(
    st.integers(min_value=1, max_value=500),
    st.integers(min_value=1, max_value=60),
    st.sampled_from(HOSTILE) | st.text(max_size=300),
    st.sampled_from(
        (None, TRACKED, f"https://example.org/?{'&' * 1_900}", "https://example.org/" + "\u5b57" * 200)
    ),
)


def assert_any_within(case: Case, paper: Callable[..., Paper], read: Callable[[str], Any]) -> None:
    count, per_section, text, url = case
    issue = issue_of(numbered(paper, count, text, url), per_section)
    assert_within(render(issue, budget=BUDGET), issue, read)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(case=CASES)
def test_any_input_stays_under_the_budget(
    paper: Callable[..., Paper], read: Callable[[str], Any], case: Case
) -> None:
    assert_any_within(case, paper, read)


@pytest.mark.slow
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(case=CASES)
def test_much_more_input_stays_under_the_budget(
    paper: Callable[..., Paper], read: Callable[[str], Any], case: Case
) -> None:
    assert_any_within(case, paper, read)


@pytest.mark.parametrize("count", [1, 60, 120, 500])
def test_papers_with_tracked_links_fill_the_budget(
    paper: Callable[..., Paper], read: Callable[[str], Any], count: int
) -> None:
    text = "Sparse attention in language models: a study of what is kept and what is lost"
    issue = issue_of(numbered(paper, count, text, TRACKED), 20)
    edition = render(issue, budget=BUDGET)
    assert len(TRACKED) >= 239
    shown = assert_within(edition, issue, read)
    assert bool(edition.shortened) == (count > 1)
    if shown < count:
        assert BUDGET.size(edition.html, {}) > 0.95 * BUDGET.html_bytes


def test_ordinary_days_are_not_shortened(seed_edition: Edition) -> None:
    assert seed_edition.shortened == ()


def test_a_small_budget_shortens_in_the_documented_order(
    seed_issue: Issue, read: Callable[[str], Any]
) -> None:
    """Standard cards first, then leads, then the tail; never one before the other."""
    seen = []
    for html_bytes in (85_000, 60_000, 50_000, 40_000, 30_000):
        edition = render(seed_issue, budget=SizeBudget(html_bytes=html_bytes))
        classes = [heading.get("class") for heading in read(edition.html).all("h3")]
        seen.append((classes.count("hl"), classes.count("h3"), classes.count("hc"), len(classes)))
        assert classes.count("hl") == 10 or classes.count("h3") <= 10
        assert len(classes) == 75 or set(classes) == {"hc"}
    assert seen == sorted(seen, reverse=True, key=lambda counts: counts[3])
    assert seen[-1][3] < 75


def test_the_lowest_ranks_step_down_first(seed_issue: Issue, read: Callable[[str], Any]) -> None:
    page = read(render(seed_issue, budget=SizeBudget(html_bytes=75_000)).html)
    classes = iter(heading.get("class") for heading in page.all("h3"))
    places: dict[str, list[int]] = {"hl": [], "h3": [], "hc": []}
    for section in seed_issue.sections:
        for place, _ in enumerate(section.entries):
            places[next(classes)].append(place)
    assert set(places["hl"]) == {0}
    assert places["h3"]
    assert max(places["h3"]) <= min(places["hc"])


def test_every_section_keeps_its_best_papers_and_counts_the_others(
    paper: Callable[..., Paper], read: Callable[[str], Any]
) -> None:
    issue = issue_of(numbered(paper, 500, "Sparse attention in language models", TRACKED), 60)
    page = read(render(issue, budget=BUDGET).html)
    assert [title for title in page.texts("h2") if title.startswith("Section")] == [
        section.title for section in issue.sections
    ]
    left = [int(text.split()[0]) for text in page.texts("p") if text.endswith(" more papers")]
    assert len(left) == len(issue.sections) + 2
    assert sum(left[:-1]) == left[-1] == 500 - len(page.texts("h3"))


def test_what_was_given_up_is_told(seed_issue: Issue) -> None:
    said = render(seed_issue, budget=SizeBudget(html_bytes=40_000)).shortened
    assert [re.sub(r"\d+", "N", sentence) for sentence in said] == [
        "N papers shown as compact cards, not leads",
        "N papers shown as compact cards, not standard ones",
        "N papers left to the issue on the web",
    ]
    assert sum(int(sentence.split()[0]) for sentence in said) == 75


def test_the_text_has_every_paper_in_full(seed_issue: Issue, seed_edition: Edition) -> None:
    small = render(seed_issue, budget=SizeBudget(html_bytes=30_000))
    assert small.text == seed_edition.text


def test_what_does_not_fit_even_without_papers_is_told(seed_issue: Issue) -> None:
    with pytest.raises(RenderError, match="without any paper the HTML takes") as caught:
        render(seed_issue, budget=SizeBudget(html_bytes=5_000))
    assert caught.value.hint is not None
    assert "size_budget" in caught.value.hint


def test_room_is_kept_for_links_that_are_longer_than_their_slots(seed_issue: Issue) -> None:
    short = render(seed_issue, budget=SizeBudget(html_bytes=60_000, link_bytes=0, address_bytes=0))
    long = render(seed_issue, budget=SizeBudget(html_bytes=60_000, link_bytes=3_000, address_bytes=0))
    assert len(long.html) < len(short.html) - 5_000


def test_a_theme_of_ones_own_keeps_the_budget_too(seed_issue: Issue, tmp_path: Path) -> None:
    """Its cards may be of any size, so that the estimate is far off."""
    cards = (
        '{% for card in group.cards %}<tr><td><p style="margin:0">{{ card.link.text }}'
        + "." * 2_000
        + "</p></td></tr>{% endfor %}"
    )
    (tmp_path / "cards.mjml.j2").write_text(cards, "utf-8")
    edition = render(seed_issue, theme=Theme(folder=tmp_path))
    assert SizeBudget().size(edition.html, {}) <= 100_000
    assert edition.html.count("." * 2_000) > 36


def test_a_size_cannot_be_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        replace(BUDGET, html_bytes=-1)
