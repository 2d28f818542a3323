"""Which addresses of this machine others may see."""

from __future__ import annotations

import socket
from ipaddress import ip_address

# Documentation addresses (RFC 5737, RFC 3849): nothing is sent to them, the kernel only chooses a way.
_FAR = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def own_addresses() -> tuple[str, ...]:
    """List the public addresses that mail would leave from; none behind a router that translates."""
    found = []
    for family, far in _FAR:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as sock:
                sock.connect((far, 9))
                found.append(str(sock.getsockname()[0]).partition("%")[0])
        except OSError:
            continue
    return tuple(address for address in found if ip_address(address).is_global)
