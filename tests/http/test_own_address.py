"""Which addresses of this machine others may see."""

from __future__ import annotations

import socket
from typing import Any, Self

import pytest

from newsletter.http.own_address import own_addresses


class Kernel:
    """Chooses an address to leave from, or knows no way."""

    def __init__(self, addresses: dict[int, str]) -> None:
        self._addresses = addresses

    def socket(self, family: int, kind: int) -> Any:
        assert kind == socket.SOCK_DGRAM
        return Sock(self._addresses.get(family))


class Sock:
    def __init__(self, address: str | None) -> None:
        self._address = address

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def connect(self, place: tuple[str, int]) -> None:
        del place
        if self._address is None:
            raise OSError

    def getsockname(self) -> tuple[str | None, int]:
        return self._address, 4711


@pytest.mark.parametrize(
    ("four", "six", "expected"),
    [
        ("9.9.9.9", "2620:fe::fe", ("9.9.9.9", "2620:fe::fe")),
        ("192.168.0.7", "fe80::1%eth0", ()),
        ("10.0.0.1", None, ()),
        (None, "2620:fe::fe", ("2620:fe::fe",)),
        (None, None, ()),
    ],
)
def test_only_public_addresses_are_told(
    monkeypatch: pytest.MonkeyPatch, four: str | None, six: str | None, expected: tuple[str, ...]
) -> None:
    known = {socket.AF_INET: four, socket.AF_INET6: six}
    kernel = Kernel({int(family): address for family, address in known.items() if address})
    monkeypatch.setattr("newsletter.http.own_address.socket.socket", kernel.socket)
    assert own_addresses() == expected


def test_asking_for_them_never_fails() -> None:
    assert isinstance(own_addresses(), tuple)
