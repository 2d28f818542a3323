"""Headings for groups: whole phrases, true of the group, spelt as a person would."""

from __future__ import annotations

import pytest

from newsletter.model import Paper, PaperKey
from newsletter.topics.field_words import field_words
from newsletter.topics.fields import archive_heading, field_heading
from newsletter.topics.leaning import headings_of
from newsletter.topics.names import ranked_names
from newsletter.topics.phrasebook import Phrasebook, PhraseRecord, phrases_of
from newsletter.topics.spelling import heading_case, usual_spelling

Texts = list[tuple[str, str]]


def names_of(texts: Texts, others: Texts = [], book: Phrasebook | None = None) -> list[str]:  # noqa: B006 - only read
    uses = [phrases_of(paper(title, abstract)) for title, abstract in [*texts, *others]]
    nowhere: list[dict[str, float]] = [{} for _ in uses]
    ranked = ranked_names(range(len(texts)), uses, nowhere, book or Phrasebook())
    return [name.text for name in ranked]


def paper(title: str, abstract: str = "") -> Paper:
    return Paper(key=PaperKey(title), ids={}, title=title, title_raw=title, abstract=abstract)


def book_with(key: str, surface: str, *, titles: int, papers: int, begins: int, ends: int) -> Phrasebook:
    record = PhraseRecord(papers, titles, papers, begins, ends, surface)
    return Phrasebook(papers=1000, records={key: record})


GRAPHS = [
    ("Molecule generation with graph neural networks", ""),
    ("Graph neural networks for traffic", "We forecast traffic."),
    ("Depth in graph neural networks", ""),
]


def test_the_longest_whole_phrase_wins_over_its_fragments() -> None:
    assert names_of(GRAPHS)[0] == "Graph neural networks"


def test_a_fragment_that_never_ends_a_phrase_is_no_name() -> None:
    assert "Graph neural" not in names_of(GRAPHS)


def test_a_phrase_that_most_papers_of_the_group_lack_is_no_name() -> None:
    mixed = [*GRAPHS[:2], ("Wheat rust", ""), ("Tidal power", ""), ("Violin varnish", "")]
    assert names_of(mixed) == []


def test_a_phrase_that_other_papers_hold_as_often_is_no_name() -> None:
    book = book_with(
        "graph neural network", "graph neural networks", titles=90, papers=400, begins=300, ends=390
    )
    assert "Graph neural networks" not in names_of(GRAPHS, book=book)


def test_what_papers_say_about_themselves_is_no_name() -> None:
    texts = [
        (f"A novel approach to {thing}", "We propose a new method.") for thing in ("rust", "tides", "glue")
    ]
    assert names_of(texts) == []


def test_a_phrase_that_stands_in_no_title_is_no_name() -> None:
    texts = [(title, "We use gradient descent.") for title in ("Wheat rust", "Tidal power", "Violin varnish")]
    assert names_of(texts) == []


def test_a_phrase_does_not_reach_over_a_mark_or_a_joining_word() -> None:
    texts = [(f"Soft robots: grasping of {fruit}", "") for fruit in ("apples", "pears", "plums", "figs")]
    names = names_of(texts)
    assert names[0] == "Soft robots"
    assert not any("robots grasping" in name or "grasping of" in name for name in names)


def test_a_name_is_spelt_as_earlier_papers_spell_it() -> None:
    book = book_with("graph neural network", "graph neural networks", titles=9, papers=9, begins=9, ends=9)
    titles = [(title.title(), "") for title, _ in GRAPHS]
    assert names_of(titles, book=book)[0] == "Graph neural networks"


@pytest.mark.parametrize(
    ("spellings", "expected"),
    [
        ({"Knowledge Graph": 5, "knowledge graph": 2}, "knowledge graph"),
        ({"knowledge graph": 9, "Knowledge Graphs": 2}, "Knowledge Graphs"),
        ({"LLM agents": 3, "LLM Agents": 4}, "LLM agents"),
        ({"NeRF": 4}, "NeRF"),
        ({"3D Gaussian Splatting": 9, "3D gaussian splatting": 1}, "3D Gaussian Splatting"),
        ({"galaxy": 6, "galaxies": 3}, "galaxies"),
        ({"code": 6, "codes": 1}, "code"),
        ({"loss": 6, "lossy": 3}, "loss"),
    ],
)
def test_small_letters_and_the_plural_are_taken_where_papers_use_them(
    spellings: dict[str, int], expected: str
) -> None:
    assert usual_spelling(spellings) == expected


