"""Keys as text, and what DNS must hold for them."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)

from newsletter.errors import UsageError
from newsletter.mailing.dkim_keys import SigningKey, dns_record, read_key
from newsletter.mailing.dkim_names import is_aligned, selector, signing_domain

Keys = Callable[..., tuple[SigningKey, ...]]


def pem_of(private: object, *, form: PrivateFormat = PrivateFormat.PKCS8, password: bytes = b"") -> str:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return private.private_bytes(Encoding.PEM, form, encryption).decode()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_key_reads_back_from_its_own_text(dkim_keys: Keys, kind: str) -> None:
    [key] = dkim_keys(kind)
    again = read_key(key.pem().decode(), "news")
    assert again.algorithm == f"{kind}-sha256"
    assert dns_record(again, "example.org").value == dns_record(key, "example.org").value


def test_the_older_text_form_of_rsa_keys_is_read(dkim_keys: Keys) -> None:
    """PKCS #1, as `openssl genrsa -traditional` writes it."""
    [key] = dkim_keys("rsa")
    assert read_key(pem_of(key.private, form=PrivateFormat.TraditionalOpenSSL), "news").sign(
        b"x" * 32
    ) == key.sign(b"x" * 32)


def test_an_ed25519_record_is_the_one_of_the_standard() -> None:
    """The key pair of RFC 8463, appendix A."""
    private = Ed25519PrivateKey.from_private_bytes(b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="))
    record = dns_record(SigningKey(selector="brisbane", private=private), "football.example.com")
    assert record.name == "brisbane._domainkey.football.example.com"
    assert record.value == "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    assert record.zone_line == f'{record.name}. IN TXT "{record.value}"'


def test_an_rsa_record_holds_the_public_key(dkim_keys: Keys) -> None:
    [key] = dkim_keys("rsa")
    value = dns_record(key, "example.org").value
    assert value.startswith("v=DKIM1; k=rsa; p=")
    public = load_der_public_key(b64decode(value.partition("p=")[2]))
    assert isinstance(public, RSAPublicKey)
    assert public == key.private.public_key()


def test_a_zone_file_holds_a_long_record_in_strings_of_at_most_255(dkim_keys: Keys) -> None:
    record = dns_record(dkim_keys("rsa")[0], "example.org")
    strings = re.findall(r'"([^"]*)"', record.zone_line)
    assert "".join(strings) == record.value
    assert len(strings) == 2
    assert max(map(len, strings)) <= 255


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "found nothing"),
        ("secret-canary", "found something else"),
        ("-----BEGIN PRIVATE KEY-----\nsecret-canary\n-----END PRIVATE KEY-----\n", "a key that is damaged"),
        ("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n", "found a public key"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "found a certificate"),
        (pem_of(generate_private_key(65537, 1024)), "found 1024"),  # noqa: S505 - that is the point
        (pem_of(ec.generate_private_key(ec.SECP256R1())), "found one of EC"),
        (pem_of(Ed25519PrivateKey.generate(), password=b"x"), "is encrypted"),
    ],
)
def test_what_is_no_key_to_sign_with_is_named(text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint) as caught:
        read_key(text, "news")
    assert "secret-canary" not in str(caught.value) + str(caught.value.hint)


def test_a_public_key_alone_does_not_sign(dkim_keys: Keys) -> None:
    public = dkim_keys("rsa")[0].private.public_key()
    with pytest.raises(UsageError, match="found a public key"):
        read_key(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), "news")


def test_a_key_does_not_show(dkim_keys: Keys) -> None:
    assert "PrivateKey" not in repr(dkim_keys("ed25519")[0])


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Example.ORG", "example.org"),
        ("example.org.", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_read_as_dns_writes_it(text: str, domain: str) -> None:
    assert signing_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example",
        "a b.org",
        "a..org",
        "-a.org",
        "a;b.org",
        "a.org\r\nx",
        "a." * 100 + "org",
        "x" * 64 + ".org",
    ],
)
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a domain"):
        signing_domain(text)


@pytest.mark.parametrize("text", ["", "a b", "a;", "a.", "ä", "x" * 61, "a\r\n", "-a"])
def test_what_is_no_selector_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a selector"):
        selector(text)


@pytest.mark.parametrize(
    ("domain", "sender", "aligned"),
    [
        ("example.org", "example.org", True),
        ("example.org", "News.Example.org", True),
        ("mail.example.org", "example.org", True),
        ("ample.org", "example.org", False),
        ("a.example.org", "b.example.org", False),
        ("example.net", "example.org", False),
    ],
)
def test_a_signature_surely_counts_where_one_domain_lies_in_the_other(
    domain: str, sender: str, aligned: bool
) -> None:
    assert is_aligned(domain, sender) is aligned
