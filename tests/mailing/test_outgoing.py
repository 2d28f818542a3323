"""A mail that is ready to go: whoever makes it in whichever way, it is the same and stays so."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from newsletter.model import DeliveryId, OutgoingMail

NAMED = OutgoingMail(
    delivery=DeliveryId("7"),
    sender="digest@example.org",
    recipient="me@example.net",
    pieces=(b"Subject: Me\r\n\r\n", b"Hello\r\n"),
    is_wire_ready=True,
)


@pytest.fixture
def mail() -> OutgoingMail:
    pieces = (b"Subject: Me\r\n\r\n", b"Hello\r\n")
    return OutgoingMail.of_pieces(
        DeliveryId("7"), "digest@example.org", "me@example.net", pieces, is_wire_ready=True
    )


def test_a_mail_made_the_short_way_is_the_one_that_is_made_by_names(mail: OutgoingMail) -> None:
    assert mail == NAMED
    assert hash(mail) == hash(NAMED)
    assert repr(mail) == repr(NAMED)
    assert mail.message == b"Subject: Me\r\n\r\nHello\r\n"
    assert mail.size == len(mail.message)


@pytest.mark.parametrize("name", [field.name for field in fields(OutgoingMail)])
def test_no_part_of_a_mail_can_be_set_again(mail: OutgoingMail, name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(mail, name, getattr(mail, name))
    with pytest.raises(FrozenInstanceError):
        delattr(mail, name)


@pytest.mark.parametrize(
    "changes",
    [
        {"delivery": "8"},
        {"sender": "you@example.org"},
        {"recipient": "you@example.net"},
        {"pieces": (b"Subject: You\r\n\r\n",)},
        {"is_wire_ready": False},
    ],
)
def test_a_mail_differs_from_one_of_which_any_part_differs(
    mail: OutgoingMail, changes: dict[str, object]
) -> None:
    assert mail != replace(mail, **changes)  # type: ignore[arg-type]
