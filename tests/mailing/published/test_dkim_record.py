"""Key records of DKIM: ours, others, and what is no key at all."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from newsletter.mailing.dkim_keys import SigningKey, dns_record
from newsletter.mailing.published.dkim_record import read_dkim

Keys = Callable[..., tuple[SigningKey, ...]]


def test_the_records_that_we_print_are_those_of_our_keys(dkim_keys: Keys) -> None:
    for key in dkim_keys():
        record = read_dkim(dns_record(key, "example.org").value)
        assert record.is_of(key)
        assert record.faults == ()


def test_another_key_is_told_from_ours(dkim_keys: Keys) -> None:
    rsa, ed25519 = dkim_keys()
    assert not read_dkim(dns_record(ed25519, "example.org").value).is_of(rsa)
    other = SigningKey(selector="news-rsa", private=generate_private_key(65537, 2048))
    assert not read_dkim(dns_record(other, "example.org").value).is_of(rsa)


def test_a_key_in_its_older_form_is_the_same_key(dkim_keys: Keys) -> None:
    """RFC 6376 shows RSAPublicKey where most publish SubjectPublicKeyInfo."""
    [key] = dkim_keys("rsa")
    octets = key.private.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    assert read_dkim(f"p={b64encode(octets).decode()}").is_of(key)


def test_blanks_that_a_form_has_put_into_a_key_do_no_harm(dkim_keys: Keys) -> None:
    [key] = dkim_keys("rsa")
    value = dns_record(key, "example.org").value
    assert read_dkim(value[:100] + " \t" + value[100:]).is_of(key)


def test_the_size_of_a_small_key_is_told() -> None:
    small = SigningKey(selector="s", private=generate_private_key(65537, 1024))  # noqa: S505 - as small as some are
    record = read_dkim(dns_record(small, "example.org").value)
    assert record.bits == 1024


def test_a_key_taken_back_is_no_fault_of_the_record() -> None:
    record = read_dkim("v=DKIM1; p=")
    assert record.is_revoked
    assert record.faults == ()


@pytest.mark.parametrize(
    "text",
    ["", "v=DKIM1; k=rsa", "v=DKIM2; p=", "p=%%%", "k=rsa; p=AAAA", "k=ed25519; p=AAAA", "k=dsa; p=AAAA",
     "h=sha1; p=", "s=other; p=", "no tags at all"],
)  # fmt: skip
def test_what_no_receiver_can_use_is_told(text: str) -> None:
    record = read_dkim(text)
    assert record.faults
    assert record.public is None


def test_a_key_that_lost_its_end_on_the_way_is_told(dkim_keys: Keys) -> None:
    """Providers cut at 255 characters."""
    [key] = dkim_keys("rsa")
    assert read_dkim(dns_record(key, "example.org").value[:255]).faults


def test_a_test_is_told() -> None:
    assert read_dkim("v=DKIM1; t=s:y; p=").is_testing
