"""A placement's evidence in lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.model import Evidence, Fit, Paper, Placement, Section, SectionSlug, Term
from newsletter.topics.explanation import explain

GOLDEN = Path(__file__).parent / "golden" / "explain.txt"

ROBOTS, SPEECH = SectionSlug("robots"), SectionSlug("speech")


@pytest.fixture
def sections(section: Callable[..., Section]) -> list[Section]:
    return [section("Robots", "robot"), section("Speech", "speech")]


def evidence(**changes: object) -> Evidence:
    values: dict[str, object] = {
        "terms": (Term(text="Robots", weight=0.2), Term(text="folding robot", weight=0.04567)),
        "keyword_hits": ("robot",),
        "nearest": Fit(section=SPEECH, score=0.1),
        "margin": 0.21,
        "moved_by": ("background", "categories"),
    }
    return Evidence(**(values | changes))  # type: ignore[arg-type]


def test_every_kind_of_placement_reads_like_the_golden_file(
    paper: Callable[..., Paper], sections: list[Section], assert_golden: Callable[[Path, str], None]
) -> None:
    named = paper(1, title="Robots that fold", ids={"arxiv": "2401.00001", "title": "hash"})
    also = (Fit(section=SPEECH, score=0.1),)
    short = evidence(terms=(), keyword_hits=(), margin=0.02, moved_by=())
    placements = [
        Placement(paper=named, section=ROBOTS, score=0.31, evidence=evidence(), also_fits=also),
        Placement(paper=named, section=ROBOTS, score=0.31, evidence=evidence(nearest=None, margin=None)),
        Placement(paper=named, section=None, score=0.1, evidence=short),
        Placement(paper=named, section=None, score=0.1, evidence=short, group="Folding & cutting"),
        Placement(paper=named, section=None, score=0.0, evidence=Evidence()),
        Placement(paper=named, section=SectionSlug("gone"), score=0.4, evidence=evidence(moved_by=("x",))),
    ]
    text = "\n\n".join("\n".join(explain(placed, sections)) for placed in placements) + "\n"
    assert_golden(GOLDEN, text)
