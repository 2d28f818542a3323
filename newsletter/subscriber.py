"""Who reads: the values that stand for a subscriber, and which standing may follow which.

A status tells whether mail may go out (only `active`), and why not. People who left (`unsubscribed`,
`complained`) or whose mailbox is gone (`bounced`) never become active again but by their own new consent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NewType, get_args

from newsletter.model import SectionSlug

SubscriberId = NewType("SubscriberId", int)
# What two spellings of one address have in common; `mailing.addresses.address_key` makes it.
AddressKey = NewType("AddressKey", str)

Status = Literal["pending", "active", "paused", "unsubscribed", "bounced", "complained"]
Rhythm = Literal["daily", "weekdays", "weekly"]

STATUSES: tuple[Status, ...] = get_args(Status)
RHYTHMS: tuple[Rhythm, ...] = get_args(Rhythm)
LEFT: tuple[Status, ...] = ("unsubscribed", "bounced", "complained")

# Who may become what without asking anybody. A complaint outweighs a bounce, a bounce a farewell: events that
# arrive late or together cannot undo each other, whatever their order.
_PREDECESSORS: dict[Status, tuple[Status, ...]] = {
    "pending": (),
    "active": ("pending", "paused"),
    "paused": ("active",),
    "unsubscribed": ("pending", "active", "paused"),
    "bounced": ("pending", "active", "paused", "unsubscribed"),
    "complained": ("pending", "active", "paused", "unsubscribed", "bounced"),
}


def predecessors(status: Status) -> tuple[Status, ...]:
    """Say from which statuses this one may be reached without a new consent."""
    return _PREDECESSORS[status]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Where a person agreed to be mailed, in the operator's words, and when; None if nobody knows when."""

    source: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A person about to be stored. `address` is as given, its domain in ASCII. `sections` None means all;
    `hour` is 0 to 23 in `timezone` (an IANA name); `language` None means the newsletter's."""

    address: str
    consent: Consent
    name: str = ""
    status: Status = "active"
    sections: tuple[SectionSlug, ...] | None = None
    cadence: Rhythm = "daily"
    timezone: str = "UTC"
    hour: int = 7
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber(Newcomer):
    """A person in the store. An id is never given twice, not even after its person was erased."""

    id: SubscriberId


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What is left of a person: that they asked to be forgotten, and on which day."""

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """One step of a person's standing; `reason` says who or what took it."""

    at: datetime
    status: Status
    reason: str
