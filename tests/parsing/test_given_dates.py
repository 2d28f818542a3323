"""Dates in the forms that sources write, and how exact they are."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.parsing.given_dates import date_of, given_date, month_number


@pytest.mark.parametrize(
    "text",
    [
        "2019-05-07",
        "2019-5-7",
        "2019/05/07",
        "2019/05/07/",
        "2019.05.07",
        "20190507",
        "2019-05-07T10:00:00Z",
        "2019-05-07 10:00:00",
        "2019-05-07T23:30:00-05:00",
        "2019/05/07/Epub",
        "Tue, 07 May 2019 00:00:00 GMT",
        "7 May 2019",
        "07-May-2019",
        "May 7, 2019",
        "7th May 2019",
        "Tue May  7 10:00:00 EDT 2019",
        "2019 May 7",
        "MAY 7 2019",
        "2019-May-07",
    ],
)
def test_a_day_is_read_as_it_was_written(text: str) -> None:
    found = given_date(text)
    assert found is not None
    assert found.day == date(2019, 5, 7)
    assert found.shown == "2019-05-07"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2014", "2014"),
        ("2014//", "2014"),
        ("2014///", "2014"),
        ("2014-05", "2014-05"),
        ("2014/5", "2014-05"),
        ("May 2014", "2014-05"),
        ("2014 May", "2014-05"),
        ("2014/05//", "2014-05"),
        ("2014-00-00", "2014"),
    ],
)
def test_a_year_or_a_month_is_no_day(text: str, shown: str) -> None:
    found = given_date(text)
    assert found is not None
    assert (found.day, found.shown) == (None, shown)


@pytest.mark.parametrize(
    "text", ["05/07/2019", "2019-13-01", "2019-02-30", "0001-01-01", "9999", "soon", "", "1e5", "٢٠١٩"]
)
def test_what_cannot_be_told_is_no_date(text: str) -> None:
    assert given_date(text) is None


def test_a_numeric_date_is_read_where_only_one_reading_is_possible() -> None:
    assert [given_date(text) for text in ("31/12/2019", "12/31/2019")] == [date_of(2019, 12, 31)] * 2


def test_parts_may_be_missing_or_texts() -> None:
    assert date_of("2014", "05", None) == date_of(2014, 5)
    assert date_of(None) is None
    assert date_of(True) is None
    assert date_of(2014, 5, 0) == date_of(2014, 5)


def test_months_have_names_and_numbers() -> None:
    assert [month_number(text) for text in ("Nov.", "november", "11", "13", "x")] == [11, 11, 11, None, None]
