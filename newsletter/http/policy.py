"""How patient a fetcher is, and how much it takes."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_BYTES = 10_000_000  # what parsers read at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """What is asked in the place of everybody: a URL without a name, and these apart."""

    url: str
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchingPolicy:
    """`timeout_seconds` is for one answer from its first byte to its last, `patience_seconds` for all
    attempts at one document; `max_wait_seconds` is the longest Retry-After that is waited for."""

    user_agent: str = "newsletter"
    timeout_seconds: float = 60
    patience_seconds: float = 300
    max_wait_seconds: float = 120
    max_bytes: int = MAX_BYTES
    max_attempts: int = 4
    max_redirects: int = 3
    proxy: Proxy | None = None
