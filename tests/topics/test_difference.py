"""What two sets of sections do differently."""

from __future__ import annotations

from collections.abc import Callable

from newsletter.model import Paper, PlacingPolicy, Section
from newsletter.topics.difference import difference
from newsletter.topics.sorting import Sorting

MakePaper = Callable[..., Paper]
MakeSection = Callable[..., Section]


def sorting(*sections: Section, min_score: float = 0.05) -> Sorting:
    return Sorting(sections=sections, policy=PlacingPolicy(min_score=min_score))


def test_the_moves_are_those_papers_whose_home_changes(text_paper: MakePaper, section: MakeSection) -> None:
    days = [
        [text_paper("A robot walks"), text_paper("Speech")],
        [text_paper("Whale songs"), text_paper("Bread")],
    ]
    old = sorting(section("Robots", "robot"), section("Speech"))
    new = sorting(section("Robots", "robot"), section("Speech"), section("Whales", "whale"))
    found = difference(days, old, new)
    assert found.papers == 4
    assert [(m.paper.title, m.old, m.new) for m in found.moves] == [("Whale songs", None, "whales")]


def test_the_same_sections_move_nothing(text_paper: MakePaper, section: MakeSection) -> None:
    same = sorting(section("Robots", "robot"))
    assert difference([[text_paper("A robot"), text_paper("Bread")]], same, same).moves == ()


def test_a_threshold_moves_papers_too(text_paper: MakePaper, section: MakeSection) -> None:
    robots = section("Robots", "robot")
    found = difference([[text_paper("A robot eats")]], sorting(robots), sorting(robots, min_score=1.0))
    assert found.counts() == (("robots", None, 1),)


def test_moves_are_counted_by_way_most_first(text_paper: MakePaper, section: MakeSection) -> None:
    papers = [text_paper(f"A robot number{i}") for i in range(3)] + [text_paper("Speech")]
    old = sorting(section("Robots", "robot"), section("Speech"))
    found = difference([papers], old, sorting(section("Machines", "robot")))
    assert found.counts() == (("robots", "machines", 3), ("speech", None, 1))
