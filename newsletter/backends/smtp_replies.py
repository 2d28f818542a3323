"""Replies of a mail server, and what they mean for one mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from newsletter.mailing.addresses import mask_addresses
from newsletter.mailing.headers import header_text
from newsletter.model import Accepted, Deferred, Refused

# The server says good-bye: whatever was asked, this connection is over (RFC 5321, 3.8).
CLOSING = 421
GO_AHEAD = 354

Kind = Literal["recipient", "message", "policy"]

_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?= |$)")
_READ_CHARACTERS = 2000
_SHOWN_CHARACTERS = 200

# RFC 3463: what the subject of an enhanced status code is about.
_SUBJECTS: dict[str, Kind] = {
    "1": "recipient",
    "2": "recipient",
    "4": "recipient",
    "6": "message",
    "7": "policy",
}
# A message too large for the mailbox or for the system.
_ABOUT_SIZE = frozenset({("2", "3"), ("3", "4")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole reply; `lines` without their codes, as text that nobody has cleaned yet."""

    code: int
    lines: tuple[str, ...]

    @property
    def is_positive(self) -> bool:
        return self.code // 100 == 2  # noqa: PLR2004 - the first digit of RFC 5321

    @property
    def text(self) -> str:
        """The reply for people and logs: one short line, without controls and whole addresses."""
        said = header_text(" ".join(self.lines)[:_READ_CHARACTERS])
        return f"{self.code} {mask_addresses(said)[:_SHOWN_CHARACTERS]}".rstrip()


def outcome_of(reply: Reply, *, about: Kind) -> Accepted | Deferred | Refused | None:
    """Judge a reply to RCPT (`about` the recipient), DATA or the end of a message (about the message).

    An enhanced status code says more exactly whom a refusal is about. None: no final reply at all.
    """
    match reply.code // 100:
        case 2:
            return Accepted(reply=reply.text)
        case 4:
            return Deferred(reason=reply.text)
        case 5:
            return Refused(kind=_kind(reply) or about, reason=reply.text)
        case _:
            return None


def _kind(reply: Reply) -> Kind | None:
    match = _ENHANCED.match(reply.lines[0])
    if match is None or match[1] != str(reply.code)[0]:
        return None
    if (match[2], match[3]) in _ABOUT_SIZE:
        return "message"
    return _SUBJECTS.get(match[2])
