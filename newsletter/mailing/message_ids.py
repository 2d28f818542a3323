"""Message-IDs: the same for the same mail, however often it is made."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.model import Letterhead

_CHARS = 32


class MessageIds:
    """Names the mails of one issue; `serial` tells its revision, or one copy from the next."""

    def __init__(self, letterhead: Letterhead, issue_slug: str, serial: int | str) -> None:
        self._begun = sha256(f"{letterhead.list_id}\0{issue_slug}\0{serial}\0".encode())

    def of(self, reader: str) -> str:
        """Give the left part of a reader's Message-ID, 32 hex digits."""
        state = self._begun.copy()
        state.update(reader.encode("utf-8"))
        return state.hexdigest()[:_CHARS]


def message_id(letterhead: Letterhead, left: str) -> str:
    """Write a whole Message-ID; on its right stands the sender's domain."""
    return f"<{left}@{letterhead.sender.address.rpartition('@')[2]}>"
