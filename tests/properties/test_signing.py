"""Whatever our writer can produce verifies once signed, and nothing that was changed afterwards does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.mailing.dkim import Signer
from newsletter.mailing.dkim_keys import SigningKey
from newsletter.mailing.message import address
from newsletter.mailing.wire_form import fault
from newsletter.model import Edition, Letterhead, Mailbox, sentinel

NONCE = "0" * 16
AT = datetime(2025, 11, 7, tzinfo=UTC)
Keys = Callable[..., tuple[SigningKey, ...]]
Verdicts = Callable[..., list[bool]]

BITS = st.sampled_from(
    [" ", "  ", "\t", "\r\n", "\n", "\r", ".", "=", "From ", "é", "中", '"', ";", ":", "x" * 80]
)
TEXTS = st.lists(BITS | st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=25).map(
    "".join
)
ADDRESSES = st.sampled_from(["me@example.org", "jürgen@example.org", "a.b+c@mail.example.net"])
TOKENS = st.text("abcXYZ019", min_size=1, max_size=48)
SIGNED_FIELDS = re.compile(
    rb"^(?:From|To|Reply-To|Subject|Date|Message-ID|List-Id|List-Unsubscribe|List-Unsubscribe-Post"
    rb"|Content-Language|Content-Type|MIME-Version|Auto-Submitted): .*$",
    re.MULTILINE,
)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    leave = sentinel(NONCE, "unsubscribe_url")
    edition = Edition(
        subject=draw(TEXTS),
        preheader="",
        html=draw(TEXTS) + leave + draw(TEXTS),
        text=draw(TEXTS) + leave + draw(TEXTS),
        nonce=NONCE,
        language="en",
    )
    letterhead = Letterhead(
        sender=Mailbox(address="digest@example.org", name=draw(TEXTS)),
        reply_to=draw(st.none() | st.just(Mailbox(address="editor@example.org", name="Editor"))),
        list_id="news.example.org",
        base_url="https://news.example.org",
    )
    recipient = Mailbox(address=draw(ADDRESSES), name=draw(TEXTS))
    return address(edition, recipient, letterhead, issue_slug="2025-11-07", date=AT, token=draw(TOKENS))


def check(message: bytes, dkim_keys: Keys, dkim_verdicts: Verdicts) -> None:
    signed = Signer("example.org", dkim_keys()).sign(message, AT)
    assert signed.endswith(message)
    assert fault(signed) is None
    assert dkim_verdicts(signed) == [True, True]


@given(messages())
def test_every_message_verifies_once_signed(dkim_keys: Keys, dkim_verdicts: Verdicts, message: bytes) -> None:
    check(message, dkim_keys, dkim_verdicts)


@pytest.mark.slow
@settings(max_examples=5000)
@given(messages())
def test_five_thousand_messages_verify_once_signed(
    dkim_keys: Keys, dkim_verdicts: Verdicts, message: bytes
) -> None:
    check(message, dkim_keys, dkim_verdicts)


def swapped(message: bytes, place: int) -> bytes:
    """Put another letter or digit there."""
    return message[:place] + (b"q" if message[place : place + 1] != b"q" else b"k") + message[place + 1 :]


@given(messages(), st.data())
def test_any_change_of_a_covered_header_is_found(
    dkim_keys: Keys, dkim_verdicts: Verdicts, message: bytes, data: st.DataObject
) -> None:
    signed = Signer("example.org", dkim_keys()).sign(message, AT)
    start = len(signed) - len(message)
    head = message[: message.index(b"\r\n\r\n")]
    values = [found for found in SIGNED_FIELDS.finditer(head) if b":" in found[0]]
    field = data.draw(st.sampled_from(values))
    shown = [
        place
        for place in range(field.start() + field[0].index(b":") + 2, field.end())
        if message[place : place + 1].isalnum()
    ]
    if shown:
        place = start + data.draw(st.sampled_from(shown))
        assert dkim_verdicts(swapped(signed, place)) == [False, False]


@given(messages(), st.data())
def test_any_change_of_the_body_is_found(
    dkim_keys: Keys, dkim_verdicts: Verdicts, message: bytes, data: st.DataObject
) -> None:
    signed = Signer("example.org", dkim_keys()).sign(message, AT)
    body = signed.index(b"\r\n\r\n") + 4
    place = data.draw(st.integers(body, len(signed) - 3))
    assert dkim_verdicts(swapped(signed, place)) == [False, False]
    assert dkim_verdicts(signed + b"more\r\n") == [False, False]
    assert dkim_verdicts(signed[:place] + b"\r\n") == [False, False]
