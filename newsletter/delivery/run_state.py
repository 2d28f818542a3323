"""What the threads of one run share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.delivery.clock import Clock
    from newsletter.delivery.judging import Judge
    from newsletter.delivery.sessions import Sessions
    from newsletter.delivery.signals import Signals
    from newsletter.delivery.supply import Supply
    from newsletter.store.ledger import SenderHold


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """The hold on the ledger, the claims on their way, and who decides about what.

    `records_rounds`: what several sessions are about to send is recorded at once. On a server it is not: its
    database may refuse one of them, and then only that one is not to be sent.
    """

    hold: SenderHold
    supply: Supply
    judge: Judge
    sessions: Sessions
    signals: Signals
    clock: Clock
    records_rounds: bool
