"""Message-IDs: the same for the same mail, however often it is made."""

from __future__ import annotations

from binascii import hexlify
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.model import Letterhead

_OCTETS = 16


class MessageIds:
    """Names the mails of one issue; `serial` tells its revision, or one copy from the next."""

    def __init__(self, letterhead: Letterhead, issue_slug: str, serial: int | str) -> None:
        self._begun = sha256(f"{letterhead.list_id}\0{issue_slug}\0{serial}\0".encode())

    def of(self, reader: str) -> str:
        """Give the left part of a reader's Message-ID, 32 hex digits."""
        return self.octets_of(reader.encode("utf-8")).decode("ascii")

    def octets_of(self, reader: bytes) -> bytes:
        """Do so for a reader written in UTF-8, and give ASCII."""
        state = self._begun.copy()
        state.update(reader)
        return hexlify(state.digest()[:_OCTETS])


def message_id(letterhead: Letterhead, left: str) -> str:
    """Write a whole Message-ID; on its right stands the sender's domain."""
    return f"<{left}@{letterhead.sender.address.rpartition('@')[2]}>"
