"""What goes over the wire, and what never does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from newsletter.backends.smtp import SmtpBackend
from newsletter.errors import MailError
from newsletter.model import Accepted, DeliveryId, Outcome, OutgoingMail, Refused

Backends = Callable[..., SmtpBackend]
Mails = Callable[..., OutgoingMail]
Serve = Callable[..., Any]  # gives the scripted server of conftest
FULL = {"EHLO": b"250-mail.example.org\r\n250-SIZE 2000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"}


def ignore(delivery: DeliveryId) -> None:
    """No ledger."""


def outcome(backend: SmtpBackend, mail: OutgoingMail) -> Outcome:
    with closing(backend.open()) as session:
        [settled] = session.send([mail], ignore)
        return settled.outcome


def test_the_dialogue_is_the_plain_one_of_the_standard(serve: Serve, backend: Backends, mail: Mails) -> None:
    server = serve()
    outcome(backend(server), mail(1))
    assert server.lines == [
        b"EHLO [127.0.0.1]\r\n",
        b"MAIL FROM:<digest@example.org>\r\n",
        b"RCPT TO:<reader1@example.org>\r\n",
        b"DATA\r\n",
        b"QUIT\r\n",
    ]


def test_we_introduce_ourselves_as_we_are_told(serve: Serve, backend: Backends) -> None:
    server = serve()
    backend(server, helo="mx.example.org").open().close()
    assert server.lines[0] == b"EHLO mx.example.org\r\n"


@pytest.mark.parametrize("transport", ["plain", "pipelining", "chunking"])
@pytest.mark.parametrize("is_wire_ready", [True, False])
@pytest.mark.parametrize("lines", [3, 5000])
def test_a_mail_in_pieces_arrives_as_one(
    serve: Serve, backend: Backends, mail: Mails, transport: str, is_wire_ready: bool, lines: int
) -> None:
    server = serve()
    pieces = (b"Subject: pie", b"", b"ces\r\n\r\n", *[b"text\r", b"\n"] * lines)
    changes = {"message": b"", "pieces": pieces, "is_wire_ready": is_wire_ready}
    with closing(backend(server, transport=transport).open()) as session:
        settled = list(session.send([mail(number, **changes) for number in (1, 2)], ignore))
    assert [type(one.outcome) for one in settled] == [Accepted] * 2
    assert server.messages == [b"".join(pieces)] * 2


@pytest.mark.parametrize(
    "body",
    [
        b".\r\n",
        b"..\r\n",
        b"a\r\n.\r\nb\r\n.\r\n",
        b".\r\nMAIL FROM:<evil@example.org>\r\n",
        b"\r\n.\r\n\r\n",
    ],
)
def test_dots_arrive_as_they_were(serve: Serve, backend: Backends, mail: Mails, body: bytes) -> None:
    server = serve()
    for message in (b"S: x\r\n\r\n" + body, body):
        assert isinstance(outcome(backend(server), mail(1, message=message)), Accepted)
    assert server.messages == [b"S: x\r\n\r\n" + body, body]
    assert len(server.heard("MAIL")) == 2


@pytest.mark.parametrize(
    "message",
    [
        b"a\n.\nMAIL FROM:<evil@example.org>\r\n",
        b"a\r.\r\r\n",
        b"a\r\n.\n\r\n",
        b"a\n.\r\n\r\n",
        b"a\r.\r\nb\r\n",
        b"a\0\r\n",
        b"no line end",
        b"x" * 999 + b"\r\n",
    ],
)
def test_bytes_that_could_smuggle_a_second_message_are_refused(
    serve: Serve, backend: Backends, mail: Mails, message: bytes
) -> None:
    server = serve()
    settled = outcome(backend(server), mail(1, message=message))
    assert isinstance(settled, Refused)
    assert settled.kind == "message"
    assert server.heard("MAIL") == []


@pytest.mark.parametrize(
    "recipient",
    [
        "v@example.com>\r\nRCPT TO:<w@example.com",
        '"a\r\nb"@example.com',
        "a b@example.com",
        "a@b@example.com",
        "<a@example.com>",
        "a@example.com SIZE=1",
        "a\0@example.com",
        "a\u2028@example.com",
        "",
        "a",
        "a@exämple.com",
        "x" * 65 + "@example.com",
    ],
)
def test_no_recipient_ends_the_command_it_stands_in(
    serve: Serve, backend: Backends, mail: Mails, recipient: str
) -> None:
    server = serve(FULL)
    settled = outcome(backend(server), mail(1, recipient=recipient))
    assert isinstance(settled, Refused)
    assert settled.kind == "recipient"
    assert server.heard("RCPT") == []


@pytest.mark.parametrize("sender", ["", "a@b>\r\nRCPT TO:<c@d", "jö@example.org"])
def test_a_sender_that_no_server_can_take_stops_the_run(
    serve: Serve, backend: Backends, mail: Mails, sender: str
) -> None:
    server = serve()
    with pytest.raises(MailError, match="sender"):
        outcome(backend(server), mail(1, sender=sender))
    assert server.heard("MAIL") == []


def test_an_address_beyond_ascii_goes_where_it_is_understood(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    server = serve(FULL)
    message = "To: jö@example.org\r\n\r\ntext\r\n".encode()
    assert isinstance(
        outcome(backend(server), mail(1, recipient="jö@example.org", message=message)), Accepted
    )
    assert server.heard("MAIL") == [b"MAIL FROM:<digest@example.org> BODY=8BITMIME SMTPUTF8\r\n"]
    assert server.heard("RCPT") == ["RCPT TO:<jö@example.org>\r\n".encode()]


def test_an_address_beyond_ascii_is_refused_where_it_is_not(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    server = serve()
    settled = outcome(backend(server), mail(1, recipient="jö@example.org"))
    assert isinstance(settled, Refused)
    assert "SMTPUTF8" in settled.reason
    assert server.heard("MAIL") == []


def test_octets_beyond_ascii_need_a_server_that_takes_them(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    eight_bit = mail(1, message=b"S: x\r\n\r\n\xc3\xbc\r\n")
    assert isinstance(outcome(backend(serve()), eight_bit), Refused)
    server = serve(FULL)
    assert isinstance(outcome(backend(server), eight_bit), Accepted)
    assert server.messages == [eight_bit.message]


def test_a_message_larger_than_the_server_takes_is_not_offered(
    serve: Serve, backend: Backends, mail: Mails
) -> None:
    server = serve(FULL)
    settled = outcome(backend(server), mail(1, message=b"x\r\n" * 700))
    assert settled == Refused(
        kind="message", reason="larger than the 2,000 octets the server takes", cause="too-large"
    )
    assert server.heard("MAIL") == []


@pytest.mark.parametrize("size", [b"", b" 0", b" lots", b" " + b"9" * 500])
def test_a_size_limit_that_is_none_limits_nothing(
    serve: Serve, backend: Backends, mail: Mails, size: bytes
) -> None:
    server = serve({"EHLO": b"250-mail.example.org\r\n250 SIZE" + size + b"\r\n"})
    assert isinstance(outcome(backend(server), mail(1)), Accepted)
