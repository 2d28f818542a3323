"""DKIM key records (RFC 6376, 3.6.1; RFC 8463)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.mailing import processor  # noqa: F401 - before OpenSSL is loaded

# isort: split
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from newsletter.mailing.published.tags import read_tags, shortened

if TYPE_CHECKING:
    from newsletter.mailing.dkim_keys import SigningKey

PublicKey = RSAPublicKey | Ed25519PublicKey
_ED25519_OCTETS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimRecord:
    """A key record. `public` is None where no key can be read; `is_revoked` where that is meant (`p=`)."""

    kind: str
    public: PublicKey | None = field(repr=False)
    is_revoked: bool = False
    is_testing: bool = False
    faults: tuple[str, ...] = ()

    @property
    def bits(self) -> int | None:
        """The size of an RSA key."""
        return self.public.key_size if isinstance(self.public, RSAPublicKey) else None

    def is_of(self, key: SigningKey) -> bool:
        """Tell whether it is the public half of `key`."""
        return self.public is not None and self.public == key.private.public_key()


def read_dkim(text: str) -> DkimRecord:
    """Read a record, whatever stands in it."""
    tags = read_tags(text)
    faults = list(tags.faults)
    if tags.get("v", "DKIM1") != "DKIM1":
        faults.append(f"its version is {shortened(tags.get('v'))}, expected DKIM1")
    kind = tags.get("k", "rsa").lower()
    if "sha256" not in tags.get("h", "sha256").lower().split(":"):
        faults.append("it does not allow sha256 (h=)")
    if not {"*", "email"} & set(tags.get("s", "*").lower().split(":")):
        faults.append("it is not for e-mail (s=)")
    written = "".join(tags.get("p").split())
    public = _public(kind, written) if written else None
    if "p" not in tags.values:
        faults.append("it has no key (p=)")
    elif isinstance(public, str):
        faults.append(public)
    return DkimRecord(
        kind=kind,
        public=None if isinstance(public, str) else public,
        is_revoked="p" in tags.values and not written,
        is_testing="y" in tags.get("t").lower().split(":"),
        faults=tuple(faults),
    )


def _public(kind: str, written: str) -> PublicKey | str:
    """Read a key, or say why it is none."""
    try:
        octets = b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return "its key is no base64 (p=)"
    if kind == "ed25519":
        if len(octets) != _ED25519_OCTETS:
            return f"its key has {len(octets)} octets, expected {_ED25519_OCTETS} of Ed25519"
        return Ed25519PublicKey.from_public_bytes(octets)
    if kind != "rsa":
        return f"its key is of the kind {shortened(kind)}, expected rsa or ed25519"
    try:
        public = load_der_public_key(octets)
    except (ValueError, UnsupportedAlgorithm):
        return "its key cannot be read: something was lost or changed on the way into DNS"
    return public if isinstance(public, RSAPublicKey) else "its key is none of RSA"
