"""How much of an account's limits is used, by all senders together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from newsletter.model import Limits
    from newsletter.store.database import Database


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
        raise NotImplementedError

    def give_back(self, account: str, count: int, *, at: datetime) -> None:
        """Return permissions that were not used; `at` is when they were taken."""
        raise NotImplementedError

    def used(self, account: str, *, at: datetime) -> Mapping[str, int]:
        """Say how many went in the last "second", "minute", "hour" and "day"."""
        raise NotImplementedError
