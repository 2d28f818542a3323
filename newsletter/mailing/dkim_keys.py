"""The keys that DKIM signs with, as PEM text and as DNS records (RFC 6376, RFC 8463)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from newsletter.mailing import processor  # noqa: F401 - before OpenSSL is loaded

# isort: split
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from newsletter.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

Algorithm = Literal["rsa-sha256", "ed25519-sha256"]

# RFC 8301: signers should use 2,048 bits at least, and verifiers need not read more than 4,096.
MIN_BITS = 2048
MAX_BITS = 4096
# RFC 1035: a character string of a TXT record.
_STRING = 255
_PADDING, _HASHED = PKCS1v15(), Prehashed(SHA256())
_KEYGEN = "`newsletter dkim keygen` makes keys that can be used"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private key and the selector under which DNS publishes its public half."""

    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    @property
    def algorithm(self) -> Algorithm:
        """The `a=` tag of its signatures."""
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    def sign(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest; the same digest gives the same bytes."""
        return self.signing()(digest)

    def signing(self) -> Callable[[bytes], bytes]:
        """Give what signs one digest after another: of what kind the key is is looked at once."""
        private = self.private
        if isinstance(private, RSAPrivateKey):
            return lambda digest: private.sign(digest, _PADDING, _HASHED)
        return private.sign

    def pem(self) -> bytes:
        """Write the private key as unencrypted PKCS #8."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRecord:
    """A TXT record to be published, such as the one that lets a receiver check the signatures of a key."""

    name: str
    value: str

    @property
    def zone_line(self) -> str:
        """The record as a zone file holds it, in strings of at most 255 octets."""
        cut = [self.value[start : start + _STRING] for start in range(0, len(self.value), _STRING)]
        cut = [part.replace("\\", "\\\\").replace('"', '\\"') for part in cut] or [""]
        strings = "\n".join(f'  "{part}"' for part in cut)
        return f"{self.name}. IN TXT (\n{strings}\n)" if len(cut) > 1 else f'{self.name}. IN TXT "{cut[0]}"'


def dns_record(key: SigningKey, domain: str) -> DnsRecord:
    """Say what DNS must hold for `key`."""
    public = key.private.public_key()
    if isinstance(key.private, RSAPrivateKey):
        kind, octets = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:  # RFC 8463: the 32 octets alone
        kind, octets = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return DnsRecord(
        name=f"{key.selector}._domainkey.{domain}",
        value=f"v=DKIM1; k={kind}; p={b64encode(octets).decode('ascii')}",
    )


def read_key(pem: str, selector: str) -> SigningKey:
    """Read a private key of a kind that DKIM knows. Raises `UsageError`, without a word of the key."""
    try:
        private = serialization.load_pem_private_key(pem.encode("utf-8"), password=None)
    except TypeError as error:
        raise UsageError(
            "the key is encrypted, and there is nobody to ask for its password",
            hint="keep it unencrypted, readable by you alone; or let a command print it decrypted",
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"expected a private key as PEM, found {_kind(pem)}", hint=_KEYGEN) from error
    if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
        name = type(private).__name__.lstrip("_").removesuffix("PrivateKey")
        raise UsageError(f"expected an RSA or Ed25519 key, found one of {name}", hint=_KEYGEN)
    if isinstance(private, RSAPrivateKey) and not MIN_BITS <= private.key_size <= MAX_BITS:
        raise UsageError(
            f"expected an RSA key of {MIN_BITS} to {MAX_BITS} bits (RFC 8301), found {private.key_size}",
            hint=_KEYGEN,
        )
    return SigningKey(selector=selector, private=private)


def _kind(pem: str) -> str:
    """Name what stands there instead."""
    if not pem.strip():
        return "nothing"
    if "PUBLIC KEY-----" in pem:
        return "a public key"
    if "CERTIFICATE-----" in pem:
        return "a certificate"
    return "a key that is damaged" if "PRIVATE KEY-----" in pem else "something else"
