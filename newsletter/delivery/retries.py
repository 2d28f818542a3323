"""When a mail that was put off is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.delivery.policy import RetryPolicy
    from newsletter.model import Deferred

_LONGEST_NAMED = timedelta(hours=24)
_MAILBOX_FULL = ("2", "2")  # RFC 3463: X.2.2


def retry_at(
    put_off: Deferred,
    *,
    attempt: int,
    frozen_at: datetime,
    now: datetime,
    chance: float,
    policy: RetryPolicy,
) -> datetime | None:
    """Say when to try again after the `attempt`-th try (from 1) was put off; None: never.

    `chance` (0 to 1) spreads people who were put off together. A delay that the server named outranks our
    schedule: not earlier, and not much later. So does greylisting, which about five minutes answer.
    """
    is_old = now - frozen_at >= timedelta(hours=policy.give_up_hours)
    if is_old and attempt >= policy.least_attempts:
        return None
    named = _named(put_off, now)
    if named is not None:
        stretch = min(named, timedelta(seconds=policy.first_seconds))
        return now + named + stretch * (policy.jitter * chance)
    return now + timedelta(
        seconds=_scheduled_seconds(put_off, attempt, policy) * (1 + policy.jitter * chance)
    )


def _named(put_off: Deferred, now: datetime) -> timedelta | None:
    if put_off.until is not None:
        delay = put_off.until - now
    elif put_off.after_seconds is not None:
        delay = timedelta(seconds=min(put_off.after_seconds, _LONGEST_NAMED.total_seconds()))
    else:
        return None
    return min(delay, _LONGEST_NAMED) if delay > timedelta() else None


def _scheduled_seconds(put_off: Deferred, attempt: int, policy: RetryPolicy) -> float:
    if put_off.cause == "connection":
        first = policy.lost_seconds
    elif put_off.cause == "mailbox-full" or tuple(put_off.code.split(".")[1:]) == _MAILBOX_FULL:
        first = policy.full_seconds
    else:
        first = policy.first_seconds
    longest = max(policy.longest_seconds, first)
    steps = min(attempt - 1, 64)  # far beyond any sensible schedule, and no overflow
    return float(min(longest, first * policy.growth**steps))
