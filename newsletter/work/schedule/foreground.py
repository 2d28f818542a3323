"""A scheduler of our own: waits for the next call, runs, and waits again, until somebody stops it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from newsletter.delivery.clock import Clock
    from newsletter.delivery.stopping import StopRequest
    from newsletter.work.schedule.timetable import Timetable

# The clock on the wall is looked at so often: a machine that slept notices within this time that it is late,
# and so does one whose clock was set.
_LOOK_SECONDS = 20.0
# When a run that failed for a reason outside is repeated, unless the next call comes first.
_RETRY_MINUTES = (15, 30, 60, 120)
_OUTSIDE = (3, 5, 6, 7)
_DAY = timedelta(days=1)


class DayRun(Protocol):
    """Runs a day to its end, and gives the exit code; must end within seconds once `stop` is asked."""

    def __call__(self, day: date, stop: StopRequest, /) -> int:
        """Do it."""
        ...


@dataclass(slots=True)
class _Turn:
    """The call that is waited for, and how often it was repeated."""

    at: datetime
    repeated: int = 0


def stay(
    timetable: Timetable,
    run: DayRun,
    *,
    clock: Clock,
    stop: StopRequest,
    say: Callable[[str], None],
    runs_at_once: bool = False,
) -> None:
    """Call `run` at every time of the timetable until `stop` is asked; one run at a time.

    What was missed while the machine slept, or while a run went on, is one call, as soon as it can be; so is
    what a clock that was put forward left out. A clock that was put back repeats nothing.
    """
    turn = _Turn(clock.now() if runs_at_once else _next(timetable, clock.now(), say))
    while not stop.is_asked:
        now = clock.now()
        if now < turn.at - 2 * _DAY:  # somebody has put a clock right that was far ahead
            turn = _Turn(_next(timetable, now, say))
        if now < turn.at:
            seconds = min(_LOOK_SECONDS, (turn.at - now).total_seconds())
            clock.pause(seconds, lambda: stop.is_asked)
            continue
        code = run(timetable.day_of(now), stop)
        if not stop.is_asked:
            # Not before the call that was just made: the clock may have been put back meanwhile.
            regular = timetable.next_after(max(now, turn.at))
            turn = _repetition(turn, code, clock.now(), regular, say) or _Turn(_told(regular, say))


def _repetition(
    turn: _Turn, code: int, now: datetime, regular: datetime, say: Callable[[str], None]
) -> _Turn | None:
    """Say when a run is repeated; None if it need not be, or not before the regular one."""
    if code not in _OUTSIDE or turn.repeated == len(_RETRY_MINUTES):
        return None
    again = max(now, turn.at) + timedelta(minutes=_RETRY_MINUTES[turn.repeated])
    if again >= regular:
        return None
    say(f"the run ended with exit code {code}; it is repeated at {_shown(again)}")
    return _Turn(again, turn.repeated + 1)


def _next(timetable: Timetable, now: datetime, say: Callable[[str], None]) -> datetime:
    return _told(timetable.next_after(now), say)


def _told(at: datetime, say: Callable[[str], None]) -> datetime:
    say(f"next run: {_shown(at)}")
    return at


def _shown(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M %Z}"
