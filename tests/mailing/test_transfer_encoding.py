"""A part travels in the smaller of two forms, and reads back the same from both."""

from __future__ import annotations

import email
import email.policy
import quopri
from base64 import b64decode
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mailing import quoted_printable
from newsletter.mailing.transfer_encoding import encode
from newsletter.mailing.wire_form import fault
from newsletter.model import Edition

TEXTS = st.text(st.sampled_from("ab .=\n\r\u00fc\u0634\u4e2d\U0001f469"), max_size=400) | st.text()


def read_back(name: str, body: str) -> bytes:
    return quopri.decodestring(body) if name == "quoted-printable" else b64decode(body)


@given(TEXTS)
def test_no_text_takes_more_room_than_in_either_form(text: str) -> None:
    encoded = encode(text)
    canonical = quopri.decodestring(quoted_printable.encode(text))
    assert read_back(encoded.name, encoded.body) == canonical
    assert len(encoded.body) <= len(quoted_printable.encode(text))
    assert len(encoded.body) <= -(-len(canonical) // 3) * 4 * 78 / 76 + 2
    assert max(map(len, encoded.body.split("\r\n"))) <= 76
    assert encoded.body.endswith("\r\n")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Plain words, and a few \u00fcmlauts.\n" * 50, "quoted-printable"),
        ("\u0648\u0631\u0642\u0629 \u0628\u062d\u062b\n" * 50, "base64"),
        ("\u8bba\u6587\u6458\u8981\n" * 50, "base64"),
        ("", "quoted-printable"),
    ],
)
def test_the_script_decides(text: str, name: str) -> None:
    assert encode(text).name == name


def test_an_arabic_message_is_readable_by_others_and_fit_for_the_wire(
    message: Callable[..., bytes], edition: Callable[..., Edition]
) -> None:
    text = "\u0648\u0631\u0642\u0629 \u0628\u062d\u062b\n.\nFrom\n" * 200
    made = message(edition=edition(text=text, html=f"<p>{text}</p>"))
    assert fault(made) is None
    parsed = email.message_from_bytes(made, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    part = parsed.get_body(("plain",))
    assert part is not None
    assert part["Content-Transfer-Encoding"] == "base64"
    assert part.get_content().replace("\r\n", "\n") == text
