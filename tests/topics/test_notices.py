"""Where the code is says nothing about what a paper is about."""

from __future__ import annotations

import time

import pytest

from newsletter.topics.notices import without_notices

ABOUT = "We train a robot to fold shirts. It folds nine of ten."


@pytest.mark.parametrize(
    "notice",
    [
        "Our code is available at https://github.com/lab/fold.",
        "Code and models are publicly available.",
        "The project page is at www.example.org/fold",
        "Code: https://example.org/fold",
        "We release the dataset on GitHub.",
        "See our project website for videos.",
        "The data can be found at https://example.org. The code is open-sourced here.",
    ],
)
def test_a_closing_notice_is_dropped(notice: str) -> None:
    assert without_notices(f"{ABOUT} {notice}") == ABOUT


@pytest.mark.parametrize(
    "abstract",
    [
        ABOUT,
        "",
        "Code is available.",
        "Our code is available at a price. We study how developers pay for it.",
        "We study repositories. Bugs are found at compile time by a model of types.",
    ],
)
def test_what_a_paper_is_about_stays(abstract: str) -> None:
    assert without_notices(abstract) == abstract


def test_addresses_are_dropped_anywhere() -> None:
    assert "github" not in without_notices("Based on https://github.com/lab/fold we fold. It works.")


@pytest.mark.parametrize("piece", ["code ", "available at ", "code available. ", "http://", "a.", "project "])
def test_a_hostile_abstract_takes_no_time(piece: str) -> None:
    start = time.perf_counter()
    without_notices(piece * 20_000)
    assert time.perf_counter() - start < 2


def test_an_address_goes_behind_letters_that_grow_in_lower_case() -> None:
    assert without_notices("İİİİ See https://example.org/a for more of it") == "İİİİ See   for more of it"
