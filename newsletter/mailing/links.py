"""Where the links of a message lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Letterhead, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The pages of one reader, and an address that takes requests to leave (a `mailto:` link)."""

    unsubscribe_url: str
    preferences_url: str
    archive_url: str
    unsubscribe_mailto: str

    def slots(self, postal_address: str) -> Mapping[Slot, str]:
        """Give the values that `mailing.slots` fills in."""
        return {
            "unsubscribe_url": self.unsubscribe_url,
            "preferences_url": self.preferences_url,
            "archive_url": self.archive_url,
            "postal_address": postal_address,
        }


def links_of(letterhead: Letterhead, issue_slug: str, *, unsubscribe: str, preferences: str) -> Links:
    """Name the links of whoever has these two tokens (see `mailing.tokens`)."""
    base, mailbox = letterhead.base_url, quote(letterhead.sender.address, safe="@")
    return Links(
        unsubscribe_url=f"{base}/unsubscribe/{unsubscribe}",
        preferences_url=f"{base}/preferences/{preferences}",
        archive_url=f"{base}/issues/{issue_slug}",
        unsubscribe_mailto=f"mailto:{mailbox}?subject=unsubscribe%20{unsubscribe}",
    )
