"""A paper that a person named goes where they said, on the day it is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from newsletter.model import Paper, PlacingPolicy, Section, SectionSlug
from newsletter.topics.placing import place

MakePaper = Callable[..., Paper]
ROBOTS = Section(slug=SectionSlug("robots"), title="Robots", keywords=("robot", "grasping"))
SPEECH = Section(slug=SectionSlug("speech"), title="Speech", keywords=("speech", "voice"))


def home(paper: Paper, *sections: Section, min_score: float = 0.05) -> str | None:
    [placement] = place([paper], sections, policy=PlacingPolicy(min_score=min_score))
    return placement.section


def test_an_example_of_today_has_its_home_where_it_was_named(text_paper: MakePaper) -> None:
    paper = text_paper("A robot that learns grasping by robot grasping")
    assert home(paper, ROBOTS, SPEECH) == "robots"
    named = replace(SPEECH, examples=(paper.title,))
    against = replace(ROBOTS, counterexamples=(paper.title,))
    for sections in ((ROBOTS, named), (against, named)):
        assert home(paper, *sections) == "speech"
        assert home(paper, *sections, min_score=1.0) == "speech"
    [placement] = place([paper], (ROBOTS, named))
    assert placement.evidence.moved_by[-1:] == ("examples",)


def test_a_counter_example_has_no_home_there(text_paper: MakePaper) -> None:
    paper = text_paper("A robot that learns grasping by robot grasping")
    assert home(paper, replace(ROBOTS, counterexamples=(paper.title,)), SPEECH) != "robots"


def test_an_excluded_term_outranks_an_example(text_paper: MakePaper) -> None:
    paper = text_paper("A robot that learns grasping by robot grasping")
    named = replace(ROBOTS, examples=(paper.title,), exclude=("grasping",))
    assert home(paper, named, SPEECH) != "robots"


def test_other_papers_are_placed_by_their_words(text_paper: MakePaper) -> None:
    paper, other = text_paper("A robot that learns grasping"), text_paper("The voice in speech")
    assert home(other, replace(ROBOTS, examples=(paper.title,)), SPEECH) == "speech"
