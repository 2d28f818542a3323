"""What holds whatever papers and sections there are."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from newsletter.model import Paper, Placement, Section, SectionSlug
from newsletter.topics import Feedback, background_of, place

MakePaper = Callable[..., Paper]
MakeSection = Callable[..., Section]

SUBJECTS = (
    "robot grasping policy manipulation gripper locomotion",
    "speech recognition speaker voice acoustic phoneme",
    "galaxy telescope redshift star planet halo",
    "attack privacy malware encryption vulnerability adversary",
)
COMMON = "model data training evaluation learning system analysis results"


@pytest.fixture
def papers(text_paper: MakePaper) -> list[Paper]:
    chance = random.Random(3)  # noqa: S311 - no secret
    found = []
    for number in range(40):
        own, common = SUBJECTS[number % len(SUBJECTS)].split(), COMMON.split()
        abstract = " ".join(chance.choices(own, k=8) + chance.choices(common, k=20))
        found.append(text_paper(f"{' '.join(chance.sample(own, 3))} {number}", abstract))
    return found


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
    there, here = place(papers, sections), place(papers, more)
    assert [one.section for one in there] == [one.section for one in here]
    assert [one.score for one in there] == pytest.approx([one.score for one in here], abs=0.1)


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
    return [section("Weather", "storm"), section("Ships", "hull", "sail")]


def score_of(placement: Placement, slug: str) -> float:
    """The score of a section where it is the home or the nearest, else 0."""
    scores = {placement.section: placement.score}
    nearest = placement.evidence.nearest
    if nearest:
        scores[nearest.section] = nearest.score
    return scores.get(SectionSlug(slug), 0.0)


def test_an_example_given_by_its_title_draws_papers_like_it(between: Paper, two: list[Section]) -> None:
    ships = replace(two[1], examples=("Rigging of old ships", "Rigging and masts", "New rigging"))
    [before], [after] = place([between], two), place([between], [two[0], ships])
    assert score_of(after, "ships") > score_of(before, "ships")


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


def test_a_counterexample_keeps_papers_like_it_away(between: Paper, two: list[Section]) -> None:
    weather = replace(
        two[0], counterexamples=("Rigging in storms", "Storms and old ships", "Ships in a storm")
    )
    [before], [after] = place([between], two), place([between], [weather, two[1]])
    assert score_of(after, "weather") < score_of(before, "weather")


def test_a_counterexample_of_the_past_teaches_nothing_to_its_section(
    between: Paper, two: list[Section], text_paper: MakePaper
) -> None:
    past = [text_paper(f"Storm {i}", "A storm at sea, and the rigging of ships.") for i in range(8)]
    weather = replace(two[0], counterexamples=tuple(paper.key for paper in past))
    [before] = place([between], two, background=background_of(past))
    [after] = place([between], [weather, two[1]], background=background_of(past))
    assert score_of(after, "weather") < score_of(before, "weather")


@pytest.mark.parametrize("pattern", ["physics", "physics.*", "physics.flu-dyn"])
def test_a_category_counts_for_its_section(between: Paper, two: list[Section], pattern: str) -> None:
    paper = replace(between, categories=("physics.flu-dyn",))
    [before], [after] = place([paper], two), place([paper], [two[0], replace(two[1], categories=(pattern,))])
    assert score_of(after, "ships") > score_of(before, "ships")


@pytest.mark.parametrize("name", ["Zoe Noether", "Z. Noether", "Noether, Zoë"])
def test_a_favourite_author_brings_a_paper_home(between: Paper, two: list[Section], name: str) -> None:
    paper = replace(between, authors=("Zoë Noether",))
    [placement] = place([paper], [replace(two[1], authors=(name,)), two[0]])
    assert placement.section == "ships"


def test_a_judgement_pulls_papers_like_it_to_one_section_and_away_from_the_other(
    between: Paper, two: list[Section], text_paper: MakePaper
) -> None:
    moved = Feedback(
        paper=text_paper("Rigging", "Sails and rigging in storms."),
        liked=SectionSlug("ships"),
        disliked=SectionSlug("weather"),
    )
    [before], [after] = place([between], two), place([between], two, feedback=[moved] * 5)
    assert score_of(after, "ships") > score_of(before, "ships")
    assert score_of(after, "weather") < score_of(before, "weather")
