"""The fetcher of a configuration."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.delivery.clock import SystemClock
from newsletter.http.cache import DocumentCache
from newsletter.http.fetching import HttpFetcher
from newsletter.http.guard import Guard
from newsletter.http.settings import cache_folder, fetching_options, fetching_policy
from newsletter.store.files import write_at_once

if TYPE_CHECKING:
    from newsletter.config import Config


def make_fetcher(config: Config) -> HttpFetcher:
    """Make what gets documents as `[fetching]` says. Raises `ConfigError`."""
    options = fetching_options(config)
    folder = cache_folder(config, options)
    cache = None
    if folder:
        cache = DocumentCache(
            folder,
            write_at_once=write_at_once,
            max_bytes=options.cache_megabytes * 1_000_000,
            max_age=timedelta(days=options.cache_days),
        )
    return HttpFetcher(
        policy=fetching_policy(config, options),
        guard=Guard(options.allowed),
        clock=SystemClock(),
        random=random.random,
        cache=cache,
    )
