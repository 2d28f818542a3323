"""The plain-text part: a newsletter of its own, not a leftover of the HTML."""

from __future__ import annotations

import re

from newsletter.model import Edition, Issue
from newsletter.rendering import render
from newsletter.rendering.environment import fold


def test_lines_of_prose_stay_under_78_columns(seed_edition: Edition) -> None:
    long = [line for line in seed_edition.text.splitlines() if len(line) >= 78]
    assert [line for line in long if not re.fullmatch(r"  https://\S+", line)] == []


def test_the_address_of_a_paper_is_whole_and_alone_on_its_line(seed_edition: Edition) -> None:
    links = [line for line in seed_edition.text.splitlines() if "huggingface.co/papers" in line]
    assert len(links) == 75
    assert all(re.fullmatch(r"  https://huggingface\.co/papers\?q=\S+", line) for line in links)


def test_no_mark_up_and_no_template_is_left(seed_edition: Edition) -> None:
    assert not re.search(r"&[a-z]+;|</?[a-z]+>|\{[{%]|None", seed_edition.text)


def test_text_is_not_escaped_as_mark_up_would_be(rich_issue: Issue) -> None:
    assert "* A <b>bold</b> claim & a modest proof\n" in render(rich_issue).text


def test_the_hidden_preheader_stays_out_of_the_text(seed_edition: Edition) -> None:
    assert "\u034f" not in seed_edition.text
    assert seed_edition.text.startswith("Daily Papers\nFriday, 7 November 2025 · 7")


def test_no_blank_ends_a_line_and_no_gap_is_wider_than_two_lines(seed_edition: Edition) -> None:
    assert not re.search(r"[ \t]\n|\n{4}", seed_edition.text)
    assert seed_edition.text.endswith("\n")
    assert "\r" not in seed_edition.text


def test_a_card_reads_from_title_to_link(rich_issue: Issue) -> None:
    assert (
        "* A <b>bold</b> claim & a modest proof\n"
        "  Updated to v2 · Cross-listed · Ada Lovelace, Émilie du Châtelet and 10\n"
        "  others · 3 Nov 2025 · arXiv · 1,204 upvotes · 1 comment\n"
        "\n"
        "  We claim. We prove.\n"
        "\n"
        "  Why here: proof, modesty\n"
        "  Code: https://www.github.com/a/b\n"
        "  https://example.org/paper?a=1&b=2\n"
    ) in render(rich_issue).text


def test_a_word_longer_than_a_line_is_not_cut() -> None:
    assert fold("see " + "x" * 100 + " there", "  ") == "  see\n  " + "x" * 100 + "\n  there"
