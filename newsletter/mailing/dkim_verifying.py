"""Checking our own signatures as a receiver does, from the finished bytes and nothing else."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from newsletter.mailing import processor  # noqa: F401 - before OpenSSL is loaded

# isort: split
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from newsletter.mailing.dkim import body_digest, relaxed
from newsletter.mailing.published.tags import read_tags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.mailing.published.dkim_record import PublicKey

_SIGNATURE = b"dkim-signature"
_VALUE_OF_B = re.compile(rb"(;[ ]?b=)[^;]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """What came of one signature: `fault` is None where it verifies, and `covered` are the fields that it
    covers, in lower case."""

    selector: str
    algorithm: str
    covered: tuple[str, ...]
    fault: str | None


def check_signatures(message: bytes, keys: Mapping[str, PublicKey]) -> tuple[SignatureCheck, ...]:
    """Check every signature of a message against the public keys by selector (RFC 6376, 6.1)."""
    head, _, body = message.partition(b"\r\n\r\n")
    fields = relaxed(head)
    signatures = [field for field in fields if field.partition(b":")[0] == _SIGNATURE]
    return tuple(_check(field, fields, body, keys) for field in signatures)


def _check(
    signature: bytes, fields: Sequence[bytes], body: bytes, keys: Mapping[str, PublicKey]
) -> SignatureCheck:
    tags = read_tags(signature.partition(b":")[2].decode("ascii", "replace"))
    covered = tuple(name.strip().lower() for name in tags.get("h").split(":"))
    selector = tags.get("s")
    fault = None
    if _octets(tags.get("bh")) != body_digest(body):
        fault = "the body is not the one that was signed"
    elif selector not in keys:
        fault = f"the selector {selector} is none of ours"
    elif not _verifies(keys[selector], _octets(tags.get("b")), _hashed(signature, fields, covered)):
        fault = "the header is not the one that was signed, or not with our key"
    return SignatureCheck(selector=selector, algorithm=tags.get("a"), covered=covered, fault=fault)


def _octets(text: str) -> bytes:
    """Decode base64 that may be folded; nothing for what is none."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _hashed(signature: bytes, fields: Sequence[bytes], covered: Sequence[str]) -> bytes:
    """Put together what the signature is over: each name takes the last field of its kind that is left."""
    left = list(fields)
    chosen = []
    for name in covered:
        wanted = name.encode("ascii", "replace")
        place = next((at for at in reversed(range(len(left))) if left[at].partition(b":")[0] == wanted), None)
        if place is not None:
            chosen.append(left.pop(place) + b"\r\n")
    return b"".join(chosen) + _VALUE_OF_B.sub(rb"\1", signature)


def _verifies(key: PublicKey, signature: bytes, hashed: bytes) -> bool:
    digest = sha256(hashed).digest()
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, digest)
        else:
            key.verify(signature, digest, PKCS1v15(), Prehashed(SHA256()))
    except InvalidSignature:
        return False
    return True
