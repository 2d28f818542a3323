"""One request, as a mail program makes it: no cookies, no redirect followed, no more read than needed."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import httpcore

from newsletter.errors import SourceError
from newsletter.http.connecting import Deadline, GuardedNetwork
from newsletter.http.guard import resolve
from newsletter.http.lines import trouble_of
from newsletter.http.urls import read_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.http.urls import Target

Method = Literal["GET", "HEAD", "POST"]

_MAX_BYTES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a web server answered; `body` is its beginning, `valid_until` the end of its certificate."""

    status: int
    body: bytes
    valid_until: datetime | None = None

    @property
    def is_redirect(self) -> bool:
        """Whether it sends us elsewhere."""
        return 300 <= self.status < 400  # noqa: PLR2004 - RFC 9110, 15.4


class Asker:
    """Asks a web server of ours, wherever that is: whoever configured it chose to. One answer has `seconds`
    from its first byte to its last; `context` says whose certificates are trusted, else the usual ones."""

    def __init__(self, *, seconds: float = 5.0, context: ssl.SSLContext | None = None) -> None:
        self._seconds = seconds
        self._given = context

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Read the certificates that are trusted once: it takes longer than an answer."""
        return self._given or httpcore.default_ssl_context()

    def ask(
        self,
        method: Method,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Ask once. Raises `SourceError` where no answer can be had."""
        target = read_url(url)
        deadline = Deadline(time.monotonic)
        deadline.start(self._seconds)
        where = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        network = GuardedNetwork(resolve, deadline)
        given = {"Host": target.authority, "Accept": "*/*", **(headers or {})}
        try:
            with (
                httpcore.ConnectionPool(self._context, network_backend=network) as pool,
                pool.stream(method, where, headers=list(given.items()), content=content) as response,
            ):
                return _reply(response)
        except httpcore.TimeoutException as error:
            raise _unasked(target, f"no answer within {self._seconds:g} seconds") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _unasked(target, trouble_of(error).why) from error


def _reply(response: httpcore.Response) -> Reply:
    valid_until = _valid_until(response)  # while the connection is there
    body = b""
    for chunk in response.iter_stream():
        body += chunk
        if len(body) >= _MAX_BYTES:
            break
    return Reply(
        status=response.status,
        body=body[:_MAX_BYTES],
        valid_until=valid_until,
    )


def _valid_until(response: httpcore.Response) -> datetime | None:
    stream = response.extensions.get("network_stream")
    secure = stream.get_extra_info("ssl_object") if stream else None
    certificate = secure.getpeercert() if secure else None
    if not certificate:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), tz=UTC)


def _unasked(target: Target, why: str) -> SourceError:
    """Leave the path out: it has a token."""
    return SourceError(f"{target.scheme}://{target.authority} cannot be asked: {why}")
