"""What became of a mail, and how much a mail system takes in which time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, NewType

DeliveryId = NewType("DeliveryId", str)

# What a reply is about, as far as it can be told. `sender`: the envelope sender was not taken, which would
# meet everybody; `connection`: it was lost. Neither of the two says anything about a recipient.
Cause = Literal[
    "greylisting",
    "throttling",
    "authentication",
    "reputation",
    "mailbox-full",
    "unknown-mailbox",
    "too-large",
    "sender",
    "connection",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many messages a mail system takes in any second, minute, hour and day; None: it names no limit."""

    per_second: int | None = None
    per_minute: int | None = None
    per_hour: int | None = None
    per_day: int | None = None


# `code` of an outcome is the enhanced status code of the reply (RFC 3463), else its basic code, else "".


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The mail system took responsibility; `reply` is what it said."""

    reply: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Not now. If the other side named a time, `until` is the earliest worth trying, or `after_seconds` how
    long from the reply; whoever has no clock gives the second."""

    reason: str
    until: datetime | None = None
    code: str = ""
    cause: Cause | None = None
    after_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Never; `kind` says whom the refusal is about."""

    kind: Literal["recipient", "message", "policy"]
    reason: str
    code: str = ""
    cause: Cause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """The connection was lost after the message may have been accepted and before a reply came: RFC 1047
    describes this window. Repeating it could deliver twice."""

    reason: str
    code: str = ""


Outcome = Accepted | Deferred | Refused | InDoubt


class Settled(NamedTuple):
    """What became of one mail: a pair, because one is made for each."""

    delivery: DeliveryId
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a mail system says it would do with a mail, asked up to the content and then taken back.

    `sender` and `recipient` are what it answered about either: None for a yes, and for a recipient that it
    was not asked about. `unfit` is what it could never take by what it said of itself; `offers` are the
    extensions that it named; `round_trip_seconds` is how long it took to answer one command.
    """

    where: str
    is_encrypted: bool
    has_logged_in: bool
    offers: tuple[str, ...]
    max_size: int | None
    sender: Deferred | Refused | None
    recipient: Deferred | Refused | None
    unfit: str | None
    round_trip_seconds: float
