"""Mailboxes as people write them, read strictly; and their masked form for every message we print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.mailing.headers import header_text
from newsletter.model import Mailbox

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

# No address is longer than 254 octets (RFC 5321); the rest is room for a name.
_MAX_CHARACTERS = 600
_MAILBOX = re.compile(r'(?P<name>"(?:[^"\\]|\\.)*"|[^"<>@,;\\]*)\s*<(?P<address>[^<>]*)>')
_ANY_ADDRESS = re.compile(r"[^\s<>@\"'(),:;\[\]]+@[^\s<>\"'(),:;\[\]]*")


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


def masked(address: str) -> str:
    """Show enough of an address to recognise it, and too little to write to it."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def mask_addresses(text: str) -> str:
    """Mask everything in `text` that looks like an address."""
    return _ANY_ADDRESS.sub(lambda match: masked(match[0]), text)


def _unquoted(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') else name


def _valid_address(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - it takes its time

    try:
        valid = validate_email(address, strict=True, allow_quoted_local=False, check_deliverability=False)
    except EmailNotValidError as error:
        raise _refusal(address, str(error)) from error
    return valid.ascii_email or _with_ascii_domain(valid)


def _with_ascii_domain(valid: ValidatedEmail) -> str:
    return f"{valid.local_part}@{valid.ascii_domain}"


def _refusal(text: str, reason: str) -> UsageError:
    shown = mask_addresses(header_text(text)[:80]) if "@" in text else "the text"
    reason = mask_addresses(header_text(reason)[:200]).rstrip(".")
    return UsageError(
        f"{shown} is not an e-mail address: {reason[:1].lower()}{reason[1:]}",
        hint='write me@example.org or "My Name <me@example.org>"',
    )
