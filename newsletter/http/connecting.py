"""Connections that lead only where the guard lets them, and that end in time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Sequence

    from httpcore import SOCKET_OPTION

    # Gives the addresses that may be connected to for a host and a port.
    Addresses = Callable[[str, int], Sequence[str]]


class Deadline:
    """The moment by which an exchange must be over, however lively it is."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._end = float("inf")

    def start(self, seconds: float) -> None:
        """Begin an exchange."""
        self._end = self._monotonic() + seconds

    def left(self, kind: type[httpcore.TimeoutException] = httpcore.ReadTimeout) -> float:
        """Give the seconds left. Raises httpcore's exception of that kind if there are none."""
        left = self._end - self._monotonic()
        if left <= 0:
            raise kind
        return left


class GuardedNetwork(httpcore.NetworkBackend):
    """The network as seen through a guard: a name is resolved once, checked, and connected to by address. TLS
    and HTTP go on speaking to the name."""

    def __init__(self, addresses: Addresses, deadline: Deadline) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers. Raises what the guard raises, too."""
        del timeout
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        addresses = self._resolved(host, port)
        for place, address in enumerate(addresses):
            left = self._deadline.left(httpcore.ConnectTimeout)
            # one that swallows everything (often by IPv6) must leave time for the next
            share = left / (len(addresses) - place)
            try:
                stream = self._network.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _PunctualStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: a socket of this machine is nothing public."""
        del timeout, socket_options
        raise httpcore.ConnectError(f"{path} is no host")

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        """Resolve on a thread of its own: the system's resolver knows no deadline."""
        answers: list[Sequence[str] | Exception] = []

        def ask() -> None:
            try:
                answers.append(self._addresses(host, port))
            except Exception as error:  # noqa: BLE001 - raised again on the thread that waits
                answers.append(error)

        asking = threading.Thread(target=ask, daemon=True, name=f"resolve {host}")
        asking.start()
        asking.join(self._deadline.left(httpcore.ConnectTimeout))
        if not answers:
            raise httpcore.ConnectTimeout(f"no answer where {host} is")
        [answer] = answers
        if isinstance(answer, OSError | UnicodeError):
            raise httpcore.ConnectError(f"{host} cannot be found") from answer
        if isinstance(answer, Exception):
            raise answer
        return answer


class _PunctualStream(httpcore.NetworkStream):
    """Lets no single step take longer than what is left for all of them.

    The last octet of what came is given at a call of its own. If nobody asks for it, more came together than
    an answer: on a connection that is used again, that would be read as the answer to the next request.
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline
        self._last_octet = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        if last := self._last_octet:
            self._last_octet = b""
            return last
        came = self._stream.read(max_bytes, self._deadline.left())
        if len(came) <= 1:
            return came
        self._last_octet = came[-1:]
        return came[:-1]

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, self._deadline.left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        del timeout
        left = self._deadline.left(httpcore.ConnectTimeout)
        return _PunctualStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self._last_octet:
            return True  # nobody uses a connection again on which something unasked is to be read
        return self._stream.get_extra_info(info)
