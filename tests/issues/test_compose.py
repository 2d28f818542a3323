"""Composing: order, limits, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from newsletter.issues import compose
from newsletter.model import ComposingPolicy, Issue, Paper, Placement, Section, SectionSlug

DAY = date(2025, 11, 7)
METHODS = Section(slug=SectionSlug("methods"), title="Methods", keywords=("attention",))
THEORY = Section(slug=SectionSlug("theory"), title="Theory", keywords=("proof",))


def compose_with(
    placements: list[Placement], *sections: Section, max_papers: int = 15, day: date = DAY
) -> Issue:
    return compose(
        placements, sections, day=day, title="Daily", policy=ComposingPolicy(max_papers=max_papers)
    )


def test_sections_keep_the_configured_order_and_empty_ones_are_dropped(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    placements = [placement(paper(1), "methods"), placement(paper(2), "theory")]
    empty = Section(slug=SectionSlug("empty"), title="Empty", keywords=("x",))
    issue = compose_with(placements, THEORY, empty, METHODS)
    assert [section.slug for section in issue.sections] == ["theory", "methods"]


def test_papers_keep_the_order_of_the_source(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    issue = compose_with([placement(paper(n), "methods") for n in (3, 1, 2)], METHODS)
    assert [entry.paper.key for entry in issue.entries] == ["paper-3", "paper-1", "paper-2"]


def test_what_exceeds_a_section_moves_to_more_papers_in_the_order_of_the_source(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    homes = ["methods", "methods", None, "methods"]
    placements = [placement(paper(n), home) for n, home in enumerate(homes)]
    issue = compose_with(placements, METHODS, max_papers=1)
    assert [entry.paper.key for entry in issue.sections[0].entries] == ["paper-0"]
    assert [entry.paper.key for entry in issue.more] == ["paper-1", "paper-2", "paper-3"]


def test_a_section_can_have_its_own_limit(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    narrow = Section(slug=SectionSlug("methods"), title="Methods", keywords=("x",), max_papers=2)
    issue = compose_with([placement(paper(n), "methods") for n in range(5)], narrow)
    assert len(issue.sections[0].entries) == 2


def test_a_paper_that_comes_twice_is_shown_once_and_the_issue_says_so(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    issue = compose_with([placement(paper(1), "methods"), placement(paper(1), None)], METHODS)
    assert len(issue.entries) == 1
    assert [out.reason for out in issue.left_out] == ["listed twice in the input"]


def test_every_paper_is_in_the_issue_whatever_the_limits(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    homes = ["methods", "theory", None]
    placements = [placement(paper(n), homes[n % 3]) for n in range(50)]
    for limit in (1, 2, 16, 17, 500):
        issue = compose_with(placements, METHODS, THEORY, max_papers=limit)
        assert {e.paper.key for e in issue.entries} == {p.paper.key for p in placements}


def grouped(placement: Placement, group: str) -> Placement:
    return replace(placement, section=None, group=group)


def test_discovered_groups_follow_the_configured_sections_largest_first(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    groups = ["Robotics", "Game theory", "Game theory"]
    strays = [grouped(placement(paper(n), None), group) for n, group in enumerate(groups)]
    issue = compose_with([*strays, placement(paper(7), "methods"), placement(paper(8), None)], METHODS)
    assert [(section.title, section.discovered) for section in issue.sections] == [
        ("Methods", False),
        ("Game theory", True),
        ("Robotics", True),
    ]
    assert [section.slug for section in issue.sections[1:]] == ["group-game-theory", "group-robotics"]
    assert [entry.paper.key for entry in issue.more] == ["paper-8"]


def test_the_group_of_a_paper_with_a_section_is_not_shown(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    issue = compose_with([replace(placement(paper(1), "methods"), group="Robotics")], METHODS)
    assert [section.slug for section in issue.sections] == ["methods"]


def test_what_exceeds_a_group_moves_to_more_papers(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    strays = [grouped(placement(paper(n), None), "Robotics") for n in range(3)]
    issue = compose_with(strays, METHODS, max_papers=2)
    assert [entry.paper.key for entry in issue.sections[0].entries] == ["paper-0", "paper-1"]
    assert [entry.paper.key for entry in issue.more] == ["paper-2"]


def test_the_slugs_of_groups_differ_from_all_others(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    configured = Section(slug=SectionSlug("group-robotics"), title="Mine", keywords=("x",))
    names = ["Robotics", "robotics!", "机器人", "ロボット"]
    strays = [grouped(placement(paper(n), None), name) for n, name in enumerate(names)]
    issue = compose_with([placement(paper(9), "group-robotics"), *strays], configured)
    slugs = [section.slug for section in issue.sections]
    assert len(set(slugs)) == len(slugs) == 5
    assert all(slug.startswith("group-") and slug.isascii() for slug in slugs)


def test_a_weekly_issue_is_named_after_its_iso_week(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> None:
    # 2024-12-30 lies in the first week of 2025 (ISO 8601), and so do most of the days up to 2025-01-02.
    slugs = [
        compose([placement(paper(1), None)], (), day=day, title="W", cadence="weekly").slug
        for day in (date(2024, 12, 30), date(2025, 1, 2))
    ]
    assert slugs == ["2024-W52", "2025-W01"]
