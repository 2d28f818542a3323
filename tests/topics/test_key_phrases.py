"""Phrases that tell some papers from others."""

from __future__ import annotations

import time
from collections.abc import Callable

from newsletter.model import Paper
from newsletter.topics.key_phrases import PhraseTable, contains, key_phrases

MakePaper = Callable[..., Paper]


def found(inside: list[Paper], outside: list[Paper]) -> list[str]:
    table = PhraseTable([*inside, *outside])
    phrases = key_phrases([p.key for p in inside], [p.key for p in outside], table)
    return [phrase.text for phrase in phrases]


def test_what_a_group_shares_and_others_lack_comes_first(text_paper: MakePaper) -> None:
    group = [text_paper(f"Speech recognition {i}", "We study speech recognition in noise.") for i in "abc"]
    others = [text_paper(f"Whales {i}", "We study whales in noise.") for i in "abc"]
    assert found(group, others)[0] == "speech recognition"
    assert "noise" not in found(group, others)


def test_a_phrase_is_written_as_papers_mostly_write_it(text_paper: MakePaper) -> None:
    group = [text_paper(title, "All about graph-based nets.") for title in ("One", "Two")]
    assert found(group, [text_paper("Other")]) == ["graph-based nets"]


def test_a_phrase_ends_with_its_clause_and_holds_no_prose(text_paper: MakePaper) -> None:
    group = [
        text_paper(t, "Graph kernels, protein folding. We propose a novel thing.") for t in ("A1x", "B1x")
    ]
    assert sorted(found(group, [])) == ["Graph kernels", "protein folding"]


def test_none_says_what_another_says(text_paper: MakePaper) -> None:
    group = [text_paper(f"Low-rank adapters {i}", "Low-rank adapters are small.") for i in "ab"]
    texts = [text.casefold() for text in found(group, [])]
    assert texts == ["low-rank adapters"]


def test_known_phrases_are_left_out(text_paper: MakePaper) -> None:
    group = [text_paper(f"Masked diffusion {i}", "On protein folding.") for i in "ab"]
    table = PhraseTable(group)
    phrases = key_phrases([p.key for p in group], [], table, without=[("diffusion",)])
    assert [phrase.text for phrase in phrases] == ["protein folding"]


def test_the_order_of_papers_changes_nothing(text_paper: MakePaper) -> None:
    group = [text_paper(f"Graph kernel {i}", f"Molecule design and protein folding {i}.") for i in "abcd"]
    assert found(group, []) == found(group[::-1], [])


def test_a_phrase_stands_within_another() -> None:
    assert contains(("large", "language", "model"), ("language", "model"))
    assert not contains(("language", "model"), ("language", "large"))
    assert contains(("a",), ("a",))


def test_a_hostile_abstract_takes_no_time(text_paper: MakePaper) -> None:
    papers = [
        text_paper(f"T{i}", piece * 5_000) for i, piece in enumerate(("ab ", "(", "- ", "x-", "\n", "“ "))
    ]
    start = time.perf_counter()
    PhraseTable(papers)
    assert time.perf_counter() - start < 2
