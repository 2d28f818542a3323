"""Dates, counts and names as a reader sees them, in the language of the edition."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from newsletter.errors import RenderError
from newsletter.rendering import direction, languages, wording
from newsletter.rendering.direction import FSI, PDI, RLM
from newsletter.rendering.environment import fold
from newsletter.rendering.wording import words_in

ENGLISH = words_in("en")
DAY = date(2025, 11, 7)


@pytest.mark.parametrize(
    ("tag", "full", "short", "period"),
    [
        ("en", "Friday, 7 November 2025", "7 Nov 2025", "7 Nov"),
        ("en-US", "Friday, November 7, 2025", "Nov 7, 2025", "Nov 7"),
        ("de", "Freitag, 7. November 2025", "7. Nov. 2025", "7. Nov."),
        ("ar", "الجمعة، 7 نوفمبر 2025", "7 نوفمبر 2025", "7 نوفمبر"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(tag: str, full: str, short: str, period: str) -> None:
    words = words_in(tag)
    assert words.written_out(DAY) == full
    assert words.short_date(DAY) == short
    assert words.period(DAY, "daily") == period


@pytest.mark.parametrize(
    ("tag", "full", "period"),
    [
        ("en", "Week of 3 November 2025", "week 45"),
        ("de", "Woche vom 3. November 2025", "KW 45"),
        ("ar", "أسبوع 3 نوفمبر 2025", "الأسبوع 45"),
    ],
)
def test_a_week_is_named_by_its_monday_or_its_number(tag: str, full: str, period: str) -> None:
    assert words_in(tag).written_out(DAY, "weekly") == full
    assert words_in(tag).period(DAY, "weekly") == period


def test_a_week_that_ends_on_a_monday_is_that_of_the_days_before() -> None:
    assert ENGLISH.written_out(date(2025, 11, 10), "weekly") == "Week of 3 November 2025"
    assert ENGLISH.period(date(2025, 11, 10), "weekly") == "week 45"


@pytest.mark.parametrize(
    ("tag", "since", "full", "period"),
    [
        ("en", 5, "5–7 Nov 2025", "5–7 Nov"),
        ("en-US", 5, "Nov 5–7, 2025", "Nov 5–7"),
        ("de", 5, "5.–7. Nov. 2025", "5.–7. Nov."),
        ("ar", 5, "5–7 نوفمبر 2025", "5–7 نوفمبر"),
        ("en", 7, "Friday, 7 November 2025", "7 Nov"),
    ],
)
def test_several_days_are_written_as_a_range(tag: str, since: int, full: str, period: str) -> None:
    words, first = words_in(tag), date(2025, 11, since)
    assert closed_up(words.written_out(DAY, "weekdays", first)) == full
    assert closed_up(words.period(DAY, "weekdays", first)) == period


def closed_up(text: str) -> str:
    """Leave out the thin blanks around the dash of a range: not all editions of the CLDR have them."""
    return text.replace("\u2009", "")


def test_the_days_of_a_week_are_written_out_and_its_number_stands_in_the_subject() -> None:
    assert ENGLISH.written_out(DAY, "weekly", date(2025, 11, 1)) == "1–7 Nov 2025 · week 45"
    assert ENGLISH.period(DAY, "weekly", date(2025, 11, 1)) == "week 45"


def test_the_first_and_the_last_week_can_be_named() -> None:
    assert ENGLISH.written_out(date(9999, 12, 31), "weekly") == "Week of 27 December 9999"
    assert ENGLISH.written_out(date(1, 1, 1), "weekly") == "Week of 1 January 1"


@pytest.mark.parametrize(
    ("tag", "texts"),
    [
        ("en", ["0 papers", "1 paper", "2 papers", "1,204 papers"]),
        ("de", ["0 Artikel", "1 Artikel", "2 Artikel", "1.204 Artikel"]),
    ],
)
def test_a_count_agrees_with_its_noun(tag: str, texts: list[str]) -> None:
    assert [words_in(tag).papers(number) for number in (0, 1, 2, 1204)] == texts


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "لا تعليقات"),
        (1, "تعليق واحد"),
        (2, "تعليقان"),
        (3, "3 تعليقات"),
        (10, "10 تعليقات"),
        (11, "11 تعليقًا"),
        (99, "99 تعليقًا"),
        (100, "100 تعليق"),
        (102, "102 تعليق"),
        (103, "103 تعليقات"),
        (1_211, "1,211 تعليقًا"),
    ],
)
def test_an_arabic_count_takes_one_of_six_forms(number: int, text: str) -> None:
    assert words_in("ar").ngettext("%(num)s comment", "%(num)s comments", number) == text


def test_a_list_ends_with_and() -> None:
    lists = ((), ("A",), ("A", "B"), ("A", "B", "C"))
    assert [ENGLISH.listed(items) for items in lists] == ["", "A", "A and B", "A, B and C"]
    assert words_in("de").listed(("A", "B", "C")) == "A, B und C"
    assert words_in("ar").listed(("A", "B", "C")) == "A وB وC"


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
        (("A", "B"), 3, "A, B and 1 other"),
        (("A", "B", "C"), 4, "A, B and 2 others"),
        (("A", "B", "C"), 2, "A, B and C"),
    ],
)
def test_authors_are_named_or_counted(names: tuple[str, ...] | None, number: int | None, text: str) -> None:
    assert ENGLISH.by_line(names, number) == text


def test_names_are_set_apart_where_they_run_the_other_way() -> None:
    by_line = words_in("ar").by_line(("Ada", "ليلى"), 12)
    assert by_line == f"{FSI}Ada{PDI} وليلى و10 آخرون"
    assert words_in("ar").terms(["proof", "بحث"]) == f"{FSI}proof{PDI}، بحث"


@pytest.mark.parametrize("tag", ["de-AT", "DE-at", "de-CH-1996", "de-Latn-DE", "de-x-mine", "de-ZZ"])
def test_a_form_of_a_language_falls_back_to_the_language(tag: str) -> None:
    words = words_in(tag)
    assert words.language == "de"
    assert words.written_out(DAY) == "Freitag, 7. November 2025"


def test_a_region_has_its_own_way_to_write_numbers() -> None:
    assert words_in("de-CH").number(1204) in ("1’204", "1'204")  # by the edition of the CLDR
    assert words_in("de-AT").short_date(date(2025, 1, 7)) == "7. Jän. 2025"


@pytest.mark.parametrize("tag", ["fr", "he", "ar-Latn", "de-Cyrl", "eng", ""])
def test_a_language_without_words_is_refused_by_name(tag: str) -> None:
    with pytest.raises(RenderError) as raised:
        words_in(tag)
    assert f"{tag!r}; there are words for ar, de, en" in raised.value.message
    assert raised.value.hint


def test_a_catalogue_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "CATALOGUES", tmp_path)
    with pytest.raises(RenderError, match="the words for 'de' are missing"):
        words_in.__wrapped__("de")  # past what is kept of earlier calls


@pytest.mark.parametrize(
    ("tag", "runs"), [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ur-Latn", "ltr")]
)
def test_a_language_has_a_direction(tag: str, runs: str) -> None:
    assert direction.of_language(tag) == runs


@pytest.mark.parametrize("tag", languages.SHIPPED)
def test_the_direction_of_what_ships_is_that_of_its_locale(tag: str) -> None:
    assert words_in(tag).direction == words_in(tag).locale.text_direction


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("1. Light", "ltr"),
        ("(\u05e9\u05dc\u05d5\u05dd) a", "rtl"),
        ("42 !", None),
        ("", None),
        (f"{FSI}Light{PDI} \u05e9", "rtl"),
        (f"{FSI}\u05e9{PDI} 42", None),
    ],
)
def test_a_text_runs_like_its_first_letter(text: str, runs: str | None) -> None:
    assert direction.of_text(text) == runs


def test_a_text_is_set_apart_only_where_a_letter_runs_the_other_way() -> None:
    assert direction.isolated("Light", "ltr") == "Light"
    assert direction.isolated("42", "rtl") == "42"
    assert direction.isolated("Light", "rtl") == f"{FSI}Light{PDI}"
    assert direction.isolated("Light \u05e9", "ltr") == f"{FSI}Light \u05e9{PDI}"


def test_a_line_of_a_text_from_right_to_left_says_so_where_other_letters_begin_it() -> None:
    folded = fold("\u05e9\u05dc\u05d5\u05dd light \u05e9", "  ", width=7)
    assert folded == f"  \u05e9\u05dc\u05d5\u05dd\n{RLM}  light\n  \u05e9"
    assert RLM not in fold("light \u05e9\u05dc\u05d5\u05dd", width=6)
