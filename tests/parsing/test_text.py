"""Text of strangers becomes one line of plain Unicode."""

from __future__ import annotations

import pytest

from newsletter.parsing.text import MAX_TITLE_CHARS, clean, clip, strip_controls


@pytest.mark.parametrize(
    "code",
    [0x00, 0x07, 0x1B, 0x7F, 0x9B, 0xAD, 0x061C, 0x200B, 0x200E, 0x202E, 0x2060, 0x2066, 0x2069, 0xD800,
     0xDFFF, 0xFDD0, 0xFEFF, 0xFFFE, 0x1FFFF, 0xE0041],
)  # fmt: skip
def test_what_is_no_text_is_dropped(code: int) -> None:
    assert strip_controls(f"a{chr(code)}b") == "ab"


def test_tab_and_line_ends_are_kept() -> None:
    assert strip_controls("a\tb\r\nc\nd") == "a\tb\r\nc\nd"


@pytest.mark.parametrize("char", ["\x85", "\u2028", "\u2029"])
def test_unicode_line_ends_become_plain_ones(char: str) -> None:
    assert strip_controls(f"a{char}b") == "a\nb"


@pytest.mark.parametrize(
    "text",
    ["می\u200cشود", "क्\u200dष", "👩\u200d🔬", "🏳\ufe0f\u200d🌈"],
    ids=["persian", "devanagari", "scientist", "flag"],
)
def test_a_joiner_that_means_something_is_kept(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d", "\u200d\u200c\u200d"])
def test_a_joiner_beside_latin_text_is_dropped(joiner: str) -> None:
    assert clean(f"pay{joiner}pal ش{joiner}x{joiner}") == "paypal شx"


def test_every_run_of_white_space_is_one_blank() -> None:
    assert clean(" \u00a0a\t\n b\u2003\u202fc\u3000") == "a b c"


def test_letters_are_composed() -> None:
    assert clean("Be\u0301zier") == "Bézier"


def test_a_short_text_is_not_clipped() -> None:
    assert clip("x" * MAX_TITLE_CHARS, MAX_TITLE_CHARS) == "x" * MAX_TITLE_CHARS


def test_a_long_text_is_clipped_at_a_blank() -> None:
    assert clip("one two three", 10) == "one two…"


def test_a_long_word_is_clipped_to_the_limit() -> None:
    assert clip("x" * 501, 500) == "x" * 499 + "…"
