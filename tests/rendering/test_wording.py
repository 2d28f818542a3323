"""Dates, counts and names as a reader sees them."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.rendering import direction
from newsletter.rendering.wording import by_line, counted, listed, short_date, written_out


def test_a_day_is_written_out() -> None:
    assert written_out(date(2025, 11, 7)) == "Friday, 7 November 2025"
    assert written_out(date(2025, 3, 1)) == "Saturday, 1 March 2025"


def test_a_week_is_named_by_its_monday() -> None:
    assert written_out(date(2025, 11, 7), "weekly") == "Week of 3 November 2025"
    assert written_out(date(9999, 12, 31), "weekly") == "Week of 27 December 9999"
    assert written_out(date(1, 1, 1), "weekly") == "Week of 1 January 1"


def test_a_short_date_keeps_its_year() -> None:
    assert short_date(date(2024, 5, 9)) == "9 May 2024"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 papers"), (1, "1 paper"), (2, "2 papers"), (1204, "1,204 papers")]
)
def test_a_count_agrees_with_its_noun(number: int, text: str) -> None:
    assert counted(number, "paper") == text


def test_an_odd_plural_can_be_given() -> None:
    assert counted(2, "study", "studies") == "2 studies"


def test_a_list_ends_with_and() -> None:
    assert [listed(items) for items in ((), ("A",), ("A", "B"), ("A", "B", "C"))] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]


@pytest.mark.parametrize(
    ("names", "number", "text"),
    [
        (None, None, ""),
        ((), 0, ""),
        (None, 1, "1 author"),
        (None, 15, "15 authors"),
        (("A",), None, "A"),
        (("A", "B", "C"), 3, "A, B and C"),
        (("A", "B", "C", "D"), 4, "A, B and 2 others"),
        (("A",), 9, "A and 8 others"),
        (("A", "B", "C"), 4, "A, B and 2 others"),
        (("A", "B", "C"), 2, "A, B and C"),
    ],
)
def test_authors_are_named_or_counted(names: tuple[str, ...] | None, number: int | None, text: str) -> None:
    assert by_line(names, number) == text


@pytest.mark.parametrize(
    ("tag", "runs"), [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ur-Latn", "ltr")]
)
def test_a_language_has_a_direction(tag: str, runs: str) -> None:
    assert direction.of_language(tag) == runs


@pytest.mark.parametrize(
    ("text", "runs"),
    [("1. Light", "ltr"), ("(\u05e9\u05dc\u05d5\u05dd) a", "rtl"), ("42 !", None), ("", None)],
)
def test_a_text_runs_like_its_first_letter(text: str, runs: str | None) -> None:
    assert direction.of_text(text) == runs
