"""One request, as a mail program makes it: no cookies, no redirect followed, no more read than needed."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import httpx

from newsletter.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

Method = Literal["GET", "HEAD", "POST"]

_MAX_BYTES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a web server answered; `body` is its beginning, `valid_until` the end of its certificate."""

    status: int
    body: bytes
    location: str | None = None
    sets_cookies: bool = False
    valid_until: datetime | None = None

    @property
    def is_redirect(self) -> bool:
        """Whether it sends us elsewhere."""
        return 300 <= self.status < 400  # noqa: PLR2004 - RFC 9110, 15.4


class Asker:
    """Asks a web server of ours. `context` says whose certificates are trusted, else the usual ones."""

    def __init__(self, *, seconds: float = 5.0, context: ssl.SSLContext | None = None) -> None:
        self._seconds = seconds
        self._given = context

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Read the certificates that are trusted once: it takes longer than an answer."""
        return self._given or ssl.create_default_context()

    def ask(
        self,
        method: Method,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Ask once. Raises `SourceError` where no answer can be had."""
        try:
            with (
                httpx.Client(verify=self._context, timeout=self._seconds, trust_env=False) as client,
                client.stream(method, url, content=content, headers=dict(headers or {})) as response,
            ):
                return _reply(response)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise SourceError(f"{_shown(url)} cannot be asked: {_reason(error)}") from error


def _reply(response: httpx.Response) -> Reply:
    valid_until = _valid_until(response)  # while the connection is there
    body = b""
    for chunk in response.iter_raw(16_384):
        body += chunk
        if len(body) >= _MAX_BYTES:
            break
    return Reply(
        status=response.status_code,
        body=body[:_MAX_BYTES],
        location=response.headers.get("location"),
        sets_cookies="set-cookie" in response.headers,
        valid_until=valid_until,
    )


def _valid_until(response: httpx.Response) -> datetime | None:
    stream = response.extensions.get("network_stream")
    secure = stream.get_extra_info("ssl_object") if stream else None
    certificate = secure.getpeercert() if secure else None
    if not certificate:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), tz=UTC)


def _shown(url: str) -> str:
    """Leave out what may be a token."""
    return url.split("?", maxsplit=1)[0].rpartition("/")[0] or url


def _reason(error: Exception) -> str:
    match error:
        case httpx.ConnectTimeout() | httpx.ReadTimeout() | httpx.WriteTimeout() | httpx.PoolTimeout():
            return "no answer in time"
        case httpx.ConnectError():
            return f"no connection ({str(error)[:120]})"
        case _:
            return "the connection ended, or what came is no HTTP"
