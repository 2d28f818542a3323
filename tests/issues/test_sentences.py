"""Where sentences end, and where they may be cut."""

from __future__ import annotations

import pytest

from newsletter.issues.sentences import cut_between_words, split_sentences
from newsletter.issues.shortening import forms


@pytest.mark.parametrize(
    "first",
    ["We link H and performance R.", "We ask whether vitamin C.", "We answer no.", "We list A, B, etc."],
)
def test_a_letter_or_a_short_word_may_end_a_sentence(first: str) -> None:
    assert split_sentences(f"{first} This is another.") == (first, "This is another.")


@pytest.mark.parametrize(
    "text",
    [
        "It works, e.g. in hospitals, i.e. where it matters.",
        "See Fig. 2 and Smith et al. 2020 for 3.5 times more.",
        "J. Doe et al. found it.",
        "The code is at https://example.org/a.b.C for all.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(text: str) -> None:
    assert split_sentences(text) == (text,)


def test_a_forgotten_blank_still_ends_a_sentence() -> None:
    assert split_sentences("It is the expert.Our approach wins.") == (
        "It is the expert.",
        "Our approach wins.",
    )


def test_chinese_stops_end_sentences() -> None:
    assert split_sentences("我们提出一个模型。它很快。") == ("我们提出一个模型。", "它很快。")


def test_a_cut_is_between_words_and_marked() -> None:
    assert cut_between_words("one two three four", 12) == "one two…"


@pytest.mark.parametrize(
    ("text", "chars", "shown"),
    [
        ("All code is released at https://example.org/long/path for us", 40, "All code is released at…"),
        ("A bound of order (up to logarithmic factors in n and d) is shown", 40, "A bound of order…"),
        ("We show that a + b = c holds in all of them", 20, "We show that…"),
        ("The rate is T^(2/3 + 1/n) for all of these learners", 24, "The rate is…"),
        ("https://example.org/" + "a" * 50, 40, ""),
        ("我们提出一个很快的模型", 6, "我们提出一…"),
    ],
)
def test_a_cut_tears_nothing_apart(text: str, chars: int, shown: str) -> None:
    assert cut_between_words(text, chars) == shown


@pytest.mark.parametrize(
    ("sentence", "shortest"),
    [
        (
            "We propose a quick method for the training of models, significantly improving their results.",
            "We propose a quick method for the training of models.",
        ),
        (
            "We propose a quick method for the training of models (e.g., of language), which is new.",
            "We propose a quick method for the training of models.",
        ),
        (
            "We find that the key to learning is its rate – which can be controlled – and the alignment.",
            "We find that the key to learning is its rate and the alignment.",
        ),
        (
            "We find a sharp transition in the pruning of nets: depending on load, which varies, it wins.",
            "We find a sharp transition in the pruning of nets.",
        ),
        (
            "While methods, which abound, are slow in the training of models, ours is quick.",
            "While methods, which abound, are slow in the training of models, ours is quick.",
        ),
    ],
)
def test_a_shorter_form_is_a_sentence_still(sentence: str, shortest: str) -> None:
    assert forms(sentence)[-1] == shortest
