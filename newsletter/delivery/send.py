"""What one call of `deliver` is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.ports import RateLimited

if TYPE_CHECKING:
    from random import Random

    from newsletter.delivery.clock import Clock
    from newsletter.delivery.lane import Mailer
    from newsletter.delivery.policy import DeliveryPolicy
    from newsletter.delivery.stopping import StopRequest
    from newsletter.delivery.watching import Watch
    from newsletter.model import Limits
    from newsletter.ports import MailBackend
    from newsletter.store.ledger import FrozenIssue, Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """An issue, who may be asked about it, and how."""

    issue: FrozenIssue
    ledger: Ledger
    backend: MailBackend
    mailer: Mailer
    policy: DeliveryPolicy
    clock: Clock
    watch: Watch
    stop: StopRequest
    random: Random

    @property
    def service(self) -> RateLimited | None:
        """The backend, if there is a service behind it that counts."""
        return self.backend if isinstance(self.backend, RateLimited) else None

    @property
    def limits(self) -> Limits | None:
        """What the account may send; None: as much as it likes."""
        return self.service.limits if self.service else None

    @property
    def account(self) -> str:
        """What shares these limits."""
        return self.service.account if self.service else ""

    @property
    def connections(self) -> int:
        """How many sessions may be open at once."""
        return self.policy.connections or (self.service.connections if self.service else 1)
