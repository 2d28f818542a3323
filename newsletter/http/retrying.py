"""When to ask again, and for how long to wait before."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# What passes by itself: a busy, restarting or unreachable server (RFC 9110, RFC 6585, RFC 8470).
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
# With these a server says that it did nothing.
NOTHING_DONE = frozenset({429, 503})
_MAX_SECONDS_DIGITS = 9


def asked_to_wait(value: str | None, now: datetime) -> float | None:
    """Read Retry-After: seconds, or an HTTP date (RFC 9110, section 10.2.3). None if it says nothing."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:_MAX_SECONDS_DIGITS])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return max(0.0, (moment - now).total_seconds())
    except OverflowError:
        return None


def seconds_before(attempt: int, asked: float | None, random: Callable[[], float]) -> float:
    """Say how long to wait before attempt 2, 3, ...: doubling from two seconds, and spread at random, so that
    many do not come back together; never less than what the server asked for."""
    backoff = 2.0 ** (attempt - 1) * (0.5 + random())
    return max(backoff, asked + random()) if asked is not None else backoff
