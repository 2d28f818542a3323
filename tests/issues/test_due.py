"""Which issues a day asks for."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsletter.issues.compose import slug_of
from newsletter.issues.due import Due, Gone, issues_due
from newsletter.subscriber import RHYTHMS, Rhythm

FRIDAY, SATURDAY, SUNDAY, MONDAY, TUESDAY = (date(2025, 11, 7) + timedelta(days=n) for n in range(5))
ALL: tuple[Rhythm, ...] = ("daily", "weekdays", "weekly")
WEDNESDAY = 2


def due(day: date, *in_use: Rhythm, gone: tuple[Gone, ...] = (), week_day: int = WEDNESDAY) -> list[str]:
    """Name what is due, with the first day it is about where that is not its own."""
    found = issues_due(day, week_day=week_day, in_use=in_use, gone=gone)
    return [
        slug_of(one.day, one.cadence) + (f" since {one.since}" if one.since < one.day else "")
        for one in found
    ]


def daily(*days: date) -> tuple[Gone, ...]:
    return tuple(Gone(cadence="daily", day=day) for day in days)


def test_a_working_day_has_one_issue_for_daily_and_weekdays_readers() -> None:
    assert due(FRIDAY, *ALL) == ["2025-11-07"]
    assert due(FRIDAY, "weekdays") == ["2025-11-07"]


def test_a_weekend_has_one_for_daily_readers_alone() -> None:
    assert due(SATURDAY, *ALL) == ["2025-11-08"]
    assert due(SATURDAY, "weekdays", "weekly") == []


def test_an_issue_is_made_although_nobody_reads_it_yet() -> None:
    assert due(FRIDAY) == due(SATURDAY - timedelta(days=1)) == ["2025-11-07"]


def test_weekdays_readers_get_the_weekend_on_monday_where_daily_readers_had_it() -> None:
    gone = daily(FRIDAY, SATURDAY, SUNDAY)
    assert due(MONDAY, *ALL, gone=gone) == ["2025-11-10-weekdays since 2025-11-08", "2025-11-10"]
    assert due(MONDAY, "daily", "weekly", gone=gone) == ["2025-11-10"]


def test_a_quiet_weekend_leaves_one_issue_for_both() -> None:
    assert due(MONDAY, *ALL, gone=daily(FRIDAY)) == ["2025-11-10"]


def test_weekdays_readers_alone_get_what_came_on_the_weekend() -> None:
    assert due(MONDAY, "weekdays", gone=daily(FRIDAY)) == ["2025-11-10-weekdays since 2025-11-08"]
    had = (*daily(FRIDAY), Gone(cadence="weekdays", day=MONDAY))
    assert due(TUESDAY, "weekdays", gone=had) == ["2025-11-11"]


def test_a_weekend_waits_until_there_is_an_issue_for_weekdays_readers() -> None:
    had = daily(FRIDAY, SATURDAY)  # and Monday was quiet
    assert due(TUESDAY, *ALL, gone=had) == ["2025-11-11-weekdays since 2025-11-08", "2025-11-11"]


def test_a_weekly_issue_has_the_seven_days_up_to_its_own() -> None:
    assert due(FRIDAY, "weekly", week_day=4) == ["2025-W45 since 2025-11-01"]
    assert due(MONDAY, "weekly", week_day=0) == ["2025-W45 since 2025-11-04"]
    assert due(FRIDAY, "daily", week_day=4) == ["2025-11-07"]


def test_a_week_that_was_missed_is_part_of_the_next_one_but_no_older_one() -> None:
    for weeks, since in ((1, "2025-11-01"), (2, "2025-10-25"), (3, "2025-11-01"), (9, "2025-11-01")):
        gone = (Gone(cadence="weekly", day=FRIDAY - timedelta(weeks=weeks)),)
        assert due(FRIDAY, "weekly", week_day=4, gone=gone) == [f"2025-W45 since {since}"]
    late = (Gone(cadence="weekly", day=FRIDAY - timedelta(days=11)),)
    assert due(FRIDAY, "weekly", week_day=4, gone=late) == ["2025-W45 since 2025-10-28"]


def test_what_is_not_past_plays_no_part() -> None:
    gone = (*daily(SUNDAY), Gone(cadence="weekly", day=MONDAY), Gone(cadence="weekdays", day=MONDAY))
    assert due(MONDAY, *ALL, gone=gone, week_day=0) == due(MONDAY, *ALL, gone=daily(SUNDAY), week_day=0)


@given(
    st.integers(0, 6),
    st.integers(0, 6),
    st.sets(st.sampled_from(RHYTHMS), min_size=1),
    st.sets(st.integers(0, 27)),
)
def test_over_a_month_every_rhythm_gets_every_paper_once(
    start: int, week_day: int, in_use: set[Rhythm], quiet: set[int]
) -> None:
    """A paper comes on each day that is not quiet; issues without papers do not go out."""
    first = date(2025, 3, 3) + timedelta(days=start)
    days = [first + timedelta(days=number) for number in range(28)]
    papers = {day for number, day in enumerate(days) if number not in quiet}
    gone: list[Gone] = []
    read: dict[Rhythm, list[date]] = {rhythm: [] for rhythm in RHYTHMS}
    for day in days:
        issues = issues_due(day, week_day=week_day, in_use=in_use, gone=gone)
        has_own = False
        for issue in issues:
            shown = sorted(paper for paper in papers if issue.since <= paper <= issue.day)
            if not shown:
                continue
            has_own = has_own or issue.cadence == "weekdays"
            gone.append(Gone(cadence=issue.cadence, day=issue.day))
            for rhythm in _takers(issue, has_own=has_own):
                read[rhythm] += shown
    end = days[-1]
    while end.weekday() >= 5:
        end -= timedelta(days=1)
    since_first = {day for day in papers if day >= _first_working_day(first)}
    if "daily" in in_use:
        assert sorted(read["daily"]) == sorted(papers)
    if "weekdays" in in_use:
        assert len(read["weekdays"]) == len(set(read["weekdays"]))
        owed = {day for day in since_first if day <= end}
        missing = owed - set(read["weekdays"])
        # What came on a weekend is kept until an issue goes out, for two weeks at most.
        assert all(_is_out_of_reach(day, gone, end) for day in missing)
    if "weekly" in in_use:
        assert len(read["weekly"]) == len(set(read["weekly"]))


def _takers(issue: Due, *, has_own: bool) -> tuple[Rhythm, ...]:
    if issue.cadence != "daily":
        return (issue.cadence,)
    return ("daily",) if has_own or issue.day.weekday() >= 5 else ("daily", "weekdays")


def _first_working_day(day: date) -> date:
    return day if day.weekday() < 5 else _first_working_day(day + timedelta(days=1))


def _is_out_of_reach(day: date, gone: list[Gone], end: date) -> bool:
    """Nothing went out to weekdays readers within the days that an issue looks back."""
    later = [
        one.day
        for one in gone
        if day < one.day <= end
        and (one.cadence == "weekdays" or (one.cadence == "daily" and one.day.weekday() < 5))
    ]
    return not later or min(later) - day > timedelta(days=13)