@pytest.mark.parametrize(
    ("surface", "expected"),
    [("graph learning", "Graph learning"), ("vLLM serving", "vLLM serving"), ("LLM agents", "LLM agents")],
)
def test_a_heading_begins_with_a_capital_unless_its_first_word_has_its_own(
    surface: str, expected: str
) -> None:
    assert heading_case(surface) == expected


def field_names_of(*fields: dict[str, float], outside: list[dict[str, float]] = []) -> list[str]:  # noqa: B006 - only read
    uses = [phrases_of(paper(f"title{n}")) for n in range(len(fields) + len(outside))]
    return [n.text for n in ranked_names(range(len(fields)), uses, [*fields, *outside], Phrasebook())]


def test_a_field_names_papers_that_likely_lie_there() -> None:
    fields = [{"Robotics": 0.9, "Optics": 0.1}, {"Robotics": 0.6}, {"Robotics": 0.7}]
    assert field_names_of(*fields) == ["Robotics"]


def test_a_field_that_papers_hardly_hold_names_nothing() -> None:
    vague = {"Robotics": 0.4, "Optics": 0.4}
    assert field_names_of(vague, vague, vague) == []


def test_a_field_that_all_papers_of_the_day_hold_names_nothing() -> None:
    robots = {"Robotics": 0.9}
    assert field_names_of(robots, robots, robots, outside=[robots] * 20) == []


def test_the_field_of_more_papers_comes_before_one_that_is_rarer_elsewhere() -> None:
    group = [{"Optics": 0.9, "Robotics": 0.55}] * 4
    assert field_names_of(*group, outside=[{"Optics": 0.9}] * 5)[0] == "Optics"


def test_a_broad_field_names_papers_of_several_narrow_ones() -> None:
    fields = [headings_of({f"astro-ph.{part}": 0.9}) for part in ("GA", "CO", "EP")]
    assert field_names_of(*fields) == ["Astrophysics"]


def test_a_narrow_field_comes_before_a_broad_one() -> None:
    assert field_names_of(*[headings_of({"astro-ph.GA": 0.9})] * 3) == [
        "Galaxies and their stars",
        "Astrophysics",
    ]


def test_a_broad_field_comes_before_a_narrow_one_that_is_unsure() -> None:
    galaxies, cosmos = headings_of({"astro-ph.GA": 0.9}), headings_of({"astro-ph.CO": 0.9})
    assert field_names_of(galaxies, galaxies, galaxies, cosmos) == ["Astrophysics"]


def test_slight_chances_in_many_fields_make_no_chance_in_the_broad_one() -> None:
    assert "Mathematics" not in headings_of({f"math.{part}": 0.2 for part in ("AG", "NT", "CO", "PR")})


def test_two_phrases_name_a_group_that_neither_names_alone() -> None:
    texts = [(f"Voting rules: {n}", "We amend voting rules.") for n in ("old", "young")] + [
        (f"Sealed auctions: {n}", "") for n in ("old", "young")
    ]
    assert names_of(texts)[0] == "Sealed auctions and voting rules"


def test_two_phrases_with_a_word_in_common_are_not_joined() -> None:
    texts = [(f"Voting rules {n}", "") for n in ("old", "young")] + [
        (f"Voting power {n}", "") for n in ("old", "young")
    ]
    assert not any(" and " in name for name in names_of(texts))


@pytest.mark.parametrize("category", ["cs.AI", "", "nonsense"])
def test_a_category_that_holds_everything_or_is_unknown_has_no_heading(category: str) -> None:
    assert field_heading(category) is None


def test_every_field_with_words_has_a_heading() -> None:
    categories = {category for found in field_words().values() for category in found}
    assert all(field_heading(category) for category in categories)
    assert len(categories) > 80


def test_computer_science_as_a_whole_is_no_heading() -> None:
    assert archive_heading("cs.RO") is None
    assert archive_heading("q-fin.TR") == "Finance"
