"""What holds for the order of any papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.favourites import Favourites
from newsletter.issues import rank
from newsletter.issues.variety import Likeness, in_turn
from newsletter.model import Evidence, Paper, PaperKey, Placement, RankingPolicy, SectionSlug

DAY = date(2025, 11, 7)
WORDS = ("frog", "ship", "owl", "sings", "crosses", "hunts", "night", "the", "学习")
texts = st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join)
counts = st.none() | st.integers(0, 50) | st.integers(-(10**30), 10**30)
days = st.none() | st.integers(-400, 40_000).map(lambda ago: DAY - timedelta(days=ago))
weights = st.floats(0, 100, allow_subnormal=False)


@st.composite
def placement_lists(draw: st.DrawFn) -> list[Placement]:
    return [
        Placement(
            paper=Paper(
                key=PaperKey(str(number)),
                ids={},
                title=draw(texts | st.text(max_size=20)),
                title_raw="",
                abstract=draw(st.none() | texts),
                authors=draw(st.none() | st.just(("Ada Byron",)) | st.just(("E. Noether", "X"))),
                published=draw(days),
                source=draw(st.sampled_from((None, "hf", "arxiv"))),
                upvotes=draw(counts),
                comments=draw(counts),
                stars=draw(counts),
                flags=draw(st.sampled_from(((), (), (), ("withdrawn",), ("cross",)))),
            ),
            section=draw(st.none() | st.just(SectionSlug("s"))),
            score=draw(st.floats(0, 1)),
            evidence=Evidence(),
        )
        for number in range(draw(st.integers(0, 9)))
    ]


policies = st.builds(
    RankingPolicy,
    place=weights, upvotes=weights, comments=weights, stars=weights, match=weights, seen=weights,
    diversity=weights, half_life_days=st.floats(1e-6, 1e5), authors=st.just(("Byron, Ada",)),
)  # fmt: skip


@given(placement_lists(), policies, st.dictionaries(st.integers(0, 12), st.integers(-1, 10**9)))
@settings(max_examples=40)
def test_all_papers_stand_by_their_totals_which_are_the_sums_of_their_parts(
    placements: list[Placement], policy: RankingPolicy, seen: dict[int, int]
) -> None:
    times = {PaperKey(str(number)): count for number, count in seen.items()}
    ranked = rank(placements, policy=policy, day=DAY, seen=times)
    assert {one.key for one in ranked} == {placement.paper.key for placement in placements}
    totals = [one.rank.total for one in ranked]
    assert totals == sorted(totals, reverse=True)
    for one in ranked:
        printed = [f"{part.value:.3f}" for part in one.rank.parts]
        assert sum(int(value.replace(".", "")) for value in printed) == round(one.rank.total * 1000)
        assert [float(value) for value in printed] == [part.value for part in one.rank.parts]


@given(placement_lists(), policies)
@settings(max_examples=40)
def test_favourites_come_first_and_what_was_taken_back_last(
    placements: list[Placement], policy: RankingPolicy
) -> None:
    ranked = rank(placements, policy=policy, day=DAY, seen=None)
    papers = [one.placement.paper for one in ranked]
    favourites = [paper.authors == ("Ada Byron",) for paper in papers if not paper.is_taken_back]
    assert favourites == sorted(favourites, reverse=True)
    gone = [paper.is_taken_back for paper in papers]
    assert gone == sorted(gone)


@given(
    st.lists(
        st.tuples(st.integers(-3000, 3000), st.lists(st.sampled_from("abcde"), max_size=4)), max_size=14
    ),
    st.integers(0, 2000),
)
@settings(max_examples=100)
def test_variety_is_maximal_marginal_relevance(
    papers: Sequence[tuple[int, list[str]]], diversity: int
) -> None:
    scores = [score for score, _ in papers]
    counts_of = [dict.fromkeys(words, 1) for _, words in papers]
    likeness = Likeness(counts_of, dict.fromkeys("abcde", 1.0))
    assert [turn.number for turn in in_turn(scores, likeness, diversity)] == plainly(
        scores, likeness, diversity
    )


def plainly(scores: Sequence[int], likeness: Likeness, diversity: int) -> list[int]:
    """The definition, without any short cut."""
    waiting = list(range(len(scores)))
    order: list[int] = []
    while waiting:
        losses = {
            number: max(
                (round(diversity * min(likeness.of(above).get(number, 0.0), 1.0)) for above in order),
                default=0,
            )
            for number in waiting
        }
        best = max(waiting, key=lambda number: (scores[number] - losses[number], -number))
        waiting.remove(best)
        order.append(best)
    return order


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_any_text_can_stand_where_a_name_is_expected(named: str, authors: list[str]) -> None:
    found = Favourites([named, "Ada Byron"]).found_in(authors)
    assert found is None or found in authors


@pytest.mark.parametrize("changes", [{"place": -1.0}, {"half_life_days": 0.0}])
def test_a_policy_without_sense_cannot_be_made(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="negative"):
        RankingPolicy(**changes)  # type: ignore[arg-type]
