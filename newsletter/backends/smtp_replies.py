"""Replies of a mail server, and what they mean for one mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from newsletter.backends.smtp_causes import cause_of, seconds_named
from newsletter.mailing.addresses import mask_addresses, without_addresses
from newsletter.mailing.headers import header_text
from newsletter.model import Accepted, Cause, Deferred, Refused

# The server says good-bye: whatever was asked, this connection is over (RFC 5321, 3.8).
CLOSING = 421
GO_AHEAD = 354

Kind = Literal["recipient", "message", "policy"]

_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?= |$)")
_READ_CHARACTERS = 2000
_SHOWN_CHARACTERS = 200
# Nothing in it to clean, mask or shorten: what servers mostly say.
_HARMLESS = re.compile(r"[\w.,:;()\[\]<>/+*' -]{0,150}", re.ASCII)

# RFC 3463: what the subject of an enhanced status code is about.
_SUBJECTS: dict[str, Kind] = {
    "1": "recipient",
    "2": "recipient",
    "4": "recipient",
    "6": "message",
    "7": "policy",
}
_KINDS: dict[Cause, Kind] = {
    "too-large": "message",
    "mailbox-full": "recipient",
    "unknown-mailbox": "recipient",
    "authentication": "policy",
    "reputation": "policy",
}


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
        said = self.lines[0]
        if len(self.lines) > 1 or not _HARMLESS.fullmatch(said):
            said = header_text(" ".join(self.lines)[:_READ_CHARACTERS])
            said = mask_addresses(said)[:_SHOWN_CHARACTERS]
        return f"{self.code} {said}".rstrip()

    @property
    def status(self) -> str:
        """The enhanced status code if there is one of the same class, else the basic one."""
        match = self._enhanced()
        return match[0] if match else str(self.code)

    @property
    def cause(self) -> Cause | None:
        """What it is about, as far as that can be told."""
        text = " ".join(self.lines)[:_READ_CHARACTERS]
        # what a person chose to be called says nothing
        return cause_of(self.status, without_addresses(text))

    @property
    def seconds_named(self) -> int | None:
        """How long the server asks us to wait, if it does."""
        return seconds_named(" ".join(self.lines)[:_READ_CHARACTERS])

    @property
    def subject(self) -> Kind | None:
        """What its enhanced status code is about."""
        match = self._enhanced()
        return _SUBJECTS.get(match[2]) if match else None

    def _enhanced(self) -> re.Match[str] | None:
        match = _ENHANCED.match(self.lines[0])
        return match if match and match[1] == str(self.code)[0] else None


def outcome_of(reply: Reply, *, about: Kind) -> Accepted | Deferred | Refused | None:
    """Judge a reply to RCPT (`about` the recipient), DATA or the end of a message (about the message).

    A status code or a well-known text says more exactly whom a refusal is about. A server that throttles puts
    off, whatever class its code has: its limit is over some day. None: no final reply at all.
    """
    match reply.code // 100:
        case 2:
            return Accepted(reply=reply.text, code=reply.status)
        case 4:
            return put_off(reply)
        case 5:
            cause = reply.cause
            if cause == "throttling":
                return put_off(reply)
            kind = _KINDS.get(cause) if cause else None
            return Refused(
                kind=kind or reply.subject or about, reason=reply.text, code=reply.status, cause=cause
            )
        case _:
            return None


def put_off(reply: Reply, *, cause: Cause | None = None) -> Deferred:
    """Put a mail off for a reply; `cause` where the reply itself names none."""
    return Deferred(
        reason=reply.text,
        code=reply.status,
        cause=reply.cause or cause,
        after_seconds=reply.seconds_named,
    )
