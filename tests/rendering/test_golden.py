"""A small part of the seed issue as readers get it, to be read when it changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.mailing.slots import fill
from newsletter.model import Issue, Slot
from newsletter.rendering import render

GOLDEN = Path(__file__).parent / "golden"
VALUES: dict[Slot, str] = {
    "unsubscribe_url": "https://news.example.org/unsubscribe/abc",
    "preferences_url": "https://news.example.org/preferences/abc",
    "archive_url": "https://news.example.org/issues/2025-11-07",
    "postal_address": "Example Papers, 1 Example Street, 12345 Example Town",
}
BEGINS_A_LINE = re.compile(r"(?=<(?:tr|h[1-3]|p|body|style|meta|div)\b)")


def part_of(issue: Issue) -> Issue:
    """Two papers of each of the first four sections, and one more: cards of every density."""
    sections = [replace(section, entries=section.entries[:2]) for section in issue.sections[:4]]
    return replace(issue, sections=tuple(sections), more=issue.sections[4].entries[:1])


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_part_of_the_seed_issue_reads_like_the_golden_files(
    seed_issue: Issue, assert_golden: Callable[[Path, str], None], language: str
) -> None:
    html, text = fill(render(replace(part_of(seed_issue), language=language)), VALUES)
    assert_golden(GOLDEN / f"{language}.html", BEGINS_A_LINE.sub("\n", html).lstrip("\n"))
    assert_golden(GOLDEN / f"{language}.txt", text)
