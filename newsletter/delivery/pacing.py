"""How long a number of mails takes under limits, and whether that is too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Limits

_WINDOWS = (("second", 1), ("minute", 60), ("hour", 3600), ("day", 86_400))


class CannotFinish(UsageError):  # noqa: N818 - what it is, not what was wrong
    """So many mails need longer than they are given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most `mails` within any `seconds`; `name` as in "per day"."""

    name: str
    seconds: int
    mails: int


def windows(limits: Limits | None) -> tuple[Window, ...]:
    """List the limits there are, the one that slows most in the long run first."""
    if limits is None:
        return ()
    counts = (limits.per_second, limits.per_minute, limits.per_hour, limits.per_day)
    found = [
        Window(name=name, seconds=seconds, mails=mails)
        for (name, seconds), mails in zip(_WINDOWS, counts, strict=True)
        if mails is not None
    ]
    return tuple(sorted(found, key=lambda window: window.mails / window.seconds))


def least_time(mails: int, limits: Limits | None, used: Mapping[str, int] | None = None) -> timedelta:
    """Say how long `mails` take at least, from the first to the last.

    `used` counts, per "second", "minute", "hour" and "day", what the account has sent within that window
    already. Each limit is used up and waited for in turn, slowest first; what is left over falls to the next.
    """
    if mails <= 0:
        return timedelta()
    left, seconds = mails - 1, 0
    for window in windows(limits):
        left += (used or {}).get(window.name, 0) if seconds == 0 else 0
        full, left = divmod(max(left, 0), max(window.mails, 1))
        seconds += full * window.seconds
    return timedelta(seconds=seconds)


def require_time(
    mails: int, limits: Limits | None, hours: float | None, used: Mapping[str, int] | None = None
) -> timedelta:
    """Give the least time that `mails` take. Raises `CannotFinish` if it is more than `hours`."""
    needed = least_time(mails, limits, used)
    if hours is None or needed <= timedelta(hours=hours):
        return needed
    slowest = windows(limits)[0]
    raise CannotFinish(
        f"{mails:,} mails need {shown(needed)} at {slowest.mails:,} per {slowest.name}, more than the "
        f"{shown(timedelta(hours=hours))} they are given",
        hint="raise finish_within_hours in the [sending] table, or send through an account that takes more",
    )


def shown(time: timedelta) -> str:
    """Put a length of time in words, coarse enough to read."""
    minutes = round(time.total_seconds() / 60)
    for size, name in ((1440, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"{round(minutes / size)} {name}s"
    seconds = round(time.total_seconds())
    return f"{minutes} minutes" if minutes > 1 else "1 second" if seconds == 1 else f"{seconds} seconds"
