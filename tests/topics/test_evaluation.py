"""Scores on labelled papers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from newsletter.model import Paper, PlacingPolicy, Section
from newsletter.topics import place
from newsletter.topics.evaluation import Labelled, auroc, evaluate

MakePaper = Callable[..., Paper]
MakeSection = Callable[..., Section]


@pytest.fixture
def sections(section: MakeSection) -> list[Section]:
    return [section("Robots", "robot"), section("Speech", "speech"), section("Whales", "whale")]


@pytest.fixture
def labelled(text_paper: MakePaper) -> Callable[..., Labelled]:
    def make(title: str, label: str, *acceptable: str) -> Labelled:
        return Labelled(id=title, paper=text_paper(title), label=label, acceptable=acceptable)

    return make


def test_the_figures_are_those_a_person_would_count(
    labelled: Callable[..., Labelled], sections: list[Section]
) -> None:
    papers = [
        labelled("A robot", "robots"),
        labelled("Robots again", "robots"),
        labelled("A robot with speech speech speech", "robots", "speech"),
        labelled("On speech", "speech"),
        labelled("Nothing of it", "none"),
        labelled("A speech about bread", "none"),
    ]
    found = evaluate(papers, sections)
    assert (found.papers, found.none) == (6, 2)
    assert found.accuracy == 0.75
    assert found.acceptable == 1.0
    robots, speech, whales = found.sections
    assert (robots.precision, robots.f1) == (1.0, 0.8)
    assert robots.recall == pytest.approx(2 / 3)
    assert (speech.precision, speech.recall) == (0.5, 1.0)
    assert (whales.papers, whales.precision, whales.recall, whales.f1) == (0, None, None, None)
    assert found.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert found.macro_f1_with_more == pytest.approx((0.8 + 2 * 1 / 4 + 2 * 1 / 3) / 3)
    assert found.coverage == 1.0
    [confusion] = found.confusions
    assert (confusion.label, confusion.placed, confusion.papers) == ("robots", "speech", 1)
    assert confusion.share == pytest.approx(1 / 3)


def test_a_threshold_changes_the_forced_choice_in_nothing(
    labelled: Callable[..., Labelled], sections: list[Section]
) -> None:
    papers = [
        labelled("A robot in bread", "robots"),
        labelled("On speech and soup", "speech"),
        labelled("Bread", "none"),
    ]
    free, strict = evaluate(papers, sections), evaluate(papers, sections, policy=PlacingPolicy(min_score=1.0))
    assert strict.accuracy == free.accuracy == 1.0
    assert (free.coverage, strict.coverage) == (1.0, 0.0)
    assert strict.macro_f1_with_more == pytest.approx((0 + 0 + 2 * 1 / 4) / 3)


def test_papers_are_batched_in_the_order_of_the_sha1_of_their_ids(
    labelled: Callable[..., Labelled], sections: list[Section], monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [labelled(f"Robot {i}", "robots") for i in range(7)]
    seen: list[list[str]] = []

    def spy(papers: list[Paper], *rest: object, **options: object) -> object:
        seen.append([paper.title for paper in papers])
        return place(papers, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("newsletter.topics.evaluation.place", spy)
    evaluate(papers, sections, batch=3)
    ordered = sorted((p.id for p in papers), key=lambda text: hashlib.sha1(text.encode()).hexdigest())  # noqa: S324 - an order, no secret
    assert seen == [ordered[:3], ordered[3:6], ordered[6:]]


def test_each_half_has_the_other_as_its_history(
    labelled: Callable[..., Labelled], sections: list[Section], monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [labelled(f"Robot number{i}", "robots") for i in range(5)]
    seen: list[tuple[set[str], set[str]]] = []

    def spy(papers: list[Paper], *rest: object, **options: object) -> object:
        counts = options["background"].counts  # type: ignore[attr-defined]
        seen.append(({p.title[-1] for p in papers}, {str(i) for i in range(5) if counts.get(f"number{i}")}))
        return place(papers, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("newsletter.topics.evaluation.place", spy)
    evaluate(papers, sections, batch=2, halves=True)
    assert [len(placed) for placed, _ in seen] == [2, 1, 2]
    for placed, history in seen:
        assert placed.isdisjoint(history)
    assert [len(history) for _, history in seen] == [2, 2, 3]


def test_the_order_of_the_file_means_nothing(
    labelled: Callable[..., Labelled], sections: list[Section]
) -> None:
    papers = [labelled(f"{word} {i}", "robots") for i in range(5) for word in ("robot", "speech robot")]
    assert evaluate(papers, sections, batch=4) == evaluate(papers[::-1], sections, batch=4)


def test_figures_that_do_not_exist_are_none(
    labelled: Callable[..., Labelled], sections: list[Section]
) -> None:
    only_none = evaluate([labelled("Bread", "none")], sections)
    assert (only_none.accuracy, only_none.macro_f1, only_none.coverage) == (None, None, None)
    assert evaluate([labelled("A robot", "robots")], sections).auroc_more is None
    assert evaluate([], sections).papers == 0


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [([2, 3], [0, 1], 1.0), ([0], [1], 0.0), ([1], [1], 0.5), ([1, 2], [1, 3], 0.375), ([], [1], None)],
)
def test_auroc_counts_pairs_and_half_of_ties(
    above: list[float], below: list[float], expected: float | None
) -> None:
    assert auroc(above, below) == expected
