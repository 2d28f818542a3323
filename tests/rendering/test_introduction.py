"""An editor's introduction: Markdown in, plain words and safe links out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.introduction import MAX_CHARS, Run, introduction


def test_paragraphs_have_strong_and_emphasised_words_and_links() -> None:
    [block] = introduction("A **bold** and *soft* word,\nsee [the paper](https://example.org/a?b=1&c=2).")
    assert block.runs == (
        Run(text="A "),
        Run(text="bold", strong=True),
        Run(text=" and "),
        Run(text="soft", emphasised=True),
        Run(text=" word, see "),
        Run(text="the paper", url="https://example.org/a?b=1&c=2"),
        Run(text="."),
    )


def test_lists_have_items_with_numbers() -> None:
    blocks = introduction("Two things:\n\n1. one\n2. two\n\n- three\n")
    assert [(block.kind, block.number, block.text) for block in blocks] == [
        ("paragraph", 0, "Two things:"),
        ("number", 1, "one"),
        ("number", 2, "two"),
        ("bullet", 1, "three"),
    ]


def test_a_mail_without_mark_up_has_the_address_of_each_link() -> None:
    [block] = introduction("Write to <me@example.org> or see [this](https://example.org/x).")
    assert block.in_full == "Write to me@example.org or see this (https://example.org/x)."


def test_nothing_written_is_nothing_shown() -> None:
    assert introduction(" \n\n ") == ()
    assert introduction("**  **\n\n<br>") != ()


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,a)",
        "[x](//example.org/a)",
        "[x](relative)",
        "[x](https://name:word@example.org/)",
        "![x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        '[x](https://example.org/"onmouseover="alert)',
        "[x](mailto:a@example.org?bcc=b@example.org)",
        "<a href='javascript:1'>x</a>",
    ],
)
def test_no_address_comes_out_that_is_not_plain(hostile: str) -> None:
    for run in (run for block in introduction(hostile) for run in block.runs):
        assert run.url is None or re.fullmatch(r"https://example\.org/[\w%=]*", run.url), run


@given(st.text(max_size=400))
def test_any_text_gives_blocks_of_one_clean_line(text: str) -> None:
    for block in introduction(text):
        assert block.text.strip()
        assert "\n" not in block.text
        assert block.text.isprintable() or not block.text.isascii()


def test_more_than_is_read_is_not_read() -> None:
    assert sum(len(block.text) for block in introduction("word " * MAX_CHARS)) <= MAX_CHARS
