"""What a reader gets in whose sections there is nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.mailing.slots import fill
from newsletter.model import Issue, SectionSlug, Slot
from newsletter.rendering import Editions, SizeBudget, is_empty, render, render_note
from newsletter.rendering.subject import MAX_SUBJECT_CHARS

GOLDEN = Path(__file__).parent / "golden"
BEGINS_A_LINE = re.compile(r"(?=<(?:tr|h[1-3]|p|body|style|meta|div)\b)")
ELSE = frozenset({SectionSlug("elsewhere")})
VALUES: dict[Slot, str] = {
    "unsubscribe_url": "https://news.example.org/unsubscribe/abc",
    "preferences_url": "https://news.example.org/preferences/abc",
    "archive_url": "https://news.example.org/issues/2025-11-07",
    "postal_address": "1 Example Street, Example Town",
}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_note_reads_like_the_golden_files(
    issue: Callable[..., Issue], assert_golden: Callable[[Path, str], None], language: str
) -> None:
    html, text = fill(render_note(issue(language=language)), VALUES)
    assert_golden(GOLDEN / f"note_{language}.html", BEGINS_A_LINE.sub("\n", html).lstrip("\n"))
    assert_golden(GOLDEN / f"note_{language}.txt", text)


def test_who_wants_nothing_of_an_issue_gets_a_note(issue: Callable[..., Issue]) -> None:
    made = issue()
    assert is_empty(made, ELSE)
    assert not is_empty(made, {SectionSlug("methods")})
    assert Editions(made).of(ELSE) == render_note(made)
    assert Editions(made).of({SectionSlug("methods")}) != render_note(made)


def test_a_note_says_so_in_subject_and_body_and_shows_no_paper(issue: Callable[..., Issue]) -> None:
    note = render_note(issue(3))
    assert note.subject == "Daily Papers · 7 Nov: nothing in your sections"
    for body in (note.html, note.text):
        assert "There is nothing in your sections this time." in body
        assert "4 more papers" in body
        assert "sparse" not in body


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_a_note_is_short_in_every_language(issue: Callable[..., Issue], language: str) -> None:
    note = render_note(issue(300, language=language), budget=SizeBudget(html_bytes=30_000))
    assert note.shortened == ()
    assert len(note.html) < 12_000
    assert len(note.subject) <= MAX_SUBJECT_CHARS
    assert note.language == language


def test_a_full_edition_counts_no_papers_that_are_missing_in_its_text(issue: Callable[..., Issue]) -> None:
    made = issue()
    assert "more papers" not in render(replace(made, more=())).text
