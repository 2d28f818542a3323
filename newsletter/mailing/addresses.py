"""Mailboxes as people write them, read strictly; and their masked form for every message we print."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.mailing.headers import header_text
from newsletter.model import Mailbox
from newsletter.subscriber import AddressKey

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

# No address is longer than 254 octets (RFC 5321); the rest is room for a name.
_MAX_CHARACTERS = 600
_MAILBOX = re.compile(r'(?P<name>"(?:[^"\\]|\\.)*"|[^"<>@,;\\]*)\s*<(?P<address>[^<>]*)>')
_ANY_ADDRESS = re.compile(r"[^\s<>@\"'(),:;\[\]]+@[^\s<>\"'(),:;\[\]]*")

# What most addresses look like: nothing in them that needs more than the domain looked at.
_PLAIN = re.compile(r"(?P<local>[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*)@(?P<domain>[A-Za-z0-9.-]+)")
_MAX_LOCAL, _MAX_ADDRESS = 64, 254


def parse_mailbox(text: str) -> Mailbox:
    """Read `me@example.org` or `Name <me@example.org>`; a name with , ; @ needs double quotes.

    The address comes back normalised, its domain in ASCII, ready for an envelope. A local part beyond ASCII
    stays: whether the mail server can take it (SMTPUTF8) is known only when sending. Raises `UsageError`,
    whose message never holds the whole address.
    """
    text = text.strip(" ")
    if not text.isprintable() or len(text) > _MAX_CHARACTERS:
        raise _refusal(text, "expected one short line of printable text")
    match = _MAILBOX.fullmatch(text)
    name, address = (_unquoted(match["name"].strip()), match["address"]) if match else ("", text)
    return Mailbox(address=_valid_address(address), name=header_text(name))


def parse_address(text: str) -> str:
    """Read an address alone, normalised like that of a mailbox. Raises `UsageError` like `parse_mailbox`.

    Quick for a million plain addresses: what the domain is worth is asked once.
    """
    plain = _PLAIN.fullmatch(text)
    if plain and len(plain["local"]) <= _MAX_LOCAL and (domain := _known_domain(plain["domain"])):
        address = f"{plain['local']}@{domain}"
        if len(address) <= _MAX_ADDRESS:
            return address
    text = text.strip(" ")
    if not text.isprintable() or len(text) > _MAX_CHARACTERS:
        raise _refusal(text, "expected one short line of printable text")
    return _valid_address(text)


def address_key(address: str) -> AddressKey:
    """Give what all spellings of a valid address have in common; one of them is stored.

    The domain's case and script mean nothing (IDNA). Case in the local part could mean something (RFC 5321,
    2.4) but does at no provider we know of, and a person mailed twice is the greater harm. It is lowered, not
    folded: folding makes one of "ß" and "ss", which are two mailboxes (RFC 8265 lowers, too). Dots and +tags
    stay: what they mean is known to the provider alone.
    """
    local, _, domain = address.rpartition("@")
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFC", local).lower())
    return AddressKey(f"{lowered}@{domain.lower()}")


def masked(address: str) -> str:
    """Show enough of an address to recognise it, and too little to write to it."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def mask_addresses(text: str) -> str:
    """Mask everything in `text` that looks like an address."""
    return _ANY_ADDRESS.sub(lambda match: masked(match[0]), text)


def without_addresses(text: str) -> str:
    """Leave out everything in `text` that looks like an address."""
    return _ANY_ADDRESS.sub("", text)


@lru_cache(maxsize=20_000)
def _known_domain(domain: str) -> str | None:
    """Give the normal form of a domain that may stand in an address."""
    try:
        return _validate(f"a@{domain}").ascii_domain
    except ValueError:
        return None


def _unquoted(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') else name


def _valid_address(address: str) -> str:
    try:
        valid = _validate(address)
    except ValueError as error:
        raise _refusal(address, str(error)) from error
    return valid.ascii_email or _with_ascii_domain(valid)


def _validate(address: str) -> ValidatedEmail:
    """Read an address strictly. Raises email-validator's error, a `ValueError`."""
    from email_validator import validate_email  # noqa: PLC0415 - it takes its time

    return validate_email(address, strict=True, allow_quoted_local=False, check_deliverability=False)


def _with_ascii_domain(valid: ValidatedEmail) -> str:
    return f"{valid.local_part}@{valid.ascii_domain}"


def _refusal(text: str, reason: str) -> UsageError:
    shown = mask_addresses(header_text(text)[:80]) if "@" in text else "the text"
    reason = mask_addresses(header_text(reason)[:200]).rstrip(".")
    return UsageError(
        f"{shown} is not an e-mail address: {reason[:1].lower()}{reason[1:]}",
        hint='write me@example.org or "My Name <me@example.org>"',
    )
