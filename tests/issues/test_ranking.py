"""The order within a list: each reason moves a paper, and the sum that decides can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from newsletter.issues import compose, rank
from newsletter.model import (
    ComposingPolicy,
    Issue,
    Paper,
    PaperKey,
    Part,
    Placement,
    RankingPolicy,
    Section,
    SectionSlug,
)

DAY = date(2025, 11, 7)
POLICY = RankingPolicy()
METHODS = Section(slug=SectionSlug("methods"), title="Methods", keywords=("attention",))
FROGS = "Frogs sing at night near ponds. Choirs of frogs keep a common rhythm."
SHIPS = "Ships cross oceans by stars. Captains trust maps, compasses and wind."
OWLS = "Owls hunt silently. Feathers of owls soften turbulence over wings."


@pytest.fixture
def papers(
    paper: Callable[..., Paper], placement: Callable[..., Placement]
) -> Callable[..., list[Placement]]:
    """Place papers that differ in what is told of each, in the order of their source."""

    def make(*changes: Mapping[str, object], section: str | None = "methods") -> list[Placement]:
        return [
            placement(paper(number, published=None, **change), section)
            for number, change in enumerate(changes, start=1)
        ]

    return make


def order(
    placements: list[Placement],
    policy: RankingPolicy = POLICY,
    authors: tuple[str, ...] = (),
    seen: Mapping[PaperKey, int] | None = None,
) -> list[int]:
    ranked = rank(placements, policy=policy, day=DAY, authors=authors, seen=seen)
    return [int(one.key.removeprefix("paper-")) for one in ranked]


def parts_of(placements: list[Placement], number: int, **options: object) -> dict[str, Part]:
    options = {"policy": POLICY, "day": DAY} | options
    ranked = rank(placements, **options)  # type: ignore[arg-type]
    [found] = [one for one in ranked if one.key == f"paper-{number}"]
    return {part.name: part for part in found.rank.parts}


def test_without_another_reason_the_order_is_that_of_the_source(
    papers: Callable[..., list[Placement]],
) -> None:
    assert order(papers(*[{}] * 30)) == list(range(1, 31))


def test_sources_are_mixed_by_the_places_of_their_papers(papers: Callable[..., list[Placement]]) -> None:
    sources = [{"source": "hf"}] * 2 + [{"source": "arxiv"}] * 4
    assert order(papers(*sources)) == [3, 1, 4, 5, 2, 6]


def test_a_paper_that_hugging_face_has_keeps_its_place_there_whoever_else_has_it(
    papers: Callable[..., list[Placement]],
) -> None:
    both = {"source": "arxiv", "ids": {"arxiv": "2511.90001", "hf": "2511.90001"}}
    day = papers({"source": "hf"}, both, *[{"source": "arxiv"}] * 8)
    assert [parts_of(day, number)["place"].note for number in (1, 2, 3)] == [
        "number 1 of 2 from hf",
        "number 2 of 2 from hf",
        "number 1 of 8 from arxiv",
    ]


# --- attention -------------------------------------------------------------------------------------------


def test_votes_of_hugging_face_are_compared_with_each_other_whoever_else_has_the_papers(
    papers: Callable[..., list[Placement]],
) -> None:
    both = {"source": "arxiv", "ids": {"arxiv": "2511.90001", "hf": "2511.90001"}, "upvotes": 9}
    only = [{"source": "hf", "upvotes": count} for count in (9, 4, 30, 9, 12)]
    day = papers(both, *only, *[{"source": "arxiv"}] * 40)
    assert parts_of(day, 1)["upvotes"] == parts_of(day, 2)["upvotes"]


@pytest.mark.parametrize("kind", ["upvotes", "comments", "stars"])
def test_more_attention_moves_a_paper_up(papers: Callable[..., list[Placement]], kind: str) -> None:
    few, many = {kind: 2}, {kind: 400}
    assert order(papers(few, few, few, many), RankingPolicy(place=0.1)) == [4, 1, 2, 3]


def test_a_paper_without_a_count_stands_below_those_with_many_and_above_those_with_few(
    papers: Callable[..., list[Placement]],
) -> None:
    counts: list[dict[str, object]] = [{"upvotes": count} for count in (0, 0, 8, 9, 9, 300, 400)]
    stranger = {"source": "arxiv"}
    ranked = order(papers(*counts, stranger), RankingPolicy(place=0.0))
    assert set(ranked[: ranked.index(8)]) >= {6, 7}
    assert set(ranked[ranked.index(8) :]) >= {1, 2}


def test_where_only_some_papers_show_a_count_it_is_a_gain_and_none_is_no_loss(
    papers: Callable[..., list[Placement]],
) -> None:
    day = papers({}, {}, {}, {}, {"comments": 1})
    assert parts_of(day, 5)["comments"].value > 0
    assert "comments" not in parts_of(day, 1)


def test_the_only_paper_of_a_source_is_credited_with_its_attention(
    papers: Callable[..., list[Placement]],
) -> None:
    assert parts_of(papers({"upvotes": 500}), 1)["upvotes"].value == pytest.approx(POLICY.upvotes)


def test_of_equal_counts_the_fresher_one_counts_more(papers: Callable[..., list[Placement]]) -> None:
    ages = [{"upvotes": 40, "announced": DAY - timedelta(days=days)} for days in (20, 3)]
    assert order(papers(*ages), RankingPolicy(place=0.0)) == [2, 1]


def test_a_count_loses_half_of_its_worth_in_a_half_life(papers: Callable[..., list[Placement]]) -> None:
    old = {"upvotes": 80, "announced": DAY - timedelta(days=10)}
    day = papers(old, {"upvotes": 40, "announced": DAY})
    policy = RankingPolicy(place=0, half_life_days=10)
    values = [parts_of(day, number, policy=policy)["upvotes"].value for number in (1, 2)]
    assert values[0] == values[1]


def test_a_note_says_what_was_counted_how_old_it_is_and_what_would_be_usual(
    papers: Callable[..., list[Placement]],
) -> None:
    usual: list[dict[str, object]] = [{"upvotes": 9}] * 40
    day = papers(*usual, {"upvotes": 42, "announced": DAY - timedelta(days=3)})
    assert parts_of(day, 41)["upvotes"].note == "42 upvotes, 3 days old; about 7 would be usual"


def test_one_absurd_count_does_not_level_all_others(papers: Callable[..., list[Placement]]) -> None:
    counts: list[dict[str, object]] = [{"upvotes": count} for count in range(1, 41)]
    day = papers(*counts, {"upvotes": 10**400})
    assert parts_of(day, 40)["upvotes"].value - parts_of(day, 1)["upvotes"].value > 0.3


# --- the section, favourites, what was seen --------------------------------------------------------------


def test_what_fits_better_gains_by_its_score(papers: Callable[..., list[Placement]]) -> None:
    well = replace(papers({})[0], score=0.9)
    [ranked] = rank([well], policy=RankingPolicy(match=0.5), day=DAY)
    assert [part.value for part in ranked.rank.parts if part.name == "match"] == [0.45]


def test_a_paper_of_no_section_matches_none(papers: Callable[..., list[Placement]]) -> None:
    assert "match" not in parts_of(papers({}, section=None), 1)


def test_favourite_authors_come_first_whatever_speaks_for_others(
    papers: Callable[..., list[Placement]],
) -> None:
    popular = {"upvotes": 9_000, "stars": 9_000, "comments": 900}
    mine = {"authors": ("Ada Byron", "Emmy Noether"), "upvotes": 0, "stars": 0, "comments": 0}
    day = papers(popular, *[{}] * 5, mine)
    seen = {PaperKey("paper-7"): 40}
    assert order(day, authors=("E. Noether",), seen=seen)[0] == 7
    assert order(day, RankingPolicy(authors=("Byron, Ada",)), seen=seen)[0] == 7
    assert parts_of(day, 7, authors=("E. Noether",))["favourite"].note == "by Emmy Noether"


@pytest.mark.parametrize("flag", ["withdrawn", "retracted"])
def test_what_was_taken_back_comes_last_even_by_a_favourite_author(
    papers: Callable[..., list[Placement]], flag: str
) -> None:
    gone = {"authors": ("Ada Byron",), "flags": (flag,), "upvotes": 9_000}
    assert order(papers(gone, *[{"upvotes": 0}] * 8), authors=("Ada Byron",))[-1] == 1


def test_what_was_shown_before_stands_lower_the_oftener_the_lower(
    papers: Callable[..., list[Placement]],
) -> None:
    day = papers(*[{}] * 10)
    seen = {PaperKey("paper-1"): 3, PaperKey("paper-2"): 1}
    assert order(day, seen=seen).index(2) < order(day, seen=seen).index(1)
    assert order(day, seen=seen)[0] == 3
    assert parts_of(day, 1, seen=seen)["seen"].note == "shown 3 times before"


# --- variety ---------------------------------------------------------------------------------------------


def test_of_two_alike_the_second_gives_way_to_another(papers: Callable[..., list[Placement]]) -> None:
    texts = (FROGS, FROGS, SHIPS, OWLS)
    day = papers(*[{"title": text[:20], "abstract": text} for text in texts])
    assert order(day, RankingPolicy(place=0.2, match=0)) == [1, 3, 4, 2]
    assert order(day, RankingPolicy(place=0.2, match=0, diversity=0)) == [1, 2, 3, 4]


def test_variety_names_the_paper_above_that_is_like_it(papers: Callable[..., list[Placement]]) -> None:
    day = papers(*[{"title": f"On {text[:12]}", "abstract": text} for text in (FROGS, FROGS)])
    variety = parts_of(day, 2)["variety"]
    assert variety == Part(
        name="variety", value=-POLICY.diversity, note="100% like one above it: On Frogs sing a"
    )


# --- in an issue -----------------------------------------------------------------------------------------


def composed(placements: list[Placement], *, max_papers: int = 20, **options: object) -> Issue:
    policy = ComposingPolicy(max_papers=max_papers)
    return compose(
        placements,
        (METHODS,),
        day=DAY,
        title="Daily",
        policy=policy,
        **options,  # type: ignore[arg-type]
    )


def test_what_ranks_lowest_leaves_a_full_section_and_keeps_its_rank(
    papers: Callable[..., list[Placement]],
) -> None:
    issue = composed(papers({"upvotes": 0}, {"upvotes": 500}, {"upvotes": 400}), max_papers=2)
    assert [entry.paper.key for entry in issue.sections[0].entries] == ["paper-2", "paper-3"]
    [left] = issue.more
    assert left.rank is not None
    assert {part.name for part in left.rank.parts} >= {"place", "upvotes", "match"}


def test_every_entry_of_an_issue_stands_by_its_total(papers: Callable[..., list[Placement]]) -> None:
    counts: list[dict[str, object]] = [{"upvotes": 7 * number % 40} for number in range(40)]
    strays = [
        replace(one, paper=replace(one.paper, key=PaperKey(f"s{i}")))
        for i, one in enumerate(papers(*counts, section=None))
    ]
    groups = [replace(one, group="Frogs") if i % 2 else one for i, one in enumerate(strays)]
    issue = composed([*papers(*counts), *groups], max_papers=9)
    lists = [*(section.entries for section in issue.sections), issue.more]
    assert len(lists) == 3
    for entries in lists:
        totals = [entry.rank.total for entry in entries if entry.rank]
        assert totals == sorted(totals, reverse=True)
        assert len(totals) == len(entries)


def test_favourite_authors_of_a_section_count_in_no_other(papers: Callable[..., list[Placement]]) -> None:
    other = Section(slug=SectionSlug("other"), title="O", keywords=("x",), authors=("Ada Byron",))
    here = [*papers(*[{"authors": ("Emmy Noether",)}] * 3), *papers({"authors": ("Ada Byron",)})]
    here[3] = replace(here[3], paper=replace(here[3].paper, key=PaperKey("hers")))
    issue = compose(here, (METHODS, other), day=DAY, title="Daily")
    assert issue.sections[0].entries[0].paper.key == "paper-1"
    there = [replace(one, section=SectionSlug("other")) for one in here]
    issue = compose(there, (METHODS, other), day=DAY, title="Daily")
    assert issue.sections[0].entries[0].paper.key == "hers"


def test_in_an_issue_of_many_days_the_first_paper_of_each_was_first(
    papers: Callable[..., list[Placement]],
) -> None:
    days = [{"announced": DAY - timedelta(days=ago)} for ago in (2, 2, 2, 2, 1, 1, 1, 1)]
    daily, weekly = composed(papers(*days)), composed(papers(*days), cadence="weekly")
    late = composed(papers(*days), since=DAY - timedelta(days=2))
    assert [entry.paper.key for entry in daily.entries][:2] == ["paper-1", "paper-2"]
    for issue in (weekly, late):
        assert {entry.paper.key for entry in issue.entries[:2]} == {"paper-1", "paper-5"}


def test_seen_papers_and_the_policy_reach_the_issue(papers: Callable[..., list[Placement]]) -> None:
    issue = composed(papers(*[{}] * 8), seen={PaperKey("paper-1"): 9}, ranking=RankingPolicy(seen=5))
    assert issue.entries[-1].paper.key == "paper-1"
