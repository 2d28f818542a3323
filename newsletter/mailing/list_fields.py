"""The header fields that say which list a message belongs to, and how to leave it."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from newsletter.mailing import headers

if TYPE_CHECKING:
    from newsletter.mailing.links import Links
    from newsletter.model import Letterhead

# What Gmail takes as the last part of a Feedback-ID.
_SENDER_ID_CHARS = range(5, 16)
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9.-]+")


def list_fields(letterhead: Letterhead, links: Links) -> list[str]:
    """The https link comes first, since some clients read only one. One-click leaving (RFC 8058) may be
    promised for https alone."""
    fields = [
        headers.verbatim("List-Id", f"<{letterhead.list_id}>"),
        headers.uris("List-Unsubscribe", [links.unsubscribe_url, links.unsubscribe_mailto]),
    ]
    if links.unsubscribe_url.startswith("https://"):
        fields.append(headers.verbatim("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return fields


def feedback_id(letterhead: Letterhead, issue_slug: str, language: str) -> str:
    """Let Gmail count complaints by issue and by language; it is never a reader's own."""
    parts = (issue_slug, language, "digest")
    named = ":".join(_NOT_PLAIN.sub("-", part) for part in parts)
    return headers.verbatim("Feedback-ID", f"{named}:{sender_id(letterhead.list_id)}")


def sender_id(list_id: str) -> str:
    """Name the sender in 5 to 15 letters and digits that stay the same as long as the list is called so."""
    plain = re.sub("[^a-z0-9]", "", list_id.lower())
    if len(plain) in _SENDER_ID_CHARS:
        return plain
    return plain[:7] + hashlib.sha256(list_id.encode("utf-8")).hexdigest()[:8]
