"""Signatures that another program verifies."""

from __future__ import annotations

import email
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from newsletter.errors import RenderError
from newsletter.mailing.dkim import Signer, body_digest, relaxed
from newsletter.mailing.dkim_keys import SigningKey
from newsletter.mailing.wire_form import fault
from newsletter.model import Edition, Mailbox

AT = datetime(2025, 11, 7, 6, tzinfo=UTC)
Keys = Callable[..., tuple[SigningKey, ...]]
Messages = Callable[..., bytes]
Verdicts = Callable[[bytes], list[bool]]


def test_headers_are_hashed_in_the_relaxed_form() -> None:
    """The case of RFC 6376, part 3.4.5."""
    assert relaxed(b"A: X\r\nB : Y\t\r\n\tZ  ") == [b"a:X", b"b:Y Z"]


@pytest.mark.parametrize(
    ("field", "hashed"),
    [
        (b"SUBJECT:  two   blanks", b"subject:two blanks"),
        (b"Subject:\r\n folded at once", b"subject:folded at once"),
        (b"Subject: tabs\t\there\t", b"subject:tabs here"),
        (b"Subject: a \r\n \t b: c", b"subject:a b: c"),
        (b"Subject:", b"subject:"),
        ("To: <jürgen@example.org>".encode(), "to:<jürgen@example.org>".encode()),
        (b"X: a\x0bb\x0c", b"x:a\x0bb\x0c"),
    ],
)
def test_only_blanks_and_folds_are_forgiven(field: bytes, hashed: bytes) -> None:
    assert relaxed(field) == [hashed]


@pytest.mark.parametrize(
    ("body", "hashed"),
    [
        (b" C \r\nD \t E\r\n\r\n\r\n", b" C \r\nD \t E\r\n"),  # RFC 6376, part 3.4.5
        (b"", b"\r\n"),
        (b"\r\n\r\n\r\n", b"\r\n"),
        (b"a", b"a\r\n"),
        (b"a\r\n \r\n", b"a\r\n \r\n"),
    ],
)
def test_bodies_are_hashed_in_the_simple_form(body: bytes, hashed: bytes) -> None:
    assert body_digest(body) == body_digest(hashed)
    assert body_digest(b"S: x\r\n\r\n" + body, 8) == body_digest(body)


def test_the_hash_of_no_body_is_that_of_the_standard() -> None:
    """RFC 6376, part 3.4.3."""
    assert b64encode(body_digest(b"")) == b"frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="


@pytest.mark.parametrize("kinds", [("rsa",), ("ed25519",), ("rsa", "ed25519")])
def test_every_signature_verifies(
    message: Messages, dkim_keys: Keys, dkim_verdicts: Verdicts, kinds: tuple[str, ...]
) -> None:
    signed = Signer("example.org", dkim_keys(*kinds)).sign(message(), AT)
    assert dkim_verdicts(signed) == [True] * len(kinds)


def test_the_message_behind_the_signatures_is_untouched(message: Messages, dkim_keys: Keys) -> None:
    plain = message()
    signed = Signer("example.org", dkim_keys()).sign(plain, AT)
    assert signed.endswith(plain)
    assert signed.startswith(b"DKIM-Signature: v=1; a=rsa-sha256;")


def test_the_body_is_canonical_as_it_stands(message: Messages, edition: Callable[..., Edition]) -> None:
    """What is hashed is what is sent, whatever an edition ends in, and by the relaxed rules too."""
    for text in ("x", "x \n", "x\n\n\n", " \t\n", "a  b\t\tc \t"):
        body = message(edition=edition(text=text, html=text)).partition(b"\r\n\r\n")[2]
        assert body.endswith(b"--\r\n")
        assert not re.search(rb"[ \t]\r\n", body)


def tags(signed: bytes) -> dict[str, str]:
    field = str(email.message_from_bytes(signed)["DKIM-Signature"])
    pairs = (tag.partition("=") for tag in re.sub(r"\s", "", field).split(";"))
    return {name: value for name, _, value in pairs}


def test_it_says_who_signed_when_and_what(message: Messages, dkim_keys: Keys) -> None:
    said = tags(Signer("example.org", dkim_keys("ed25519")).sign(message(), AT))
    assert said["d"] == "example.org"
    assert said["s"] == "news-ed25519"
    assert said["a"] == "ed25519-sha256"
    assert said["c"] == "relaxed/simple"
    assert said["t"] == "1762495200"
    assert "l" not in said


def test_both_headers_of_leaving_and_all_that_a_reader_sees_are_covered(
    message: Messages, dkim_keys: Keys
) -> None:
    covered = tags(Signer("example.org", dkim_keys("ed25519")).sign(message(), AT))["h"].split(":")
    for name in (
        "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id",
        "List-Unsubscribe", "List-Unsubscribe-Post",
    ):  # fmt: skip
        assert covered.count(name) == 2, name  # once, and once against a second one
    assert covered.count("Reply-To") == covered.count("Cc") == 1


