"""How much of an account's limits is used, by all senders together.

A limit holds in any window of its length, wherever the window begins. Each window is cut into slots, and a
use is remembered by the slot it fell into; a slot counts until all of it lies outside the window. So at most
one slot too much is counted, never too little, and the rows do not grow with what is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import case, delete, func, select, update

from newsletter.store.engines import hold_quotas, insert_or_add
from newsletter.store.schema import quota_uses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from newsletter.model import Limits
    from newsletter.store.database import Database

_WINDOWS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
_SLOTS = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """How many messages may go now; if fewer than wanted, `next_at` is when there may be one more (None:
    never)."""

    granted: int
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quotas:
    """The quotas of one newsletter's accounts."""

    database: Database

    def take(self, account: str, limits: Limits, wanted: int, *, at: datetime) -> Grant:
        """Take permission for up to `wanted` messages that go now."""
        bounds = _bounds(limits)
        with self.database.writing() as connection:
            hold_quotas(connection)
            _let_go(connection, account, at)
            uses = {seconds: _uses(connection, account, seconds) for seconds in bounds}
            free = [limit - sum(uses[seconds].values()) for seconds, limit in bounds.items()]
            granted = max(0, min([wanted, *free]))
            if granted:
                _record(connection, account, granted, at)
        if granted >= wanted:
            return Grant(granted=granted)
        for seconds in bounds:
            slot = _slot(at, seconds)
            uses[seconds][slot] = uses[seconds].get(slot, 0) + granted
        waits = [_free_at(uses[seconds], limit, seconds) for seconds, limit in bounds.items()]
        times = [time for time in waits if time is not None]
        return Grant(granted=granted, next_at=max(times) if len(times) == len(waits) else None)

    def give_back(self, account: str, count: int, *, at: datetime) -> None:
        """Return permissions that were not used; `at` is when they were taken, as it was told `take`."""
        with self.database.writing() as connection:
            hold_quotas(connection)
            _take_back(connection, account, count, at)

    def date_anew(self, account: str, count: int, *, since: datetime, at: datetime) -> None:
        """Let permissions that were taken `since` count from `at`."""
        with self.database.writing() as connection:
            hold_quotas(connection)
            _take_back(connection, account, count, since)
            _record(connection, account, count, at)

    def used(self, account: str, *, at: datetime) -> Mapping[str, int]:
        """Say how many went in the last "second", "minute", "hour" and "day"."""
        with self.database.reading() as connection:
            return {
                name: sum(
                    count
                    for slot, count in _uses(connection, account, seconds).items()
                    if slot >= _oldest(at, seconds)
                )
                for name, seconds in _WINDOWS.items()
            }


def _bounds(limits: Limits) -> dict[int, int]:
    """Give the limits there are, by the seconds of their window."""
    named = (limits.per_second, limits.per_minute, limits.per_hour, limits.per_day)
    return {
        seconds: limit for seconds, limit in zip(_WINDOWS.values(), named, strict=True) if limit is not None
    }


def _slot(at: datetime, seconds: int) -> int:
    return (at - _EPOCH) // _MICROSECOND // _slot_length(seconds)


def _slot_length(seconds: int) -> int:
    """Give it in microseconds."""
    return seconds * 1_000_000 // _SLOTS


def _oldest(at: datetime, seconds: int) -> int:
    """Say which slot is the oldest that has to do with the window that ends now."""
    return _slot(at - timedelta(seconds=seconds), seconds)


def _let_go(connection: Connection, account: str, at: datetime) -> None:
    """Forget what lies outside. What lies ahead was written before the clock was set back, at a time nobody
    knows: it counts as used now."""
    for seconds in _WINDOWS.values():
        window = quota_uses.c.account == account, quota_uses.c.window_seconds == seconds
        past = quota_uses.c.slot < _oldest(at, seconds)
        connection.execute(delete(quota_uses).where(*window, past))
        ahead = quota_uses.c.slot > _slot(at, seconds)
        moved = connection.scalar(select(func.sum(quota_uses.c.used)).where(*window, ahead))
        if moved:
            connection.execute(delete(quota_uses).where(*window, ahead))
            _add(connection, account, int(moved), at, seconds)


def _uses(connection: Connection, account: str, seconds: int) -> dict[int, int]:
    wanted = select(quota_uses.c.slot, quota_uses.c.used).where(
        quota_uses.c.account == account, quota_uses.c.window_seconds == seconds
    )
    return dict(connection.execute(wanted).all())


def _record(connection: Connection, account: str, count: int, at: datetime) -> None:
    """All windows are kept, also those without a limit: one may get a limit tomorrow."""
    for seconds in _WINDOWS.values():
        _add(connection, account, count, at, seconds)


def _take_back(connection: Connection, account: str, count: int, at: datetime) -> None:
    left = quota_uses.c.used - count
    for seconds in _WINDOWS.values():
        row = (
            quota_uses.c.account == account,
            quota_uses.c.window_seconds == seconds,
            quota_uses.c.slot == _slot(at, seconds),
        )
        connection.execute(update(quota_uses).where(*row).values(used=case((left > 0, left), else_=0)))


def _add(connection: Connection, account: str, count: int, at: datetime, seconds: int) -> None:
    row = {"account": account, "window_seconds": seconds, "slot": _slot(at, seconds), "used": count}
    connection.execute(insert_or_add(connection, quota_uses, row, "used"))


def _free_at(uses: Mapping[int, int], limit: int, seconds: int) -> datetime | None:
    """Say when one more fits under a limit; None: never."""
    if limit <= 0:
        return None
    left = sum(uses.values())
    length, end = _slot_length(seconds), 0
    for slot in sorted(uses):
        if left < limit:
            break
        left -= uses[slot]
        end = (slot + 1) * length + seconds * 1_000_000
    return _EPOCH + end * _MICROSECOND
