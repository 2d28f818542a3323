"""What people say about placements."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.model import Paper, Section, SectionSlug
from newsletter.topics.feedback import Feedback, name_of, with_examples

MakePaper = Callable[..., Paper]
MakeSection = Callable[..., Section]
ROBOTS, SPEECH = SectionSlug("robots"), SectionSlug("speech")


def test_a_moved_paper_is_an_example_of_its_new_section_and_none_of_the_old(
    text_paper: MakePaper, section: MakeSection
) -> None:
    sections = [section("Robots", examples=("A", "B")), section("Speech", examples=("C",))]
    moved = Feedback(paper=text_paper("A"), liked=SPEECH, disliked=ROBOTS)
    assert [s.examples for s in with_examples(sections, [moved])] == [("B",), ("C", "A")]


def test_the_last_word_counts(text_paper: MakePaper, section: MakeSection) -> None:
    sections = [section("Robots"), section("Speech")]
    to = Feedback(paper=text_paper("A"), liked=SPEECH, disliked=ROBOTS)
    back = Feedback(paper=text_paper("A"), liked=ROBOTS, disliked=SPEECH)
    assert [s.examples for s in with_examples(sections, [to, to, back])] == [("A",), ()]


def test_a_section_that_is_gone_is_no_mistake(text_paper: MakePaper, section: MakeSection) -> None:
    sections = (section("Robots"),)
    liked = Feedback(paper=text_paper("A"), liked=SectionSlug("gone"))
    assert with_examples(sections, [liked]) == sections


def test_a_judgement_says_something(text_paper: MakePaper) -> None:
    for slug in (None, ROBOTS):
        with pytest.raises(ValueError, match="likes one section"):
            Feedback(paper=text_paper("A"), liked=slug, disliked=slug)


@pytest.mark.parametrize(
    ("ids", "name"),
    [({"arxiv": "2401.00001", "doi": "10.1/x"}, "2401.00001"), ({"doi": "10.1/x"}, "10.1/x"), ({}, "Title")],
)
def test_a_paper_is_named_as_examples_name_it(
    paper: Callable[..., Paper], ids: dict[str, str], name: str
) -> None:
    assert name_of(paper(1, title="Title", ids=ids)) == name
