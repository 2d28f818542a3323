"""Finding phrases."""

from __future__ import annotations

from newsletter.topics.phrases import PhraseFinder


def test_a_phrase_is_found_whole_and_in_order() -> None:
    finder = PhraseFinder([("language", "model"), ("model",), ("model", "language")])
    assert finder.find(["a", "language", "model"]) == {("language", "model"), ("model",)}


def test_part_of_a_word_is_not_the_word() -> None:
    assert PhraseFinder([("rag",)]).find(["fragment", "storage"]) == frozenset()


def test_a_phrase_longer_than_the_text_is_not_found() -> None:
    assert PhraseFinder([("a", "b", "c")]).find(["a", "b"]) == frozenset()


def test_without_phrases_nothing_is_found() -> None:
    assert PhraseFinder([]).find(["a"]) == frozenset()
