"""What may be asked at all (against server-side request forgery): addresses that are public, and what a
person explicitly permits."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.http.addresses import is_public, read_address
from newsletter.http.urls import DEFAULT_PORTS, Target, read_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Address = IPv4Address | IPv6Address
    Resolve = Callable[[str, int], Sequence[str]]

_MAX_ADDRESSES = 4
# Nobody's on the Internet: names of one part, those of RFC 6761, 6762, 7686 and 8375, and ICANN's .internal.
_OF_A_HOUSE = re.compile(r"[^.]*|(.*\.)?(localhost|local|internal|home\.arpa|invalid|test|onion)")
_EXPECTED = "expected a host, with a port if need be, or a network such as 10.0.0.0/8"
_ENTRY = re.compile(r"(?P<host>\[[^\[\]]+\]|[^\[\]:]+)(:(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedHost:
    """What a person permits: a host by name or address, on any port or on one, also without encryption; or
    that names lead into a network."""

    host: str = ""
    port: int | None = None
    network: IPv4Network | IPv6Network | None = None

    def names(self, host: str, port: int) -> bool:
        """Tell whether this is the very host that was asked for."""
        return host == self.host and self.port in (None, port)

    def holds(self, address: Address) -> bool:
        """Tell whether names may lead to this address."""
        return self.network is not None and address in self.network


def read_allowed_host(text: str) -> AllowedHost:
    """Read "intranet.example.org", "localhost:8080", "192.168.0.7" or "10.0.0.0/8". Raises `ValueError`."""
    if "/" in text:
        return AllowedHost(network=ip_network(text))
    found = _ENTRY.fullmatch(text)
    if not found:
        raise ValueError(_EXPECTED)
    try:
        target = read_url(f"https://{found['host']}/")
    except SourceError as error:
        raise ValueError(_EXPECTED) from error
    return AllowedHost(host=target.host, port=int(found["port"]) if found["port"] else None)


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a name. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


class Guard:
    """Says no to everything that is not public and not permitted. Asks for the addresses of a name once per
    connection, and gives the very ones that it checked."""

    def __init__(self, allowed: Iterable[AllowedHost] = (), resolve: Resolve = resolve) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve

    def check(self, target: Target) -> Target:
        """Give back a target that may be asked, as far as its spelling tells. Raises `SourceError`."""
        if self._is_named(target.host, target.port):
            return target
        if target.scheme != "https":
            raise _refused(target, "it is not encrypted", "use https://, or permit the host", target.host)
        if target.port not in DEFAULT_PORTS.values():
            raise _refused(target, f"port {target.port} is not one of the web", "permit it", target.authority)
        if target.address is not None:
            self._public(target.host, [target.address])
        elif _OF_A_HOUSE.fullmatch(target.host):
            why = "names such as this one are known in one network only"
            raise _refused(target, why, "if it is meant, permit it", target.host)
        return target

    def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Give the addresses of a host that may be connected to, few and at least one.

        Raises `SourceError` where there is none, and `OSError` where the name cannot be resolved.
        """
        literal = read_address(host)
        found = [literal] if literal is not None else self._resolved(host, port)
        kept = found if self._is_named(host, port) else self._public(host, found)
        return tuple(address.compressed for address in kept[:_MAX_ADDRESSES])

    def _resolved(self, host: str, port: int) -> list[Address]:
        read = dict.fromkeys(read_address(text) for text in self._resolve(host, port))
        found = [address for address in read if address is not None]
        if not found:
            raise SourceError(f"{host} has no address")
        return found

    def _public(self, host: str, found: Sequence[Address]) -> list[Address]:
        """Keep what is public: a network with NAT64 adds addresses that are not."""
        kept = [a for a in found if is_public(a) or any(one.holds(a) for one in self._allowed)]
        if not kept:
            raise SourceError(
                f"{host} leads to {found[0]}, which is not a public address: nothing was asked there",
                hint=f'if it is meant, permit it under [fetching]: allow_hosts = ["{host}"]',
            )
        return kept

    def _is_named(self, host: str, port: int) -> bool:
        return any(one.names(host, port) for one in self._allowed)


def _refused(target: Target, why: str, way: str, entry: str) -> SourceError:
    return SourceError(
        f"{target}: {why}: nothing was asked there",
        hint=f'{way} under [fetching]: allow_hosts = ["{entry}"]',
    )
