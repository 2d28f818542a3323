"""One message for one reader: the edition with its slots filled, under headers that hold nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from newsletter.errors import RenderError
from newsletter.mailing import headers, transfer_encoding, wire_form
from newsletter.mailing.slots import fill

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from newsletter.model import Edition, Letterhead, Mailbox, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The pages of one reader, and an address that takes requests to leave (a `mailto:` link)."""

    unsubscribe_url: str
    preferences_url: str
    archive_url: str
    unsubscribe_mailto: str | None = None

    def slots(self, postal_address: str) -> Mapping[Slot, str]:
        """Give the values that `mailing.slots` fills in."""
        return {
            "unsubscribe_url": self.unsubscribe_url,
            "preferences_url": self.preferences_url,
            "archive_url": self.archive_url,
            "postal_address": postal_address,
        }


def address(
    edition: Edition,
    recipient: Mailbox,
    letterhead: Letterhead,
    *,
    issue_slug: str,
    date: datetime,
    links: Links,
) -> bytes:
    """Give the final bytes of the message: the same arguments, the same bytes.

    `issue_slug` and the recipient decide the Message-ID. Raises `RenderError` for what cannot be written
    safely, and when the finished message does not parse back into exactly the headers meant for it.
    """
    fields = [
        headers.mailbox("From", letterhead.sender),
        headers.mailbox("To", recipient),
        *([headers.mailbox("Reply-To", letterhead.reply_to)] if letterhead.reply_to else []),
        headers.unstructured("Subject", edition.subject),
        headers.date(date),
        headers.verbatim("Message-ID", _message_id(letterhead, recipient, issue_slug)),
        *_list_fields(letterhead, links),
        headers.verbatim("Auto-Submitted", "auto-generated"),
        headers.verbatim("Precedence", "bulk"),
        headers.verbatim("Content-Language", edition.language),
        headers.verbatim("MIME-Version", "1.0"),
        headers.verbatim("Content-Type", f'multipart/alternative; boundary="{_boundary(edition)}"'),
    ]
    body = _body(edition, links.slots(letterhead.postal_address))
    return _proven(fields, ("".join(fields) + "\r\n" + body).encode("utf-8"))


def _message_id(letterhead: Letterhead, recipient: Mailbox, issue_slug: str) -> str:
    seed = f"{letterhead.list_id}\0{issue_slug}\0{recipient.address}"
    domain = letterhead.sender.address.rpartition("@")[2]
    return f"<{hashlib.sha256(seed.encode('utf-8')).hexdigest()[:32]}@{domain}>"


def _list_fields(letterhead: Letterhead, links: Links) -> list[str]:
    """Say which list this is and how to leave it; the https link comes first, since some clients read only
    one. One-click leaving (RFC 8058) may be promised for https alone."""
    ways = [links.unsubscribe_url, *([links.unsubscribe_mailto] if links.unsubscribe_mailto else [])]
    fields = [
        headers.verbatim("List-Id", f"<{letterhead.list_id}>"),
        headers.uris("List-Unsubscribe", ways),
    ]
    if links.unsubscribe_url.startswith("https://"):
        fields.append(headers.verbatim("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return fields


def _boundary(edition: Edition) -> str:
    """Name a boundary that no encoded body can hold: in quoted-printable = is never followed by _, and base64
    has no _."""
    return f"=_{edition.nonce[:16]}"


def _body(edition: Edition, values: Mapping[Slot, str]) -> str:
    html, text = fill(edition, values)
    boundary = _boundary(edition)
    parts = [_part("plain", text, boundary), _part("html", html, boundary)]
    return "".join(parts) + f"--{boundary}--\r\n"


def _part(subtype: str, content: str, boundary: str) -> str:
    try:
        encoded = transfer_encoding.encode(content)
    except UnicodeEncodeError as error:
        raise RenderError(f"the {subtype} part holds half a surrogate pair, which is no text") from error
    return (
        f"--{boundary}\r\n"
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: {encoded.name}\r\n"
        f"\r\n{encoded.body}\r\n"
    )


def _proven(fields: Sequence[str], message: bytes) -> bytes:
    """Read the message as a stranger would, and refuse it if any header came out other than it went in."""
    fault = wire_form.fault(message)
    if fault:
        raise RenderError(f"the finished message has {fault}")
    expected = [_as_parsed(field) for field in fields]
    # where a reader sees the end of the headers: an empty line smuggled in would cut fields off
    head = message[: message.index(b"\r\n\r\n") + len(b"\r\n\r\n")]
    parsed = BytesHeaderParser().parsebytes(head)
    if parsed.defects or list(parsed.raw_items()) != expected:
        raise RenderError("the finished message does not parse back into the headers meant for it")
    return message


def _as_parsed(field: str) -> tuple[str, str]:
    """Split a field as the parser does, which keeps octets beyond ASCII as surrogate escapes."""
    name, _, value = field.encode("utf-8").decode("ascii", "surrogateescape").partition(":")
    return name, value.lstrip(" ").removesuffix("\r\n")
