"""The first sentences of a summary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.brief import brief

LONG = "We show that attention is sparse in most layers of most models that people use today."


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("", ""),
        ("Short. And whole.", "Short. And whole."),
        (f"{LONG} {LONG} {LONG}", f"{LONG} {LONG}"),
        (
            f"{LONG} As seen by Smith et al. It holds. {LONG} {LONG}",
            f"{LONG} As seen by Smith et al. It holds. {LONG}",
        ),
        ("word " * 60 + "end.", "word " * 60 + "end."),
        ("word " * 80 + "end. Next.", "word " * 64 + "…"),
        ("中文。" * 100, "中文。" * 80),
    ],
)
def test_whole_sentences_are_kept_as_far_as_they_fit(summary: str, expected: str) -> None:
    assert brief(summary) == expected.replace(" …", "…")


@given(st.text(st.sampled_from("ab .!?AB1)。"), max_size=900))
def test_a_brief_begins_like_its_summary_and_is_no_longer_than_a_card(summary: str) -> None:
    text = brief(summary)
    assert summary.startswith(text.removesuffix("…"))
    assert len(text) <= 320
    assert bool(text) == bool(summary)
