"""Words, stems and terms."""

from __future__ import annotations

import pytest

from newsletter.topics.words import stems_of, terms_of, words_of


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Policies", "policy"),
        ("LLMs", "llm"),
        ("classes", "class"),
        ("searches", "search"),
        ("fine-tuning", "Fine Tuning"),
        ("Schrödinger bridges", "schrodinger bridge"),
        ("\uff24\uff45\uff45\uff50 learning", "deep learning"),
        ("C++ and C#", "c++ and c#"),
        ("обучение роботов", "Обучение Роботов"),
        ("हिन्दी भाषा", "हिन्दी भाषा"),
    ],
)
def test_two_ways_to_write_a_phrase_are_one(written: str, sought: str) -> None:
    assert stems_of(written) == stems_of(sought)


@pytest.mark.parametrize(("word", "stem"), [("analysis", "analysis"), ("corpus", "corpus"), ("loss", "loss")])
def test_ss_us_and_is_are_no_plural_endings(word: str, stem: str) -> None:
    assert stems_of(word) == (stem,)


def test_c_and_c_plus_plus_are_two_words() -> None:
    assert set(stems_of("C")).isdisjoint(stems_of("C++"))


def test_a_script_without_blanks_is_read_character_by_character() -> None:
    assert stems_of("強化学習による") == tuple("強化学習による")
    assert stems_of("강화학습을") == tuple("강화학습을")


def test_an_indic_word_is_not_torn_at_its_vowel_signs() -> None:
    assert len(words_of("हिन्दी")) == 1


def test_terms_are_words_and_pairs_that_skip_joining_words_and_keep_their_spelling() -> None:
    assert terms_of(words_of("the Chain of Thoughts")) == [
        ("chain", "Chain"),
        ("thought", "Thoughts"),
        ("chain thought", "Chain of Thoughts"),
    ]


@pytest.mark.parametrize("text", ["", "of the and with", "?!… --- 🙂", "\ud800\x00", "_____"])
def test_a_text_that_says_nothing_has_no_terms(text: str) -> None:
    assert terms_of(words_of(text)) == []


def test_an_endless_word_is_cut() -> None:
    assert len(stems_of("a" * 100_000)[0]) < 100
