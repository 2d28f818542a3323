"""What holds for any papers and sections."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.model import Paper, PaperKey, Placement, PlacingPolicy, Section, SectionSlug
from newsletter.topics import place

WORDS = ("robot", "speech", "model", "language", "galaxy", "market", "the", "of", "robots", "3D", "学習")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
wild = st.text(max_size=60)


@st.composite
def paper_lists(draw: st.DrawFn) -> list[Paper]:
    titles = draw(st.lists(texts | wild, min_size=1, max_size=8))
    return [
        Paper(
            key=PaperKey(str(i)),
            ids={},
            title=title,
            title_raw=title,
            abstract=draw(st.none() | texts | wild),
        )
        for i, title in enumerate(titles)
    ]


@st.composite
def section_lists(draw: st.DrawFn) -> list[Section]:
    count = draw(st.integers(1, 5))
    return [
        Section(
            slug=SectionSlug(f"s{i}"),
            title=f"subject{i}",
            description=draw(texts | wild),
            keywords=tuple(draw(st.lists(texts | wild, max_size=4))),
            exclude=tuple(draw(st.lists(texts, max_size=1))),
        )
        for i in range(count)
    ]


def by_key(placements: tuple[Placement, ...]) -> dict[str, Placement]:
    return {placement.paper.key: placement for placement in placements}


@given(paper_lists(), section_lists(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_the_papers_changes_nothing(
    papers: list[Paper], sections: list[Section], random: Random
) -> None:
    shuffled = papers.copy()
    random.shuffle(shuffled)
    there, here = by_key(place(shuffled, sections)), by_key(place(papers, sections))
    for key, placement in there.items():
        assert placement.section == here[key].section
        assert placement.evidence.keyword_hits == here[key].evidence.keyword_hits
        assert abs(placement.score - here[key].score) < 0.001  # sums of floats differ in their last digits


@given(paper_lists(), section_lists())
@settings(max_examples=60)
def test_an_unrelated_section_moves_nothing(papers: list[Paper], sections: list[Section]) -> None:
    unrelated = Section(slug=SectionSlug("other"), title="zzzunrelated", keywords=("zzznothing",))
    alone = place(papers, sections)
    for more in ([*sections, unrelated], [unrelated, *sections]):
        placements = place(papers, more)
        assert [one.section for one in placements] == [one.section for one in alone]
        assert [one.score for one in placements] == pytest.approx([one.score for one in alone], abs=1e-3)


@given(paper_lists(), section_lists(), st.data())
@settings(max_examples=60)
def test_repeating_a_keyword_moves_nothing(
    papers: list[Paper], sections: list[Section], data: st.DataObject
) -> None:
    section = data.draw(st.sampled_from(sections))
    repeated = [replace(s, keywords=(*s.keywords, *s.keywords)) if s is section else s for s in sections]
    assert place(papers, repeated) == place(papers, sections)


@given(paper_lists(), section_lists(), st.floats(0, 1))
@settings(max_examples=60)
def test_every_placement_keeps_its_promises(
    papers: list[Paper], sections: list[Section], min_score: float
) -> None:
    placements = place(papers, sections, policy=PlacingPolicy(min_score=min_score))
    assert [placement.paper for placement in placements] == papers
    for placement in placements:
        assert 0 <= placement.score <= 1
        assert placement.section is None or placement.score >= max(min_score, 1e-6)
        assert placement.section is not None or not placement.also_fits
        assert placement.section not in {fit.section for fit in placement.also_fits}
        assert all(min_score <= fit.score <= placement.score for fit in placement.also_fits)
        assert (placement.evidence.nearest is None) == (placement.evidence.margin is None)
        assert placement.evidence.margin is None or placement.evidence.margin >= 0
