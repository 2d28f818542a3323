"""One line to a host: a connection that is kept, and ends in time whatever comes over it."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpcore

from newsletter.http.answers import Answer, is_redirect
from newsletter.http.bodies import read_body
from newsletter.http.connecting import Deadline, GuardedNetwork
from newsletter.http.urls import read_url
from newsletter.parsing.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newsletter.http.guard import Guard
    from newsletter.http.policy import FetchingPolicy
    from newsletter.http.urls import Target

_IDLE_SECONDS = 15
_MAX_REASON_CHARS = 120
_NO_BODY = frozenset({204, 304})


class Trouble(Exception):  # noqa: N818 - it is what happened; whether it is an error is found out later
    """No answer came. `passes`: it may, another time; `was_sent`: what was asked may have been heard."""

    def __init__(self, why: str, *, passes: bool = True, was_sent: bool = True) -> None:
        super().__init__(why)
        self.why = why
        self.passes = passes
        self.was_sent = was_sent


class Line:
    """Asks one host, one request at a time; used under a lock."""

    def __init__(
        self, guard: Guard, policy: FetchingPolicy, tls: ssl.SSLContext, monotonic: Callable[[], float]
    ) -> None:
        self._policy = policy
        self._deadline = Deadline(monotonic)
        self._pool = _pool(guard, policy, tls, self._deadline)

    def ask(
        self, method: str, target: Target, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Exchange a request for an answer.

        Raises `Trouble`, and `SourceError` for what the guard refuses or is too large.
        """
        self._deadline.start(self._policy.timeout_seconds)
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        try:
            with self._pool.stream(method, url, headers=list(headers.items()), content=body) as response:
                return self._answer(response)
        except httpcore.ConnectTimeout as error:
            raise Trouble(
                f"no connection within {self._policy.timeout_seconds:g} seconds", was_sent=False
            ) from error
        except httpcore.TimeoutException as error:
            raise Trouble(f"no whole answer within {self._policy.timeout_seconds:g} seconds") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
            raise trouble_of(error) from error

    def close(self) -> None:
        """Hang up."""
        self._pool.close()

    def _answer(self, response: httpcore.Response) -> Answer:
        headers: dict[str, str] = {}
        for name, value in response.headers:
            headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
        if response.status in _NO_BODY or is_redirect(response.status, headers):
            return Answer(status=response.status, headers=headers)
        coding = headers.get("content-encoding", "")
        body = read_body(response.iter_stream(), coding, self._policy.max_bytes)
        return Answer(status=response.status, headers=headers, body=body)


def _pool(
    guard: Guard, policy: FetchingPolicy, tls: ssl.SSLContext, deadline: Deadline
) -> httpcore.ConnectionPool:
    proxy, kept = None, 1
    addresses = guard.addresses
    if policy.proxy:
        place = read_url(policy.proxy.url)
        auth = (policy.proxy.username, policy.proxy.password) if policy.proxy.username else None
        proxy = httpcore.Proxy(
            httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target="/"), auth
        )
        addresses = _only_the_name
        if place.scheme == "https":  # in TLS through TLS, what is left over of an answer may wait unseen
            kept = 0
    return httpcore.ConnectionPool(
        ssl_context=tls,
        proxy=proxy,
        max_connections=1,
        max_keepalive_connections=kept,
        keepalive_expiry=_IDLE_SECONDS,
        network_backend=GuardedNetwork(addresses, deadline),
    )


def _only_the_name(host: str, port: int) -> tuple[str, ...]:
    """A person named the proxy, which finds out by itself where names lead."""
    del port
    return (host,)


def trouble_of(error: Exception) -> Trouble:
    """Say in words what httpcore met."""
    cause = error.args[0] if error.args else error
    if isinstance(error, httpcore.LocalProtocolError):  # its words would repeat what could not be sent
        return Trouble("what was to be asked cannot be sent", passes=False, was_sent=False)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Trouble(f"its certificate is not to be trusted ({cause.verify_message})", passes=False)
    if isinstance(cause, ssl.SSLError):
        return Trouble(f"no encrypted connection ({cause.reason or cause})", passes=False)
    if isinstance(error, httpcore.ConnectError):
        return Trouble(_told(cause, "no connection"), was_sent=False)
    if isinstance(error, httpcore.ProxyError):
        return Trouble(_told(cause, "the proxy refuses"), passes=False)
    return Trouble(_told(cause, "the connection was lost"))


def _told(cause: object, what: str) -> str:
    reason = cause.strerror if isinstance(cause, OSError) else str(cause)
    return f"{what} ({clean(str(reason).lower()[:_MAX_REASON_CHARS])})" if reason else what