@pytest.mark.parametrize("name", ["From", "Subject", "Reply-To", "Cc", "List-Unsubscribe", "Content-Type"])
def test_a_field_that_somebody_adds_breaks_the_signature(
    message: Messages, dkim_keys: Keys, dkim_verdicts: Verdicts, name: str
) -> None:
    signed = Signer("example.org", dkim_keys()).sign(message(), AT)
    assert dkim_verdicts(f"{name}: evil\r\n".encode() + signed) == [False, False]
    head, _, body = signed.partition(b"\r\n\r\n")
    assert dkim_verdicts(head + f"\r\n{name}: evil\r\n\r\n".encode() + body) == [False, False]


@pytest.mark.parametrize("field", ["Received: by relay", "Sender: relay@example.net", "X-Spam: no"])
def test_what_relays_add_breaks_nothing(
    message: Messages, dkim_keys: Keys, dkim_verdicts: Verdicts, field: str
) -> None:
    signed = Signer("example.org", dkim_keys()).sign(message(), AT)
    assert dkim_verdicts(f"{field}\r\n".encode() + signed) == [True, True]


def test_fields_that_a_relay_replaces_can_stay_unsigned(
    message: Messages, dkim_keys: Keys, dkim_verdicts: Verdicts
) -> None:
    signed = Signer("example.org", dkim_keys(), unsigned=("Date", "Message-ID")).sign(message(), AT)
    replaced = re.sub(rb"\r\nDate: [^\r]*\r\nMessage-ID: [^\r]*", b"\r\nDate: x\r\nMessage-ID: <y@z>", signed)
    assert replaced != signed
    assert dkim_verdicts(replaced) == [True, True]


def test_several_fields_of_one_name_are_taken_from_the_last(dkim_keys: Keys, dkim_verdicts: Verdicts) -> None:
    plain = b"References: <a@b>\r\nFrom: a@example.org\r\nReferences: <c@d>\r\n\r\nx\r\n"
    signed = Signer("example.org", dkim_keys()).sign(plain, AT)
    assert dkim_verdicts(signed) == [True, True]
    assert dkim_verdicts(signed.replace(b"<a@b>", b"<a@e>")) == [False, False]


def test_a_signed_message_is_fit_for_the_wire(message: Messages) -> None:
    """Even with names as long as DNS allows them."""
    key = SigningKey(selector="s" * 60, private=Ed25519PrivateKey.generate())
    signed = Signer("d" * 60 + ".example.org", [key]).sign(message(), AT)
    assert fault(signed) is None
    head = signed.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 100
    assert not email.message_from_bytes(signed).defects


def test_a_reader_beyond_ascii_gets_a_signature_that_verifies(
    message: Messages, dkim_keys: Keys, dkim_verdicts: Verdicts
) -> None:
    signed = Signer("example.org", dkim_keys()).sign(
        message(recipient=Mailbox(address="jürgen@example.org")), AT
    )
    assert dkim_verdicts(signed) == [True, True]


def test_the_same_message_is_signed_with_the_same_bytes(message: Messages, dkim_keys: Keys) -> None:
    signer = Signer("example.org", dkim_keys())
    assert signer.sign(message(), AT) == signer.sign(message(), AT)


def test_whoever_knows_the_digest_gets_the_same_fields(message: Messages, dkim_keys: Keys) -> None:
    signer, plain = Signer("example.org", dkim_keys()), message()
    head, _, body = plain.partition(b"\r\n\r\n")
    assert signer.fields(head, body_digest(body), AT) + plain == signer.sign(plain, AT)


@pytest.mark.parametrize(
    ("plain", "at", "complaint"),
    [
        (b"From: a@example.org\r\n", AT, "a body"),
        (b"Subject: x\r\n\r\nbody\r\n", AT, "a From field"),
        (b"\r\n\r\nFrom: a@example.org\r\n\r\n", AT, "a From field"),
        (b"From: a@example.org\r\n\r\nbody\r\n", AT.replace(tzinfo=None), "time zone"),
    ],
)
def test_what_cannot_be_signed_is_refused(
    plain: bytes, at: datetime, complaint: str, dkim_keys: Keys
) -> None:
    with pytest.raises(RenderError, match=complaint):
        Signer("example.org", dkim_keys("ed25519")).sign(plain, at)


def test_the_verifier_of_these_tests_can_say_no(
    message: Messages, dkim_keys: Keys, dkim_verdicts: Verdicts
) -> None:
    signed = Signer("example.org", dkim_keys()).sign(message(), AT)
    assert dkim_verdicts(signed.replace(b"Gr=C3=BC=C3=9Fe", b"Gr=C3=BC=C3=9Fi")) == [False, False]
    assert dkim_verdicts(signed.replace(b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Click")) == [
        False,
        False,
    ]
    assert dkim.verify(message(), dnsfunc=lambda *_: None) is False
