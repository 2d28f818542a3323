"""The header fields of an edition's messages, written once, with gaps for what is a reader's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.errors import RenderError, UsageError
from newsletter.mailing import headers
from newsletter.mailing.list_fields import feedback_id, list_fields
from newsletter.mailing.message_ids import message_id

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.mailing.gaps import Marks
    from newsletter.mailing.links import Links
    from newsletter.model import Addressed, Edition, Letterhead

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
# A field and nothing else: what follows a line end is one blank and something to see, or the field is over.
_WHOLE_FIELD = re.compile(r"To:((?: [^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*\r\n)+)")
# What most mailboxes look like: nothing in them is quoted, encoded or refused anywhere.
_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}+@[A-Za-z0-9.-]{1,253}+"
_PLAIN_ADDRESS = re.compile(f" {_ADDRESS}")
_PLAIN_MAILBOX = re.compile(f"(?: [A-Za-z0-9-]++)++ <{_ADDRESS}>")
_PLAIN_COLUMNS = headers.LINE - len("To:")


def head_fields(
    edition: Edition,
    letterhead: Letterhead,
    *,
    issue_slug: str,
    dated: datetime,
    links: Links,
    marks: Marks,
    idempotency_header: str | None,
) -> list[str]:
    """Give each field with CRLF at its end. Raises `RenderError` for what cannot stand in one."""
    fields = [
        headers.mailbox("From", letterhead.sender),
        f"To:{marks.of['to']}\r\n",
        *([headers.mailbox("Reply-To", letterhead.reply_to)] if letterhead.reply_to else []),
        headers.unstructured("Subject", edition.subject),
        headers.date(dated),
        headers.verbatim("Message-ID", message_id(letterhead, marks.of["message_id"])),
        *list_fields(letterhead, links),
        feedback_id(letterhead, issue_slug, edition.language),
        headers.verbatim("Auto-Submitted", "auto-generated"),
        headers.verbatim("Precedence", "bulk"),
        # Exchange heeds neither of these two. Not "All": that would keep failures from us, too.
        headers.verbatim("X-Auto-Response-Suppress", "OOF, AutoReply"),
        headers.verbatim("Content-Language", edition.language),
        headers.verbatim("MIME-Version", "1.0"),
        headers.verbatim("Content-Type", f'multipart/alternative; boundary="{boundary(edition)}"'),
    ]
    if idempotency_header is not None:
        fields.append(_key_field(idempotency_header, marks.of["message_id"], fields))
    return fields


def to_value(recipient: Addressed) -> str:
    """Write what stands behind `To:`, its line end included; surely one field, whatever the name holds.

    Raises `RenderError` for an address that cannot stand in a header.
    """
    field = _WHOLE_FIELD.fullmatch(headers.mailbox("To", recipient))
    if field is None:
        raise RenderError("the field To would not be one field")
    return field[1].removesuffix("\r\n")


def plain_to_value(recipient: Addressed) -> bytes | None:
    """Write the same for most readers, in a fraction of the time; None for whoever needs a closer look.

    All its blanks are single, the first is its first character.
    """
    if not recipient.name:
        value = f" {recipient.address}"
        return value.encode() if _PLAIN_ADDRESS.fullmatch(value) else None
    value = f" {recipient.name} <{recipient.address}>"
    is_plain = len(value) <= _PLAIN_COLUMNS and _PLAIN_MAILBOX.fullmatch(value)
    return value.encode() if is_plain else None


def boundary(edition: Edition) -> str:
    """Name a boundary that no encoded body can hold: in quoted-printable = is never followed by _, and base64
    has no _."""
    return f"=_{edition.nonce[:16]}"


def _key_field(name: str, value: str, others: list[str]) -> str:
    """Write the field by which a relay knows a message that it has seen."""
    taken = {field.partition(":")[0].lower() for field in others} | {"cc", "bcc", "sender", "reply-to"}
    if not _FIELD_NAME.fullmatch(name) or name.lower() in taken:
        raise UsageError(f"expected the name of a header field of its own, found {name[:60]!r}")
    return headers.verbatim(name, value)
