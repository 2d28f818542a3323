"""Sections and keywords that papers ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from newsletter.config.schema import slugify
from newsletter.model import Paper, Section
from newsletter.topics import place, suggestion
from newsletter.topics.suggestion import suggest_keywords, suggest_sections

MakePaper = Callable[..., Paper]
MakeSection = Callable[..., Section]


@pytest.fixture
def papers(text_paper: MakePaper) -> list[Paper]:
    animals = ("blue", "grey", "old", "young")
    return [
        *(text_paper(f"Whale songs of the {a} ones", "We hear whale songs at sea.") for a in animals),
        *(text_paper(f"A robot for the {a} ones", "The robot has gripper control.") for a in animals),
        text_paper("Bread", "On flour."),
    ]


def test_papers_that_fit_no_section_ask_for_one(papers: list[Paper], section: MakeSection) -> None:
    sections = [section("Robots", "robot")]
    [found] = suggest_sections(place(papers, sections), sections, slugify=slugify)
    assert "whale" in found.section.title.casefold()
    assert any("whale" in keyword.casefold() for keyword in found.section.keywords)
    assert {paper.title for paper in found.papers} == {p.title for p in papers[:4]}
    assert found.homes == ((None, 4),)


def test_a_proposed_section_would_get_its_papers(papers: list[Paper], section: MakeSection) -> None:
    sections = [section("Robots", "robot")]
    [found] = suggest_sections(place(papers, sections), sections, slugify=slugify)
    homes = [placed.section for placed in place(papers, [*sections, found.section])]
    assert homes[:4] == [found.section.slug] * 4


def test_all_papers_can_be_looked_at(papers: list[Paper], section: MakeSection) -> None:
    sections = [section("Machines", "robot"), section("Animals", "whale")]
    placements = place(papers, sections)
    assert suggest_sections(placements, sections, slugify=slugify) == ()
    assert suggest_sections(placements, sections, slugify=slugify, everything=True)


def test_keywords_are_those_its_papers_share_and_no_section_has(
    papers: list[Paper], section: MakeSection
) -> None:
    sections = [section("Robots", "robot"), section("Animals", "whale")]
    phrases = suggest_keywords(place(papers, sections), sections[0], sections)
    assert [phrase.text for phrase in phrases] == ["gripper control"]
    assert (phrases[0].inside, phrases[0].outside) == (4, 0)


def test_of_many_papers_the_newest_ask(
    papers: list[Paper], section: MakeSection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestion, "_MOST_GROUPED", 4)
    sections = [section("Bread", "flour")]
    for subject, newer in (("whale", papers[:4]), ("robot", papers[4:8])):
        dated = [replace(one, published=date(2025, 1 + (one in newer), 1)) for one in papers]
        [found] = suggest_sections(place(dated, sections), sections, slugify=slugify)
        assert all(subject in paper.title.casefold() for paper in found.papers)
        assert len(found.papers) == 4


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_papers_suggest_nothing(papers: list[Paper], section: MakeSection, count: int) -> None:
    sections = [section("Cooking", "soup")]
    placements = place(papers[:count], sections)
    assert suggest_sections(placements, sections, slugify=slugify) == ()
    assert suggest_keywords(placements, sections[0], sections) == ()


def test_the_order_of_papers_changes_nothing(papers: list[Paper], section: MakeSection) -> None:
    sections = [section("Cooking", "soup")]
    once = suggest_sections(place(papers, sections), sections, slugify=slugify)
    again = suggest_sections(place(papers[::-1], sections), sections, slugify=slugify)
    assert [one.section for one in once] == [one.section for one in again]
