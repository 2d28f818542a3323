"""Groups among the papers that fit no section."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import Evidence, Paper, PaperKey, Placement, SectionSlug
from newsletter.topics.landscape import Landscape, landscape_of, shipped_landscape
from newsletter.topics.leftovers import Group, discover, with_groups

ALONE = Landscape()
ROBOTS = [
    ("Grasping with soft grippers", "A robot arm grasps fruit with a soft gripper and tactile sensing."),
    (
        "Legged locomotion on rough terrain",
        "A quadruped robot walks over rough terrain under torque control.",
    ),
    ("Robot manipulation of cables", "A robot manipulates cables with two arms and motion planning."),
    ("Motion planning for a mobile robot", "A mobile robot plans its motion among people in a warehouse."),
    ("Sim-to-real transfer for robot arms", "Policies for robot arms are trained in a simulator."),
]
GALAXIES = [
    ("Quenching of massive galaxies", "Star formation ends early in massive galaxies at high redshift."),
    ("Stellar mass of dwarf galaxies", "We measure stellar masses of dwarf galaxies in a deep survey."),
    ("Gas inflow onto spiral galaxies", "Cold gas feeds star formation in spiral galaxies of the survey."),
    ("Black holes at the centre of galaxies", "The mass of black holes follows that of their host galaxies."),
]
SPEECH = [
    (
        "Speech recognition for rare dialects",
        "Speech recognition models fail on the accents of rare dialects.",
    ),
    ("Streaming speech recognition", "We decode speech with a small delay for speech recognition on phones."),
    ("Noise-robust speech recognition", "A speech enhancement front end helps speech recognition in noise."),
    ("Children's voices and speech recognition", "Speech recognition errs on the voices of children."),
]
TOPICS = [ROBOTS, GALAXIES, SPEECH]


def papers_of(texts: list[tuple[str, str]], make: Callable[..., Paper]) -> list[Paper]:
    return [make(title, abstract) for title, abstract in texts]


@pytest.fixture
def mixed(text_paper: Callable[..., Paper]) -> list[Paper]:
    return [paper for topic in TOPICS for paper in papers_of(topic, text_paper)]


def test_papers_of_three_topics_become_three_named_groups(mixed: list[Paper]) -> None:
    found = discover(mixed)
    assert {group.name for group in found} == {"Robotics", "Galaxies and their stars", "Speech recognition"}
    assert sum(len(group.papers) for group in found) >= 11


def test_a_group_holds_papers_of_one_topic(mixed: list[Paper]) -> None:
    topic_of = {title: number for number, topic in enumerate(TOPICS) for title, _ in topic}
    for group in discover(mixed):
        assert len({topic_of[key] for key in group.papers}) == 1


def test_the_order_of_papers_changes_nothing(mixed: list[Paper]) -> None:
    expected = discover(mixed)
    for seed in range(5):
        assert discover(random.Random(seed).sample(mixed, len(mixed))) == expected  # noqa: S311 - a shuffle


def test_a_paper_that_comes_twice_counts_once(mixed: list[Paper]) -> None:
    assert discover(mixed + mixed[:3]) == discover(mixed)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_papers_make_no_group(mixed: list[Paper], count: int) -> None:
    assert discover(mixed[:count]) == ()
    assert discover(mixed[:count], landscape=ALONE, min_papers=1) == ()


def test_no_group_is_made_where_none_is_wanted(mixed: list[Paper]) -> None:
    assert discover(mixed, max_groups=0) == ()


def test_no_more_groups_come_than_wanted_and_none_is_smaller_than_wanted(mixed: list[Paper]) -> None:
    assert len(discover(mixed, max_groups=2)) == 2
    assert [group.name for group in discover(mixed, min_papers=5)] == ["Robotics"]


def test_papers_with_nothing_in_common_make_no_group(text_paper: Callable[..., Paper]) -> None:
    titles = ["Barley yields", "Medieval coins", "Tunnel ventilation", "Violin varnish", "Glacier dust"]
    assert discover([text_paper(title) for title in titles], landscape=ALONE) == ()


def test_groups_are_found_without_any_earlier_paper(mixed: list[Paper]) -> None:
    assert "Speech recognition" in {group.name for group in discover(mixed, landscape=ALONE)}


def test_papers_without_abstracts_are_grouped_by_their_titles(text_paper: Callable[..., Paper]) -> None:
    titles = [title for title, _ in SPEECH] + [title for title, _ in GALAXIES]
    assert "Speech recognition" in {g.name for g in discover([text_paper(title) for title in titles])}


def test_identical_papers_are_one_group() -> None:
    title, abstract = SPEECH[0]
    same = [
        Paper(key=PaperKey(f"copy-{n}"), ids={}, title=title, title_raw=title, abstract=abstract)
        for n in range(6)
    ]
    [group] = discover(same)
    assert len(group.papers) == 6
    assert group.cohesion == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(
    "text", ["", "   ", "$$$ --- !!!", "the of and", "\U0001d518\U0001d52b", "a" * 50_000]
)
def test_papers_that_say_nothing_make_no_group_and_no_error(text: str, mixed: list[Paper]) -> None:
    empty = [Paper(key=PaperKey(f"e{n}"), ids={}, title=text, title_raw=text) for n in range(4)]
    for group in discover(mixed + empty):
        assert group.name
        assert len(group.name) <= 45


def test_papers_in_other_languages_are_grouped_by_what_they_share(text_paper: Callable[..., Paper]) -> None:
    titles = [
        "Распознавание речи: редкие диалекты",
        "Потоковое распознавание речи",
        "Голоса детей и распознавание речи",
        "Распознавание речи при сильном шуме",
    ]
    [group] = discover([text_paper(title) for title in titles])
    assert group.name == "Распознавание речи"
    chinese = ["语音识别", "机器人", "星系的形成", "图神经网络", "语音合成"]
    discover([text_paper(title) for title in chinese])


def test_stated_categories_name_a_group(mixed: list[Paper]) -> None:
    stated = [
        Paper(key=PaperKey(title), ids={}, title=title, title_raw=title, categories=("quant-ph", "cs.LG"))
        for title in ("Bell inequalities", "The spin of a photon", "Trapped ions")
    ]
    assert "Quantum physics" in {group.name for group in discover(mixed + stated)}


def test_single_words_tell_a_field_that_no_earlier_paper_taught(
    mixed: list[Paper], text_paper: Callable[..., Paper]
) -> None:
    texts = [
        ("Birational maps of surfaces", "We bound the moduli of a projective variety."),
        ("Hodge classes", "A divisor on a toric variety has an algebraic cohomology class."),
        ("Sheaves on stacks", "The moduli of sheaves on a Fano surface form a scheme."),
        ("Curves that meet", "We count the points where algebraic curves and a divisor meet on a scheme."),
    ]
    geometry = [text_paper(title, abstract) for title, abstract in texts]
    names = {key: group.name for group in discover(mixed + geometry) for key in group.papers}
    assert [names.get(paper.key) for paper in geometry] == ["Algebraic geometry"] * 4


def test_a_heading_that_is_taken_is_not_given_again(mixed: list[Paper]) -> None:
    assert "Robotics" in {group.name for group in discover(mixed)}
    assert "Robotics" not in {group.name for group in discover(mixed, taken=["robotics"])}


def test_papers_of_one_topic_are_one_group_and_of_many_are_many(mixed: list[Paper]) -> None:
    robots = [paper for paper in mixed if paper.title in {title for title, _ in ROBOTS}]
    assert [len(group.papers) for group in discover(robots)] == [len(robots)]
    assert len(discover(mixed)) == len(TOPICS)


def test_a_paper_nobody_is_like_stays_without_a_group(
    mixed: list[Paper], text_paper: Callable[..., Paper]
) -> None:
    alone = text_paper("Violin varnish", "Resins of Cremona.")
    assert alone.key not in {key for group in discover([*mixed, alone]) for key in group.papers}


def test_only_papers_without_a_section_get_a_group(mixed: list[Paper]) -> None:
    groups = discover(mixed)
    placements = [
        Placement(
            paper=paper, section=SectionSlug("mine") if n == 0 else None, score=0.1, evidence=Evidence()
        )
        for n, paper in enumerate(mixed)
    ]
    entered = with_groups(placements, groups)
    assert entered[0].group is None
    assert [placement.group for placement in entered[1:5]] == ["Robotics"] * 4


@given(st.lists(st.tuples(st.text(max_size=40), st.none() | st.text(max_size=200)), min_size=0, max_size=12))
def test_any_texts_give_groups_that_are_disjoint_large_enough_and_named(
    texts: list[tuple[str, str | None]],
) -> None:
    papers = [
        Paper(key=PaperKey(str(n)), ids={}, title=title, title_raw=title, abstract=abstract)
        for n, (title, abstract) in enumerate(texts)
    ]
    groups = discover(papers)
    assert groups == discover(papers[::-1])
    keys = [key for group in groups for key in group.papers]
    assert len(keys) == len(set(keys))
    assert all(group.name.strip() and len(group.papers) >= 3 for group in groups)
    assert len({group.name for group in groups}) == len(groups)


def test_five_hundred_papers_are_grouped_in_a_moment() -> None:
    texts = [text for topic in TOPICS for text in topic]
    many = [
        Paper(key=PaperKey(str(n)), ids={}, title=f"{title} {n}", title_raw=title, abstract=abstract)
        for n in range(500)
        for title, abstract in [texts[n % len(texts)]]
    ]
    shipped_landscape()
    start = time.process_time()
    groups = discover(many)
    assert time.process_time() - start < 5
    assert sum(len(group.papers) for group in groups) > 300


def test_a_landscape_of_few_papers_is_no_hindrance(mixed: list[Paper]) -> None:
    assert landscape_of([]).phrases.papers == 0
    for count in (0, 1, 2, 13):
        groups: tuple[Group, ...] = discover(mixed, landscape=landscape_of(mixed[:count]))
        assert all(group.name for group in groups)
