"""Headings for groups: whole phrases, true of the group, spelt as a person would."""

from __future__ import annotations

import pytest

from newsletter.model import Paper, PaperKey
from newsletter.topics.fields import archive_heading, field_heading
from newsletter.topics.names import ranked_names
from newsletter.topics.phrasebook import Phrasebook, PhraseRecord, phrases_of
from newsletter.topics.spelling import heading_case, usual_spelling

Texts = list[tuple[str, str]]


def names_of(texts: Texts, others: Texts = [], book: Phrasebook | None = None) -> list[str]:  # noqa: B006 - only read
    uses = [phrases_of(paper(title, abstract)) for title, abstract in [*texts, *others]]
    ranked = ranked_names(range(len(texts)), uses, [() for _ in uses], book or Phrasebook())
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


def test_a_field_names_papers_that_lean_to_it() -> None:
    uses = [phrases_of(paper(title)) for title in ("Wheat rust", "Tidal power", "Violin varnish")]
    fields = [("cs.RO", "cs.CV"), ("cs.CV", "cs.RO"), ("cs.RO",)]
    assert [n.text for n in ranked_names(range(3), uses, fields, Phrasebook())] == [
        "Robotics",
    ]


def test_a_field_that_papers_hold_only_second_names_nothing() -> None:
    uses = [phrases_of(paper(title)) for title in ("Wheat rust", "Tidal power", "Violin varnish")]
    fields = [("cs.CV", "cs.RO"), ("cs.SE", "cs.RO"), ("cs.CR", "cs.RO")]
    assert ranked_names(range(3), uses, fields, Phrasebook()) == []


def test_an_archive_names_papers_of_several_of_its_fields() -> None:
    uses = [phrases_of(paper(title)) for title in ("Wheat rust", "Tidal power", "Violin varnish")]
    fields = [("astro-ph.GA",), ("astro-ph.CO",), ("astro-ph.EP",)]
    assert [n.text for n in ranked_names(range(3), uses, fields, Phrasebook())] == ["Astrophysics"]


@pytest.mark.parametrize("category", ["cs.LG", "cs.AI", "stat.ML", "", "nonsense"])
def test_a_category_that_holds_everything_or_is_unknown_has_no_heading(category: str) -> None:
    assert field_heading(category) is None


def test_computer_science_as_a_whole_is_no_heading() -> None:
    assert archive_heading("cs.RO") is None
    assert archive_heading("q-fin.TR") == "Finance"
