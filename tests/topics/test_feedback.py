"""What people say about placements."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.model import Paper, SectionSlug
from newsletter.topics.feedback import Feedback, name_of

MakePaper = Callable[..., Paper]
ROBOTS = SectionSlug("robots")


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
