"""What an outcome means for its delivery, and for the run."""

from __future__ import annotations

import threading
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from newsletter.delivery.breaker import Breaker
from newsletter.delivery.cooling import CoolDowns
from newsletter.delivery.retries import retry_at
from newsletter.delivery.watching import Notice
from newsletter.errors import MailError
from newsletter.model import Accepted, Deferred, InDoubt, Outcome, Refused
from newsletter.store.ledger import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from newsletter.delivery.clock import Clock
    from newsletter.delivery.policy import DeliveryPolicy, DoubtPolicy
    from newsletter.delivery.signals import Signals
    from newsletter.store.ledger import Claim, State

_REMEMBERED = 100_000

_DOUBT_STATES: dict[DoubtPolicy, State] = {"hold": "in_doubt", "resend": "pending", "drop": "dropped"}


class Judge:
    """Turns outcomes into verdicts for all workers. Nearly every mail is accepted and never comes here:
    `is_calm` tells that accepted ones need not."""

    def __init__(
        self,
        policy: DeliveryPolicy,
        *,
        frozen_at: datetime,
        signals: Signals,
        clock: Clock,
        random: Random,
        accepted: Callable[[], int],
        connections: int,
    ) -> None:
        self._policy, self._frozen_at = policy, frozen_at
        self._signals, self._clock, self._random = signals, clock, random
        self._accepted = accepted
        self._lock = threading.Lock()
        self._cooling = CoolDowns()
        self._blames_us = Breaker()
        self._vanishing = Breaker(at_once=16 * connections, window=32 * connections)
        self._blamed: deque[int] = deque(maxlen=_REMEMBERED)
        self.is_calm = True

    def verdict(self, claim: Claim, outcome: Outcome) -> Verdict:
        """Say what becomes of the delivery; a failure that is about us may end the run."""
        with self._lock:
            match outcome:
                case Accepted():
                    return self._of_accepted(claim, outcome)
                case Deferred():
                    return self._of_deferred(claim, outcome)
                case Refused():
                    return self._of_refused(claim, outcome)
                case InDoubt():
                    return self._of_doubt(claim, outcome)
                case _:
                    assert_never(outcome)

    def rests_until(self, claim: Claim) -> datetime | None:
        """Say until when the claim's domain, or everybody, is left alone; None: it may go."""
        with self._lock:
            return self._cooling.until(_domain(claim), self._clock.now())

    def everybody_rests_until(self) -> datetime | None:
        """Say until when nothing should be claimed."""
        with self._lock:
            return self._cooling.everybody_until(self._clock.now())

    def not_their_fault(self) -> tuple[int, ...]:
        """Give the deliveries that were refused although it was about us; called when the run is over."""
        with self._lock:
            return tuple(self._blamed) if self._blames_us.end(self._accepted()) else ()

    def _of_accepted(self, claim: Claim, outcome: Accepted) -> Verdict:
        self._cooling.accepted(_domain(claim))
        self.is_calm = self._cooling.is_idle
        return Verdict(state="accepted", code=outcome.code)

    def _of_deferred(self, claim: Claim, outcome: Deferred) -> Verdict:
        now = self._clock.now()
        at = retry_at(
            outcome,
            attempt=claim.attempt,
            frozen_at=self._frozen_at,
            now=now,
            chance=self._random.random(),
            policy=self._policy.retries,
        )
        rests_until = self._cooling.put_off(_domain(claim), outcome, now)
        if rests_until:
            self._tell_rest(_domain(claim), rests_until)
        self.is_calm = self._cooling.is_idle
        if at is None:
            reason = f"given up after {claim.attempt} attempts: {outcome.reason}"
            return Verdict(state="refused", code=outcome.code, reason=reason)
        not_before = max(at, rests_until) if rests_until else at
        return Verdict(state="pending", not_before=not_before, code=outcome.code, reason=outcome.reason)

    def _tell_rest(self, domain: str, until: datetime) -> None:
        text = f"{domain} asks for less: it is left alone"
        self._signals.notices.append(Notice(topic="slower", text=text, until=until))

    def _of_refused(self, claim: Claim, outcome: Refused) -> Verdict:
        if outcome.kind != "recipient":
            self._blamed.append(claim.delivery)
            if self._blames_us.record(self._accepted()):
                self._signals.fail(_about_us(outcome))
        return Verdict(state="refused", code=outcome.code, reason=outcome.reason)

    def _of_doubt(self, claim: Claim, outcome: InDoubt) -> Verdict:
        del claim
        if self._vanishing.record(self._accepted()):
            self._signals.fail(
                MailError(
                    f"the mail system takes messages and hangs up before it answers: {outcome.reason}",
                    hint="`newsletter reconcile` lists who may have the issue and who may not",
                )
            )
        state = _DOUBT_STATES[self._policy.in_doubt]
        later = self._clock.now() + timedelta(seconds=self._policy.retries.lost_seconds)
        not_before = later if state == "pending" else None
        return Verdict(state=state, not_before=not_before, code=outcome.code, reason=outcome.reason)


def _about_us(outcome: Refused) -> MailError:
    return MailError(
        f"the mail system refuses message after message: {outcome.reason}",
        hint="nobody was charged with it; what was refused is sent when the cause is mended",
    )


def _domain(claim: Claim) -> str:
    return claim.address.rpartition("@")[2].lower()
