"""A host with several addresses, of which some lead nowhere."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from newsletter.backends.smtp import SmtpBackend
from newsletter.backends.smtp_wire import Wire, WireError
from newsletter.errors import MailError
from newsletter.model import Accepted, Outcome, OutgoingMail

Backends = Callable[..., SmtpBackend]
Mails = Callable[..., OutgoingMail]
Serve = Callable[..., Any]  # gives the scripted server of conftest


def outcomes(backend: SmtpBackend, *mails: OutgoingMail) -> list[Outcome]:
    with closing(backend.open()) as session:
        return [settled.outcome for settled in session.send(mails, lambda _: None)]


def addresses(*hosts: tuple[socket.AddressFamily, str, int]) -> Callable[..., list[object]]:
    """What a resolver would say."""
    return lambda *_, **__: [
        (family, socket.SOCK_STREAM, 0, "", (host, port)) for family, host, port in hosts
    ]


@pytest.mark.parametrize("family", [socket.AF_INET6, socket.AF_INET])
def test_an_address_that_cannot_even_be_tried_leaves_the_others(
    serve: Serve,
    backend: Backends,
    mail: Mails,
    monkeypatch: pytest.MonkeyPatch,
    family: socket.AddressFamily,
) -> None:
    """As on a machine without IPv6."""
    server = serve()

    class WithoutIpv6(socket.socket):
        def __init__(self, family: int = -1, *arguments: Any, **options: Any) -> None:
            if family == socket.AF_INET6:
                raise OSError(97, "Address family not supported by protocol")
            super().__init__(family, *arguments, **options)

    resolver = addresses((socket.AF_INET6, "::1", server.port), (family, "127.0.0.1", server.port))
    monkeypatch.setattr("newsletter.backends.smtp_wire.socket.getaddrinfo", resolver)
    monkeypatch.setattr("newsletter.backends.smtp_wire.socket.socket", WithoutIpv6)
    if family == socket.AF_INET:
        assert [type(one) for one in outcomes(backend(server), mail(1))] == [Accepted]
    else:
        with pytest.raises(MailError, match="address family not supported"):
            backend(server).open()


def test_an_address_that_never_answers_leaves_time_for_the_others(
    serve: Serve, backend: Backends, mail: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, connect = serve(), socket.socket.connect

    class Deaf(socket.socket):
        def connect(self, address: tuple[str, int]) -> None:  # type: ignore[override]
            if address[0] == "192.0.2.1":
                threading.Event().wait(self.gettimeout())
                raise TimeoutError("timed out")
            connect(self, address)

    resolver = addresses(
        (socket.AF_INET, "192.0.2.1", server.port), (socket.AF_INET, "127.0.0.1", server.port)
    )
    monkeypatch.setattr("newsletter.backends.smtp_wire.socket.getaddrinfo", resolver)
    monkeypatch.setattr("newsletter.backends.smtp_wire.socket.socket", Deaf)
    assert [type(one) for one in outcomes(backend(server), mail(1))] == [Accepted]


def test_a_server_that_is_gone_has_no_address() -> None:
    with socket.socket() as unconnected, pytest.raises(WireError, match="broke"):
        _ = Wire(unconnected).peer_address
