"""A scheduler of our own, through sleep, changes of clocks, failures and the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletter.delivery.stopping import StopRequest
from newsletter.work.schedule.foreground import stay
from newsletter.work.schedule.timetable import Timetable

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
DAILY = Timetable(at=time(6, 30), timezone="Europe/Berlin")
HOURLY = Timetable(at=time(6, 30), timezone="Europe/Berlin", is_hourly=True)


class WallClock:
    """A clock that leaps over every pause; `happens` says what comes between two looks at it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.at = now
        self.happens: Callable[[WallClock], None] = lambda _: None
        self.longest = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def pause(self, seconds: float, is_over: Callable[[], bool], /) -> None:
        assert seconds > 0
        self.longest = max(self.longest, seconds)
        if not is_over():
            self.at += timedelta(seconds=seconds)
            self.happens(self)


class Runs:
    """Runs that take no time and end with `codes`, then with 0; the last of `count` asks to stop."""

    def __init__(self, clock: WallClock, count: int, *codes: int, takes: timedelta = timedelta()) -> None:
        self.clock, self.count, self.codes, self.takes = clock, count, list(codes), takes
        self.days: list[date] = []
        self.at: list[datetime] = []

    def __call__(self, day: date, stop: StopRequest, /) -> int:
        self.days.append(day)
        self.at.append(self.clock.now())
        self.clock.at += self.takes
        if len(self.days) == self.count:
            stop.ask()
        return self.codes.pop(0) if self.codes else 0

    @property
    def shown(self) -> list[str]:
        return [f"{at:%m-%d %H:%M}" for at in self.at]


def scheduled(runs: Runs, timetable: Timetable = DAILY, **options: bool) -> list[str]:
    said: list[str] = []
    stay(timetable, runs, clock=runs.clock, stop=StopRequest(), say=said.append, **options)
    return said


def test_a_day_is_run_at_its_time_and_then_the_next_one() -> None:
    runs = Runs(WallClock(), 3)
    said = scheduled(runs)
    assert runs.shown == ["11-08 05:30", "11-09 05:30", "11-10 05:30"]
    assert runs.days == [date(2025, 11, 8), date(2025, 11, 9), date(2025, 11, 10)]
    assert said[0].startswith("next run: 2025-11-08")
    assert runs.clock.longest <= 20


def test_it_may_run_at_once_too() -> None:
    runs = Runs(WallClock(), 2)
    scheduled(runs, runs_at_once=True)
    assert runs.shown == ["11-07 12:00", "11-08 05:30"]


def test_hours_of_readers_make_a_run_of_every_hour_of_the_day_it_belongs_to() -> None:
    runs = Runs(WallClock(datetime(2025, 11, 8, 4, tzinfo=UTC)), 3)
    scheduled(runs, HOURLY)
    assert runs.shown == ["11-08 04:30", "11-08 05:30", "11-08 06:30"]
    assert runs.days == [date(2025, 11, 7), date(2025, 11, 8), date(2025, 11, 8)]


def test_a_machine_that_slept_over_its_time_runs_once_when_it_wakes() -> None:
    def sleeps(clock: WallClock) -> None:
        if clock.at.day == 8 and clock.at.hour == 5:
            clock.at += timedelta(days=3)

    clock = WallClock()
    clock.happens = sleeps
    runs = Runs(clock, 2)
    scheduled(runs)
    assert runs.shown == ["11-11 05:00", "11-11 05:30"]
    assert runs.days == [date(2025, 11, 11), date(2025, 11, 11)]


def test_a_change_of_clocks_leaves_out_and_repeats_nothing() -> None:
    night = Timetable(at=time(2, 30), timezone="Europe/Berlin")
    runs = Runs(WallClock(datetime(2025, 10, 25, 12, tzinfo=UTC)), 2)
    scheduled(runs, night)
    assert runs.shown == ["10-26 00:30", "10-27 01:30"]


def test_a_run_that_goes_on_past_the_next_time_is_followed_by_another_at_once() -> None:
    runs = Runs(WallClock(), 3, takes=timedelta(hours=30))
    scheduled(runs)
    assert runs.shown == ["11-08 05:30", "11-09 11:30", "11-10 17:30"]
    assert [day.day for day in runs.days] == [8, 9, 10]


def test_a_clock_that_is_put_back_repeats_no_run() -> None:
    jumped: list[bool] = []

    def put_back(clock: WallClock) -> None:
        if clock.at > datetime(2025, 11, 8, 6, tzinfo=UTC) and not jumped:
            jumped.append(True)
            clock.at -= timedelta(hours=3)

    clock = WallClock()
    clock.happens = put_back
    runs = Runs(clock, 2)
    scheduled(runs)
    assert runs.shown == ["11-08 05:30", "11-09 05:30"]


def test_a_clock_that_was_years_ahead_and_is_put_right_is_believed() -> None:
    def put_right(clock: WallClock) -> None:
        if clock.at.year > 2025:
            clock.at = NOON

    clock = WallClock(datetime(2099, 1, 1, tzinfo=UTC))
    clock.happens = put_right
    runs = Runs(clock, 1)
    scheduled(runs)
    assert runs.shown == ["11-08 05:30"]


def test_what_fails_for_a_reason_outside_is_repeated_ever_later_and_not_for_ever() -> None:
    runs = Runs(WallClock(), 7, *[3] * 6)
    said = scheduled(runs)
    assert runs.shown[:5] == ["11-08 05:30", "11-08 05:45", "11-08 06:15", "11-08 07:15", "11-08 09:15"]
    assert runs.shown[5:] == ["11-09 05:30", "11-09 05:45"]
    assert any("exit code 3; it is repeated at" in line for line in said)


@pytest.mark.parametrize("code", [0, 1, 2, 4, 8])
def test_what_repeating_cannot_help_waits_for_the_next_day(code: int) -> None:
    runs = Runs(WallClock(), 2, code)
    scheduled(runs)
    assert runs.shown == ["11-08 05:30", "11-09 05:30"]


def test_a_repetition_never_displaces_a_regular_run() -> None:
    runs = Runs(WallClock(datetime(2025, 11, 8, 4, tzinfo=UTC)), 4, 3, 3, 3)
    scheduled(runs, HOURLY)
    assert runs.shown == ["11-08 04:30", "11-08 04:45", "11-08 05:15", "11-08 05:30"]


def test_it_ends_between_runs_when_it_is_asked_to() -> None:
    clock, stop = WallClock(), StopRequest()
    clock.happens = lambda _: stop.ask()
    runs = Runs(clock, 1)
    stay(DAILY, runs, clock=clock, stop=stop, say=lambda _: None)
    assert runs.days == []
    assert clock.at - NOON <= timedelta(seconds=20)
