"""Summaries say what a paper did and are never cut where it hurts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issues.summaries import cut_between_words, split_sentences, summarise
from newsletter.model import Paper

ABSTRACT = (
    "Large models are everywhere. Their cost is a problem, e.g. in hospitals. "
    "We propose SparseNet, a model that skips 90.5% of its work. It needs no new hardware. "
    "Experiments on three tasks show a 2.3x speed-up."
)


def test_the_summary_starts_where_the_contribution_starts(paper: Callable[..., Paper]) -> None:
    summary = summarise(paper(abstract=ABSTRACT), max_chars=120)
    assert summary is not None
    assert summary.text == (
        "We propose SparseNet, a model that skips 90.5% of its work. "
        "Experiments on three tasks show a 2.3x speed-up."
    )


def test_sentences_keep_their_order_and_are_whole(paper: Callable[..., Paper]) -> None:
    summary = summarise(paper(abstract=ABSTRACT), max_chars=1000)
    assert summary is not None
    assert summary.text == ABSTRACT[ABSTRACT.index("We propose") :]


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("To address this, we propose SparseNet.", "We propose SparseNet."),
        ("In this paper, we propose SparseNet.", "We propose SparseNet."),
        ("However, this study leverages SparseNet.", "This study leverages SparseNet."),
        ("Building on this foundation, we present SparseNet.", "We present SparseNet."),
        ("In this setting we show a bound.", "In this setting we show a bound."),
    ],
)
def test_an_opener_that_points_back_is_left_out(
    paper: Callable[..., Paper], sentence: str, shown: str
) -> None:
    summary = summarise(paper(abstract=f"Models are large. {sentence}"), max_chars=100)
    assert summary is not None
    assert summary.text == shown


@pytest.mark.parametrize(
    "first",
    ["We link H and performance R.", "We ask whether vitamin C.", "We answer no.", "We list A, B, etc."],
)
def test_a_letter_or_a_short_word_may_end_a_sentence(first: str) -> None:
    assert split_sentences(f"{first} This is another.") == (first, "This is another.")


def test_a_finding_that_leans_on_a_sentence_left_out_is_left_out_too(paper: Callable[..., Paper]) -> None:
    long = "The second sentence has so many words that there is no room for it in a short summary at all."
    text = f"We propose SparseNet. {long} This improves results by half."
    summary = summarise(paper(abstract=text), max_chars=80)
    assert summary is not None
    assert summary.text == "We propose SparseNet."


def test_a_paper_without_abstract_has_no_summary(paper: Callable[..., Paper]) -> None:
    assert summarise(paper(abstract=None), max_chars=280) is None


def test_zero_characters_mean_no_summary(paper: Callable[..., Paper]) -> None:
    assert summarise(paper(), max_chars=0) is None


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


def test_splitting_loses_nothing() -> None:
    assert " ".join(split_sentences(ABSTRACT)) == ABSTRACT


@given(st.text(alphabet="ab. ()[]{}!?ABC\u00e9", max_size=400), st.integers(min_value=1, max_value=300))
def test_a_summary_never_exceeds_its_length(abstract: str, limit: int) -> None:
    assert len(cut_between_words(abstract, limit)) <= limit


def test_a_cut_is_between_words_and_marked() -> None:
    assert cut_between_words("one two three four", 12) == "one two…"


def test_a_cut_is_never_inside_a_url() -> None:
    text = "All code is released at https://example.org/long/path for everybody"
    assert "https" not in cut_between_words(text, 40)


def test_a_cut_avoids_an_open_bracket() -> None:
    text = "A bound of the order (up to logarithmic factors in n and d) is shown"
    assert cut_between_words(text, 40) == "A bound of the order…"
