"""How patient, how careful and how wide a send is; from the `[sending]` table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

DoubtPolicy = Literal["hold", "resend", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When a mail that was put off is tried again.

    `first_seconds` later, then ever later by `growth` up to `longest_seconds`; a full mailbox waits
    `full_seconds` at first, a lost connection `lost_seconds`. Each delay is stretched by up to `jitter` of
    itself. A mail is given up `give_up_hours` after its issue was frozen, but never before `least_attempts`.
    """

    first_seconds: float = 300
    growth: float = 2
    longest_seconds: float = 4 * 3600
    full_seconds: float = 3600
    lost_seconds: float = 60
    jitter: float = 0.2
    give_up_hours: float = 48
    least_attempts: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """What one run of a send keeps to.

    `connections` None: as many as the backend advises. `threads`: by how many all of them are served;
    only RSA signatures are worth more than one. `in_doubt`: what becomes of a mail that may have been
    accepted, "resend" only for a relay that knows a repeated message. `patience_minutes`: how long to stay
    for mail that was put off, once nothing else is left; `stays_for_hours`: for every reader's hour, however
    late. `finish_within_hours` None: however long it takes.
    `drain_seconds`: how long a stopped run waits for replies to what it had begun. `outage_seconds`: how long
    it tries again when a mail system that took mail before is gone.
    """

    connections: int | None = None
    threads: int = 1
    in_doubt: DoubtPolicy = "hold"
    patience_minutes: float = 30
    stays_for_hours: bool = False
    finish_within_hours: float | None = 24
    drain_seconds: float = 15
    outage_seconds: float = 120
    retries: RetryPolicy = field(default_factory=RetryPolicy)
