"""The left part of a Message-ID: the same for the same mail, however often it is made."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.model import Letterhead

_CHARS = 32


class MessageIds:
    """Names the mails of one issue; `issue` says which and in which revision."""

    def __init__(self, letterhead: Letterhead, issue: str) -> None:
        self._begun = sha256(f"{letterhead.list_id}\0{issue}\0".encode())

    def of(self, reader: str) -> str:
        """Give 32 hex digits."""
        state = self._begun.copy()
        state.update(reader.encode("utf-8"))
        return state.hexdigest()[:_CHARS]
