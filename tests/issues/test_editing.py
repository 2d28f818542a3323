"""Editing: what a person wants otherwise, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from newsletter.issues import compose
from newsletter.issues.editing import HIDDEN, Edits, Move, edited, unknown_to
from newsletter.model import Issue, Paper, PaperKey, Placement, Section, SectionSlug
from newsletter.rendering.leads import leads

METHODS = Section(slug=SectionSlug("methods"), title="Methods", keywords=("attention",))
THEORY = Section(slug=SectionSlug("theory"), title="Theory", keywords=("proof",))
EMPTY = Section(slug=SectionSlug("empty"), title="Empty", keywords=("void",))
SECTIONS = (METHODS, EMPTY, THEORY)
ONE, TWO, THREE, FOUR = (PaperKey(f"paper-{number}") for number in (1, 2, 3, 4))


@pytest.fixture
def draft(paper: Callable[..., Paper], placement: Callable[..., Placement]) -> Issue:
    homes = {1: "methods", 2: "methods", 3: "theory", 4: None}
    placements = [placement(paper(number), home) for number, home in homes.items()]
    return compose(placements, SECTIONS, day=date(2025, 11, 7), title="Daily")


def shown(issue: Issue) -> dict[str, list[str]]:
    homes = {str(section.slug): [str(one.paper.key) for one in section.entries] for section in issue.sections}
    return homes | {"more": [str(one.paper.key) for one in issue.more]}


def test_an_issue_that_nobody_edited_stays_as_it_is(draft: Issue) -> None:
    assert edited(draft, Edits(), SECTIONS) == draft


def test_pinned_papers_come_first_in_the_order_of_the_pins_and_say_so(draft: Issue) -> None:
    issue = edited(draft, Edits(pinned=(TWO, ONE, THREE)), SECTIONS)
    assert shown(issue)["methods"] == ["paper-2", "paper-1"]
    rank = issue.sections[0].entries[0].rank
    assert rank is not None
    assert rank.parts[0].name == "pinned"
    assert rank.total == pytest.approx(sum(part.value for part in rank.parts), abs=0.0005)


def test_the_first_pin_stands_for_the_issue(draft: Issue) -> None:
    assert leads(edited(draft, Edits(pinned=(THREE, TWO)), SECTIONS))[0].paper.key == THREE


def test_a_hidden_paper_is_left_out_and_told_as_such(draft: Issue) -> None:
    issue = edited(draft, Edits(hidden=(THREE,)), SECTIONS)
    assert [section.slug for section in issue.sections] == ["methods"]
    assert [(one.key, one.reason) for one in issue.left_out] == [(THREE, HIDDEN)]


def test_a_moved_paper_comes_last_in_its_new_section_by_the_editors_hand(draft: Issue) -> None:
    issue = edited(draft, Edits(moved=(Move(key=ONE, section=THEORY.slug),)), SECTIONS)
    assert shown(issue) == {"methods": ["paper-2"], "theory": ["paper-3", "paper-1"], "more": ["paper-4"]}
    placement = issue.sections[1].entries[1].placement
    assert placement.section == "theory"
    assert placement.evidence.moved_by == ("editor",)


def test_a_section_without_papers_appears_where_it_is_configured(draft: Issue) -> None:
    issue = edited(draft, Edits(moved=(Move(key=FOUR, section=EMPTY.slug),)), SECTIONS)
    assert [section.title for section in issue.sections] == ["Methods", "Empty", "Theory"]
    assert issue.more == ()


def test_a_paper_can_leave_all_sections(draft: Issue) -> None:
    issue = edited(draft, Edits(moved=(Move(key=THREE, section=None),)), SECTIONS)
    assert shown(issue) == {"methods": ["paper-1", "paper-2"], "more": ["paper-4", "paper-3"]}


def test_what_is_no_longer_there_changes_nothing(draft: Issue) -> None:
    gone = PaperKey("gone")
    edits = Edits(pinned=(gone,), hidden=(gone,), moved=(Move(key=ONE, section=SectionSlug("gone")),))
    assert edited(draft, edits, SECTIONS) == draft
    assert unknown_to(draft, edits) == {gone}


def test_no_paper_is_lost_or_doubled_by_contradictory_edits(draft: Issue) -> None:
    edits = Edits(
        pinned=(ONE, ONE, TWO),
        hidden=(TWO,),
        moved=(Move(key=ONE, section=THEORY.slug), Move(key=ONE, section=None)),
    )
    issue = edited(draft, edits, SECTIONS)
    assert sorted([one.paper.key for one in issue.entries] + [one.key for one in issue.left_out]) == [
        ONE, TWO, THREE, FOUR,
    ]  # fmt: skip


def test_an_editors_words_are_those_of_the_issue(draft: Issue) -> None:
    issue = edited(draft, Edits(introduction="Hello", subject="Today", preheader="Read on"), SECTIONS)
    assert (issue.introduction, issue.subject, issue.preheader) == ("Hello", "Today", "Read on")
