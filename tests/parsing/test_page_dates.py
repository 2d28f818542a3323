"""Years come from the page, never from the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from newsletter.model import Parsed
from newsletter.parsing.dates import ShownDate, exact, latest_until, read_date, year_of_page

ReadPage = Callable[..., Parsed]
Make = Callable[..., str]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Nov 7", ShownDate(month=11, day=7)),
        ("nov 7", ShownDate(month=11, day=7)),
        ("Sept 5", ShownDate(month=9, day=5)),
        ("Sep. 5, 2023", ShownDate(month=9, day=5, year=2023)),
        ("Nov 7 2023", ShownDate(month=11, day=7, year=2023)),
        ("September 05, 2023", ShownDate(month=9, day=5, year=2023)),
        (" May 1 ", ShownDate(month=5, day=1)),
    ],
)
def test_the_forms_of_a_date_are_read(text: str, shown: ShownDate) -> None:
    assert read_date(text) == shown


@pytest.mark.parametrize("text", ["", "Nov", "7 Nov", "Novem 7", "Nov 7, 23", "Nov 77777", "\u017fep 5"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(("day", "month", "year"), [(30, 2, 2024), (29, 2, 2023), (0, 1, 2024), (1, 1, 0)])
def test_a_day_that_no_calendar_has_is_none(day: int, month: int, year: int) -> None:
    assert exact(ShownDate(month=month, day=day), year) is None


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (date(2025, 11, 7), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 2, 28), date(2020, 2, 29)),
        (date(1904, 2, 28), date(1896, 2, 29)),
        (date(2, 1, 1), None),
    ],
)
def test_a_leap_day_is_the_latest_that_fits(limit: date, expected: date | None) -> None:
    assert latest_until(ShownDate(month=2, day=29), limit) == expected


def test_the_year_after_the_newest_one_is_the_pages() -> None:
    assert year_of_page([2019, 2024, 2013]) == 2025


@pytest.mark.parametrize("years", [[], [0], [9999]])
def test_impossible_years_say_nothing(years: list[int]) -> None:
    assert year_of_page(years) is None


def test_a_page_without_its_year_is_of_the_year_after_the_newest(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    parsed = read_page(
        page(record("One"), record("Two", shown="May 25, 2023"), record("Three", shown="Jan 1, 2024"))
    )
    assert parsed.day == date(2025, 11, 7)
    assert [paper.published for paper in parsed.papers] == [
        date(2025, 10, 2),
        date(2023, 5, 25),
        date(2024, 1, 1),
    ]
    assert parsed.coverage.years_given == {2025: 1}
    assert parsed.problems == ()


def test_a_page_with_its_year_is_believed(read_page: ReadPage, page: Make) -> None:
    parsed = read_page(page(day="Nov 7, 2022"))
    assert (parsed.day, parsed.papers[0].published) == (date(2022, 11, 7), date(2022, 10, 2))


def test_a_day_given_by_a_person_outranks_the_page(read_page: ReadPage, page: Make) -> None:
    parsed = read_page(page(day="Nov 7, 2022"), day=date(2023, 1, 2), fetched_on=date(2024, 1, 1))
    assert parsed.day == date(2023, 1, 2)


def test_a_given_day_gives_the_year(read_page: ReadPage, page: Make) -> None:
    parsed = read_page(page(), day=date(2021, 3, 1))
    assert (parsed.day, parsed.papers[0].published) == (date(2021, 3, 1), date(2020, 10, 2))


def test_the_day_of_fetching_outranks_the_inference(read_page: ReadPage, page: Make, record: Make) -> None:
    parsed = read_page(page(record(), record("Old", shown="May 1, 2020")), fetched_on=date(2025, 11, 9))
    assert (parsed.day, parsed.papers[0].published) == (date(2025, 11, 7), date(2025, 10, 2))


def test_a_page_fetched_in_january_may_be_of_december(read_page: ReadPage, page: Make) -> None:
    assert read_page(page(day="Dec 31"), fetched_on=date(2026, 1, 1)).day == date(2025, 12, 31)


def test_a_page_without_a_day_is_of_the_day_it_was_fetched(read_page: ReadPage, page: Make) -> None:
    parsed = read_page(page(day=None), fetched_on=date(2025, 11, 7))
    assert (parsed.day, parsed.papers[0].published) == (date(2025, 11, 7), date(2025, 10, 2))


def test_a_page_without_any_hint_has_no_dates_and_says_so(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    parsed = read_page(page(record("One"), record("Two")))
    assert parsed.day is None
    assert [paper.published for paper in parsed.papers] == [None, None]
    [problem] = parsed.problems
    assert "--date" in (problem.expected or "")


def test_a_page_that_hides_its_day_still_gives_years(read_page: ReadPage, page: Make, record: Make) -> None:
    parsed = read_page(page(record("One"), record("Two", shown="May 1, 2024"), day=None))
    assert parsed.day is None
    assert parsed.papers[0].published == date(2025, 10, 2)
    [problem] = parsed.problems
    assert "own day" in problem.message


def test_a_date_that_contradicts_the_page_is_given_with_a_problem(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    parsed = read_page(page(record("Late", shown="Dec 1"), record("Old", shown="May 1, 2024")))
    assert parsed.papers[0].published == date(2024, 12, 1)
    [problem] = parsed.problems
    assert (problem.found, "2024-12-01" in problem.message) == ("Dec 1", True)


def test_a_day_that_does_not_fit_the_years_of_the_page_is_a_problem(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    text = page(record("Old", shown="Mar 3, 2024"), record("New", shown="Oct 2"))
    [problem] = read_page(text, day=date(2024, 11, 7)).problems
    assert problem.message == "the page names the year 2024, which it would not in 2024"
    assert read_page(text, day=date(2025, 11, 7)).problems == ()


def test_an_explicit_date_after_the_page_is_kept_with_a_problem(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    parsed = read_page(page(record("Late", shown="Dec 1, 2030")), day=date(2025, 11, 7))
    assert parsed.papers[0].published == date(2030, 12, 1)
    assert len(parsed.problems) == 1


def test_a_leap_day_without_year_is_the_latest(read_page: ReadPage, page: Make, record: Make) -> None:
    parsed = read_page(page(record(shown="Feb 29"), record("Old", shown="May 1, 2024")))
    assert parsed.papers[0].published == date(2024, 2, 29)
    assert len(parsed.problems) == 1


def test_a_date_that_no_calendar_has_is_a_problem_with_its_line(
    read_page: ReadPage, page: Make, record: Make
) -> None:
    text = page(record(shown="Feb 30, 2024"))
    parsed = read_page(text, day=date(2025, 11, 7))
    assert parsed.papers[0].published is None
    [problem] = parsed.problems
    assert text.splitlines()[(problem.line or 0) - 1] == "Feb 30, 2024"
