"""What holds whatever papers and sections there are."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from newsletter.model import Paper, Section, SectionSlug
from newsletter.topics import Feedback, background_of, place

MakePaper = Callable[..., Paper]
MakeSection = Callable[..., Section]

WORDS = ["robot", "grasping", "policy", "speech", "recognition", "speaker", "galaxy", "telescope", "redshift", "language", "model", "prompt", "image", "segmentation", "attack", "privacy", "user", "study", "rendering", "mesh", "retrieval", "ranking", "auction", "equilibrium"]


@pytest.fixture
def papers(text_paper: MakePaper) -> list[Paper]:
    chance = random.Random(3)  # noqa: S311 - no secret
    return [
        text_paper(" ".join(chance.sample(WORDS, 4)) + f" {number}", " ".join(chance.choices(WORDS, k=40)))
        for number in range(40)
    ]


@pytest.fixture
def sections(section: MakeSection) -> list[Section]:
    return [
        section("Robotics", "robot", "grasping", description="Machines that move and manipulate."),
        section("Speech", "speech recognition", "speaker", description="Spoken language."),
        section("Astronomy", "galaxy", "telescope", description="Stars, planets and galaxies."),
        section("Security", "attack", "privacy", description="Attacks and defences."),
    ]


def test_the_order_of_papers_changes_nothing(papers: list[Paper], sections: list[Section]) -> None:
    there = {one.paper.key: one for one in place(papers, sections)}
    back = {one.paper.key: one for one in place(papers[::-1], sections)}
    assert there == back


def test_the_order_of_many_papers_changes_nothing(text_paper: MakePaper, sections: list[Section]) -> None:
    many = [text_paper(f"A robot and a galaxy {number}") for number in range(2100)]
    there = {one.paper.key: one.score for one in place(many, sections)}
    assert there == {one.paper.key: one.score for one in place(many[::-1], sections)}


def test_the_order_of_sections_moves_nothing(papers: list[Paper], sections: list[Section]) -> None:
    there = [(one.section, round(one.score, 3)) for one in place(papers, sections)]
    assert there == [(one.section, round(one.score, 3)) for one in place(papers, sections[::-1])]


def test_a_section_about_something_else_moves_nothing(
    papers: list[Paper], sections: list[Section], section: MakeSection
) -> None:
    more = [*sections, section("Baking", "sourdough", "oven", description="Bread and cakes.")]
    there = [(one.section, round(one.score, 2)) for one in place(papers, sections)]
    assert there == [(one.section, round(one.score, 2)) for one in place(papers, more)]


def test_a_repeated_keyword_changes_nothing(papers: list[Paper], sections: list[Section]) -> None:
    first = sections[0]
    again = [replace(first, keywords=(*first.keywords, "Robots", "robot", "grasping")), *sections[1:]]
    assert place(papers, again) == place(papers, sections)


def test_placing_twice_is_placing_once(papers: list[Paper], sections: list[Section]) -> None:
    past = background_of(papers[:20])
    once = place(papers[20:], sections, background=past)
    assert place(papers[20:], sections, background=background_of(papers[:20])) == once


def test_a_paper_alone_is_judged_by_itself(text_paper: MakePaper, section: MakeSection) -> None:
    [placement] = place(
        [text_paper("A robot that grasps")], [section("Robotics", "robot"), section("Speech")]
    )
    assert placement.section == "robotics"


# --- examples, categories, authors, judgements -----------------------------------------------------------


@pytest.fixture
def between(text_paper: MakePaper) -> Paper:
    return text_paper("Sails and rigging", "We study how sails and rigging hold in storms.")


@pytest.fixture
def two(section: MakeSection) -> list[Section]:
    return [section("Weather", "storm"), section("Ships", "hull")]


def test_an_example_given_by_its_title_draws_papers_like_it(between: Paper, two: list[Section]) -> None:
    assert place([between], two)[0].section == "weather"
    ships = replace(
        two[1], examples=("Sails and rigging of old ships", "Rigging and sails", "New rigging, new sails")
    )
    [placement] = place([between], [two[0], ships])
    assert placement.section == "ships"
    assert "examples" in placement.evidence.moved_by


def test_an_example_is_found_in_the_past_by_its_id(
    between: Paper, two: list[Section], text_paper: MakePaper
) -> None:
    past = [
        replace(text_paper(f"Rigging {i}", "Sails and rigging."), ids={"arxiv": f"2501.0000{i}"})
        for i in range(5)
    ]
    ships = replace(two[1], examples=tuple(paper.ids["arxiv"] for paper in past))
    without = place([between], two, background=background_of(past))[0]
    assert place([between], [two[0], ships], background=background_of(past))[0].score != without.score


@pytest.mark.parametrize("pattern", ["physics", "physics.*", "physics.flu-dyn"])
def test_a_category_counts_for_its_section(between: Paper, two: list[Section], pattern: str) -> None:
    paper = replace(between, categories=("physics.flu-dyn",))
    plain = place([paper], two)[0].evidence.nearest
    wanted = place([paper], [two[0], replace(two[1], categories=(pattern,))])[0]
    scores = {fit.section: fit.score for fit in (*wanted.also_fits, wanted.evidence.nearest) if fit}
    scores[SectionSlug(str(wanted.section))] = wanted.score
    assert scores[SectionSlug("ships")] > (plain.score if plain else 0)


def test_a_favourite_author_brings_a_paper_home(between: Paper, two: list[Section]) -> None:
    paper = replace(between, authors=("Zoë Noether",))
    [placement] = place([paper], [two[0], replace(two[1], authors=("Zoe Noether",))])
    assert placement.section == "ships"
    assert placement.evidence.moved_by[-1:] == ("authors",)


def test_a_judgement_pulls_papers_like_it_to_one_section_and_away_from_the_other(
    between: Paper, two: list[Section], text_paper: MakePaper
) -> None:
    moved = Feedback(
        paper=text_paper("Rigging", "Sails and rigging in storms."),
        liked=SectionSlug("ships"),
        disliked=SectionSlug("weather"),
    )
    before, after = place([between], two)[0], place([between], two, feedback=[moved] * 5)[0]
    assert before.section == "weather"
    assert after.section == "ships"
