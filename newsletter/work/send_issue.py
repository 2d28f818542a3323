"""Send an issue to its subscribers: freeze what is not frozen yet, and deliver."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.delivery.run import deliver
from newsletter.ports import RateLimited
from newsletter.work.freezing import freeze
from newsletter.work.mailer import StencilMailer

if TYPE_CHECKING:
    from newsletter.delivery.clock import Clock
    from newsletter.delivery.policy import DeliveryPolicy
    from newsletter.delivery.report import DeliveryReport
    from newsletter.delivery.stopping import StopRequest
    from newsletter.delivery.watching import Watch
    from newsletter.mailing.dkim import Signer
    from newsletter.mailing.tokens import LinkTokens
    from newsletter.model import Letterhead
    from newsletter.ports import MailBackend
    from newsletter.store.ledger import FrozenIssue, Ledger
    from newsletter.work.at_hand import AtHand
    from newsletter.work.drawing import Style
    from newsletter.work.freezing import DrawingProgress
    from newsletter.work.send_plan import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that sending takes."""

    ledger: Ledger
    backend: MailBackend
    letterhead: Letterhead
    style: Style
    tokens: LinkTokens = field(repr=False)
    signer: Signer | None = field(repr=False)
    policy: DeliveryPolicy
    clock: Clock

    def frozen(
        self,
        step: Step,
        at_hand: AtHand,
        progress: DrawingProgress,
        *,
        keeps_hours: bool = False,
        is_for_now: bool = False,
    ) -> FrozenIssue:
        """Give the revision that a step sends: what is frozen already, or what is frozen now.

        `keeps_hours`: what is frozen now reaches each reader at their own hour. `is_for_now`: who waits for
        their hour waits no more.
        """
        if step.frozen is None:
            return freeze(
                step,
                at_hand,
                self.ledger,
                letterhead=self.letterhead,
                style=self.style,
                at=self.clock.now(),
                progress=progress,
                keeps_hours=keeps_hours,
            )
        if step.lifts_halt:
            self.ledger.unhalt(step.frozen.id, at=self.clock.now())
        if is_for_now:
            self.ledger.release_hours(step.frozen.id)
        return step.frozen

    def deliver(self, frozen: FrozenIssue, watch: Watch, stop: StopRequest) -> DeliveryReport:
        """Send a frozen revision to everybody who has not had it; see `delivery.run.deliver`."""
        service = self.backend if isinstance(self.backend, RateLimited) else None
        mailer = StencilMailer(
            self.ledger,
            frozen,
            tokens=self.tokens,
            signer=self.signer,
            idempotency_header=service.idempotency_header if service else None,
        )
        return deliver(
            frozen, self.ledger, self.backend, mailer, self.policy, clock=self.clock, watch=watch, stop=stop
        )
