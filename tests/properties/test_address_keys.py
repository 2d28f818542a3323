"""Two spellings of one address are one person, and two people are two."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import assume, given
from hypothesis import strategies as st

from newsletter.errors import UsageError
from newsletter.mailing.addresses import address_key, parse_address, parse_mailbox

LETTERS = st.sampled_from("abzABZ019.+-_éÉßẞ\u017f\u212aİ\u0131Σς\u03c3ﬁñ'=!")
DOMAINS = st.sampled_from(
    ["example.org", "EXAMPLE.org", "bücher.example", "xn--bcher-kva.example", "eXample.example"]
)
ADDRESSES = st.builds("{}@{}".format, st.text(LETTERS, min_size=1, max_size=12), DOMAINS)


def valid(text: str) -> str:
    try:
        return parse_address(text)
    except UsageError:
        assume(False)
        raise


@given(ADDRESSES)
def test_reading_an_address_again_changes_nothing(text: str) -> None:
    address = valid(text)
    assert parse_address(address) == address


@given(ADDRESSES)
def test_a_key_is_the_key_of_itself(text: str) -> None:
    key = address_key(valid(text))
    assert address_key(key) == key


@given(ADDRESSES)
def test_the_form_of_composition_means_nothing(text: str) -> None:
    forms = {address_key(valid(unicodedata.normalize(form, text))) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@given(st.text(st.sampled_from("abcXYZ019.+-_"), min_size=1, max_size=20), DOMAINS)
def test_the_case_of_ascii_means_nothing(local: str, domain: str) -> None:
    address = valid(f"{local}@{domain}")
    assert address_key(address) == address_key(parse_address(address.upper()))
    assert address_key(address).isascii()


@given(ADDRESSES | st.text(st.sampled_from("aB1.-_+@ x"), max_size=90))
def test_the_quick_way_and_the_strict_library_agree(text: str) -> None:
    try:
        expected = validate_email(text, strict=True, allow_quoted_local=False, check_deliverability=False)
    except EmailNotValidError:
        with pytest.raises(UsageError):
            parse_address(text if text == text.strip(" ") else f"{text}@")
        return
    assert parse_address(text) == (expected.ascii_email or f"{expected.local_part}@{expected.ascii_domain}")


@given(st.integers(55, 70), st.integers(1, 200))
def test_the_quick_way_knows_the_limits_of_length(local: int, domain: int) -> None:
    labels = ".".join("b" * min(60, domain - start) for start in range(0, domain, 60))
    text = f"{'a' * local}@{labels}.example"
    try:
        validate_email(text, strict=True, allow_quoted_local=False, check_deliverability=False)
        assert parse_address(text) == text
    except EmailNotValidError:
        with pytest.raises(UsageError):
            parse_address(text)


@given(st.text(max_size=60))
def test_an_address_alone_is_read_like_a_mailbox(text: str) -> None:
    with suppress(UsageError):
        assert parse_mailbox(parse_address(text)).address == parse_address(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Me@Example.ORG", "me@example.org"),
        ("me@bücher.example", "ME@xn--bcher-kva.example"),
        ("me@example.org", "me@example.org"),
        ("KÄTHE@example.org", "käthe@example.org"),
        ("ΣΑΣ@example.org", "σας@example.org"),
        ("\u212aim@example.org", "kim@example.org"),
    ],
)
def test_these_are_one(one: str, other: str) -> None:
    assert address_key(parse_address(one)) == address_key(parse_address(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("me+tag@example.org", "me@example.org"),
        ("m.e@gmail.com", "me@gmail.com"),
        ("straße@example.org", "strasse@example.org"),
        ("me@example.org", "me@mail.example.org"),
    ],
)
def test_these_are_two(one: str, other: str) -> None:
    assert address_key(parse_address(one)) != address_key(parse_address(other))
