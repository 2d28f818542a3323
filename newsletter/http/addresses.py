"""Which IP addresses are public, by the registries of IANA and not by the patch release of Python."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# https://www.iana.org/assignments/iana-ipv4-special-registry: all that is not reachable from everywhere, the
# relays of 6to4 (RFC 7526), multicast (RFC 5771) and what is reserved.
_PRIVATE_4 = tuple(
    IPv4Network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
    )
)
# Addresses of the Internet are given out of this network alone (RFC 4291, section 2.4); loopback, mapped
# IPv4, NAT64, local, site-local and multicast addresses are all outside of it.
_GLOBAL_6 = IPv6Network("2000::/3")
# Within it: protocol assignments (Teredo among them), 6to4 and documentation.
_PRIVATE_6 = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
# An interface of ISATAP (RFC 5214, section 6.1) has an IPv4 address in it, and leads there.
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address belongs to somebody on the Internet, and leads nowhere else."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _PRIVATE_4)
    if address.scope_id is not None or address not in _GLOBAL_6:
        return False
    is_isatap = int(address) >> 32 & 0xFFFF_FFFF in _ISATAP
    return not is_isatap and not any(address in network for network in _PRIVATE_6)


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address in its usual spelling; None for anything else, such as `127.1` or `0x7f000001`."""
    try:
        return ip_address(text)
    except ValueError:
        return None
