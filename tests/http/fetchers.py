"""Fetchers that ask this machine, with a clock that never waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter.http.cache import DocumentCache
from newsletter.http.fetching import HttpFetcher
from newsletter.http.guard import Guard, read_allowed_host
from newsletter.http.policy import FetchingPolicy
from newsletter.store.files import write_at_once

START = datetime(2025, 11, 7, 6, 0, tzinfo=UTC)


class Clock:
    """Passes only when it is told to, and remembers how long that was; `tick` passes at each look."""

    def __init__(self, tick: float = 0.0) -> None:
        self.seconds = 0.0
        self.tick = tick
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        self.seconds += self.tick
        return self.seconds

    def pause(self, seconds: float, is_over: Callable[[], bool], /) -> None:
        del is_over
        self.pauses.append(seconds)
        self.seconds += seconds


def make_fetcher(
    *,
    clock: Clock | None = None,
    policy: FetchingPolicy | None = None,
    allow: tuple[str, ...] = ("127.0.0.1",),
    resolve: Callable[[str, int], Sequence[str]] | None = None,
    cache: Path | None = None,
) -> HttpFetcher:
    """Make a fetcher without jitter that may ask this machine."""
    allowed = [read_allowed_host(text) for text in allow]
    return HttpFetcher(
        policy=policy or FetchingPolicy(user_agent="newsletter/test (mailto:d@example.org)"),
        guard=Guard(allowed, resolve) if resolve else Guard(allowed),
        clock=clock or Clock(),
        random=lambda: 0.5,
        cache=DocumentCache(cache, write_at_once=write_at_once) if cache else None,
    )
