"""Summaries say what a paper did and found, in whole sentences."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.issues import summary_of
from newsletter.model import ComposingPolicy, Paper, Summary

ABSTRACT = (
    "Large models are everywhere. Their cost is a problem, e.g. in hospitals. "
    "We propose SparseNet, a model that skips 90.5% of its work. It needs no new hardware. "
    "Experiments on three tasks show a 2.3x speed-up. Code is available at https://example.org/code."
)


def summary_text(paper: Paper, chars: int = 280) -> str:
    summary = summary_of(paper, ComposingPolicy(summary_chars=chars), {})
    assert summary is not None
    return summary.text


def test_it_says_what_was_done_and_what_was_found(paper: Callable[..., Paper]) -> None:
    assert summary_text(paper(abstract=ABSTRACT), 110) == (
        "We propose SparseNet, a model that skips 90.5% of its work. "
        "Experiments on three tasks show a 2.3x speed-up."
    )


@pytest.mark.parametrize("left_out", ["everywhere", "problem", "available", "example.org"])
def test_background_and_offers_of_code_are_left_out(paper: Callable[..., Paper], left_out: str) -> None:
    assert left_out not in summary_text(paper(abstract=ABSTRACT), 1000)


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("To address this, we propose SparseNet.", "We propose SparseNet."),
        ("In this paper, we propose SparseNet.", "We propose SparseNet."),
        ("However, this study leverages SparseNet.", "This study leverages SparseNet."),
        ("Building on this foundation, we present SparseNet.", "We present SparseNet."),
        ("In this setting we show a bound.", "In this setting we show a bound."),
        ("We aim to bridge this gap by presenting SparseNet.", "We present SparseNet."),
        ("This paper addresses this issue by proposing SparseNet.", "This paper proposes SparseNet."),
        ("We argue that this is too slow and propose SparseNet.", "We propose SparseNet."),
        ("We present a model designed to tackle these challenges.", "We present a model."),
    ],
)
def test_what_points_back_is_left_out(paper: Callable[..., Paper], sentence: str, shown: str) -> None:
    assert summary_text(paper(abstract=f"Models are large. {sentence}"), 100) == shown


def test_a_finding_that_leans_on_a_sentence_left_out_is_left_out_too(paper: Callable[..., Paper]) -> None:
    long = "The second sentence has so many words that there is no room for it in a short summary at all."
    text = f"We propose SparseNet. {long} This improves results by half."
    assert summary_text(paper(abstract=text), 70) == "We propose SparseNet."


def test_a_long_sentence_loses_a_clause_rather_than_a_word(paper: Callable[..., Paper]) -> None:
    text = (
        "We propose SparseNet, a model for very small machines, which skips most of its work by guessing "
        "what would come out of it and by remembering what came out of it the last time it was asked."
    )
    assert summary_text(paper(abstract=text), 80) == "We propose SparseNet, a model for very small machines."


def test_a_clause_in_the_middle_is_no_place_for_an_end(paper: Callable[..., Paper]) -> None:
    text = "Our results support the idea that the stream, with a low average of metals, comes from a dwarf."
    assert summary_text(paper(abstract=text), 70).endswith("…")


def test_every_length_is_made_of_the_same_sentences(paper: Callable[..., Paper]) -> None:
    summary = summary_of(paper(abstract=ABSTRACT), ComposingPolicy(), {})
    assert summary is not None
    assert (
        summary.within(55, max_sentences=1) == "We propose SparseNet, a model that skips 90.5% of its work."
    )
    assert summary.within(600) == (
        "We propose SparseNet, a model that skips 90.5% of its work. "
        "Experiments on three tasks show a 2.3x speed-up."
    )
    assert summary.within(10) == ""


def test_a_paper_without_abstract_has_no_summary(paper: Callable[..., Paper]) -> None:
    assert summary_of(paper(abstract=None), ComposingPolicy(), {}) is None


def test_zero_characters_mean_no_summary(paper: Callable[..., Paper]) -> None:
    assert summary_of(paper(), ComposingPolicy(summary_chars=0), {}) is None


OWN = Summary(text="It is faster. It is also smaller.", origin="source")


def test_the_source_s_own_summary_is_used_where_it_is_wanted(paper: Callable[..., Paper]) -> None:
    summary = summary_of(paper(summary=OWN), ComposingPolicy(), {})
    assert summary is not None
    assert (summary.text, summary.origin) == (OWN.text, "source")
    assert summary.within(11) == "It is faster."


def test_the_source_s_own_summary_can_be_declined(paper: Callable[..., Paper]) -> None:
    summary = summary_of(paper(summary=OWN), ComposingPolicy(source_summaries=False), {})
    assert summary is not None
    assert summary.origin == "extract"
