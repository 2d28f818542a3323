"""The days on which a service has nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.sources.calendars import arxiv_silence, arxiv_submissions, weekend_silence

# Days on which arXiv took no submissions together, as it published them; without those of its own meetings
# and without its winter breaks.
KEPT = (
    *("2023-01-16", "2023-06-19", "2023-07-04", "2023-09-04", "2023-11-23", "2023-12-25"),
    *("2024-01-15", "2024-06-19", "2024-07-04", "2024-09-02", "2024-11-28", "2024-12-25"),
    *("2025-01-01", "2025-01-20", "2025-06-19", "2025-07-04", "2025-09-01", "2025-11-27", "2025-12-25"),
    *("2026-01-01", "2026-01-19", "2026-06-19", "2026-07-03", "2026-09-07", "2026-11-26", "2026-12-25"),
)
WINTER = ("2022-12-27", "2022-12-29", "2023-12-27", "2024-12-26", "2024-12-31", "2025-12-30", "2026-12-29")
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def day_after(deadline: date) -> date:
    """The day under which submissions are announced that were taken together on `deadline`."""
    return deadline + timedelta(days=3 if deadline.weekday() == 4 else 1)


def working_days(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def test_arxiv_is_silent_after_the_holidays_it_published_and_no_others() -> None:
    days = working_days(date(2023, 1, 4), date(2026, 12, 31))
    silent = {
        deadline.isoformat() for deadline in days if "after" in (arxiv_silence(day_after(deadline)) or "")
    }
    # on New Year's Day of 2024 it worked, against its custom
    assert silent - {"2024-01-01"} == set(KEPT)


@pytest.mark.parametrize("deadline", WINTER)
def test_the_days_of_a_winter_break_are_known_to_be_uncertain(deadline: str) -> None:
    told = arxiv_silence(day_after(date.fromisoformat(deadline)))
    assert told == "arXiv rests on some days between Christmas and New Year"


def test_the_reason_names_the_holiday_before() -> None:
    assert arxiv_silence(date(2025, 11, 28)) == "arXiv announces nothing after Thanksgiving (2025-11-27)"


def test_what_was_taken_together_on_a_friday_is_announced_under_monday() -> None:
    assert arxiv_silence(date(2025, 7, 7)) == "arXiv announces nothing after Independence Day (2025-07-04)"
    assert arxiv_silence(date(2025, 7, 4)) is None


@pytest.mark.parametrize(("day", "told"), [("2025-11-08", "Saturdays"), ("2025-11-09", "Sundays")])
def test_weekends_are_silent(day: str, told: str) -> None:
    assert weekend_silence(date.fromisoformat(day), "Hugging Face") == f"Hugging Face has nothing on {told}"
    assert told in (arxiv_silence(date.fromisoformat(day)) or "")


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("2025-11-07", "2025-11-05 19:00", "2025-11-06 19:00"),
        ("2025-11-10", "2025-11-06 19:00", "2025-11-07 19:00"),
        ("2025-11-11", "2025-11-07 19:00", "2025-11-10 19:00"),
        ("2025-11-08", "2025-11-05 19:00", "2025-11-06 19:00"),  # a Saturday: what Friday brought
        ("2025-12-01", "2025-11-26 19:00", "2025-11-28 19:00"),  # over Thanksgiving
        ("2025-12-30", "2025-12-23 19:00", "2025-12-29 19:00"),  # arXiv may have rested on the days before
        ("2026-01-05", "2025-12-23 19:00", "2026-01-02 19:00"),
        ("2025-03-10", "2025-03-06 19:00", "2025-03-07 19:00"),
        ("2025-03-11", "2025-03-07 19:00", "2025-03-10 18:00"),  # over the change to summer time
    ],
)
def test_the_papers_of_a_day_were_submitted_between_two_deadlines_in_new_york(
    day: str, start: str, end: str
) -> None:
    first, last = arxiv_submissions(date.fromisoformat(day))
    assert first.astimezone(UTC) == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert last.astimezone(UTC) == datetime.fromisoformat(end).replace(tzinfo=UTC)


@given(day=DAYS)
def test_no_submission_falls_between_two_days(day: date) -> None:
    certain = day - timedelta(days=1)
    while arxiv_silence(certain):
        certain -= timedelta(days=1)
    assert arxiv_submissions(day)[0] <= arxiv_submissions(certain)[1]


@given(day=DAYS, announcements=st.integers(1, 5))
def test_more_announcements_reach_further_back(day: date, announcements: int) -> None:
    one, more = arxiv_submissions(day), arxiv_submissions(day, announcements)
    assert more[1] == one[1]
    assert one[1] - one[0] <= more[1] - more[0] <= timedelta(days=7 * announcements + 10)
