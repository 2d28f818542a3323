"""Earlier papers tell which terms are common."""

from __future__ import annotations

from collections.abc import Callable

from newsletter.model import Paper, Section
from newsletter.topics import background_of, place

MakePaper = Callable[..., Paper]
MakeSection = Callable[..., Section]


def test_a_paper_counts_once_for_each_of_its_terms(text_paper: MakePaper) -> None:
    background = background_of([text_paper("Robots", "A robot meets robots."), text_paper("A robot arm")])
    assert background.papers == 2
    assert background.counts["robot"] == 2
    assert background.counts["robot arm"] == 1


def test_no_papers_are_a_background_that_changes_nothing(text_paper: MakePaper, section: MakeSection) -> None:
    papers, sections = [text_paper("Speech for robots")], [section("Speech"), section("Robotics", "robot")]
    assert place(papers, sections, background=background_of([])) == place(papers, sections)


def test_a_term_that_was_common_before_weighs_less(text_paper: MakePaper, section: MakeSection) -> None:
    papers = [text_paper("Learning whales")]
    sections = [section("Learning"), section("Whales")]
    assert place(papers, sections)[0].section == "learning"
    past = background_of(text_paper(f"Learning subject{i}") for i in range(50))
    assert place(papers, sections, background=past)[0].section == "whales"
