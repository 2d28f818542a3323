"""A summary is made of an abstract's own sentences, in their order, and tears nothing apart."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from newsletter.codec import decode, encode
from newsletter.issues import summary_of
from newsletter.issues.sentences import cut_between_words, split_sentences
from newsletter.issues.shortening import forms
from newsletter.issues.summaries import key_sentences
from newsletter.model import ComposingPolicy, Paper, Summary
from newsletter.parsing.tex import plain
from newsletter.parsing.text import clean

WORD = st.sampled_from(
    ["we", "We propose", "which", "models", "e.g.", "T^(2/3)", "(see a)", "https://a.example/b.c", "=", "x",
     "–", "and", "show", "This", "however", "90%", "improving", "it.", "data.", "fast.", "true?", "while",
     "[1,", "2]"]
)  # fmt: skip
PROSE = st.lists(st.one_of(WORD, WORD.map(lambda word: f"{word},")), min_size=1, max_size=60).map(" ".join)
LIMIT = st.integers(min_value=1, max_value=400)


def words(text: str) -> list[str]:
    return re.findall(r"\S+", text.casefold())


@given(st.text(alphabet="ab. ()[]{}!?ABC=+\u00e9\u4e2d", max_size=300), LIMIT)
def test_a_cut_is_never_too_long_and_never_inside_a_word(text: str, limit: int) -> None:
    short = cut_between_words(text, limit)
    assert len(short) <= limit
    if short.endswith("…") and short != text:
        head = short.removesuffix("…")
        rest = text[len(head) :]
        assert text.startswith(head)
        assert not (head[-1].isascii() and head[-1].isalnum() and rest[:1].isascii() and rest[:1].isalnum())


@given(PROSE, LIMIT)
def test_what_fits_is_at_most_a_fifth_more(abstract: str, limit: int) -> None:
    summary = Summary(text="", origin="extract", sentences=key_sentences("T", abstract, {}))
    assert len(summary.within(limit)) <= limit * 6 // 5


@given(PROSE)
def test_the_same_abstract_gives_the_same_sentences_in_its_order(abstract: str) -> None:
    chosen = key_sentences("T", abstract, {})
    assert chosen == key_sentences("T", abstract, {})
    assert sorted(sentence.rank for sentence in chosen) == list(range(len(chosen)))
    places = [abstract.casefold().find(words(sentence.forms[0])[-1]) for sentence in chosen]
    assert all(place >= 0 for place in places)


@given(PROSE)
def test_forms_grow_shorter_and_keep_words_and_brackets_whole(sentence: str) -> None:
    found = forms(sentence)
    assert found[0] == sentence
    assert all(len(longer) > len(shorter) for longer, shorter in pairwise(found))
    whole = set(words(sentence)) | {word.rstrip(".,;:–") for word in words(sentence)}
    for form in found:
        assert {word.rstrip(".,;:–") for word in words(form)} <= whole
        assert form.count("(") == form.count(")") or sentence.count("(") != sentence.count(")")


@given(PROSE)
def test_splitting_loses_nothing(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


def real_abstracts(test_data: Path) -> list[str]:
    lines = (test_data / "corpora/arxiv/hard.jsonl").read_text("utf-8").splitlines()
    return [clean(plain(json.loads(line)["summary"])) for line in lines]


def test_real_summaries_are_the_abstract_s_own_words(test_data: Path, paper: Callable[..., Paper]) -> None:
    """But for the verb of "We bridge this gap by presenting", which becomes "We present"."""
    abstracts = real_abstracts(test_data)
    cut = 0
    for abstract in abstracts:
        summary = summary_of(paper(abstract=abstract), ComposingPolicy(), {})
        assert summary is not None
        assert len(summary.text) <= 336
        assert decode(Summary, encode(summary)) == summary
        cut += summary.text.endswith("…") and not abstract.endswith("…")
        known = {word.strip(".,;:–—-…") for word in words(abstract.replace(".", ". "))} | set(words(abstract))
        strange = [word for word in words(summary.text) if word.strip(".,;:–—-…") not in known]
        assert len(strange) <= 1 or "." in strange[0], (strange, summary.text)
    assert cut <= len(abstracts) // 50
