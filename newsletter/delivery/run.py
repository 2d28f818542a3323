"""Send an issue to everybody who has not had it: as often as it takes, and never twice."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from newsletter.delivery.collecting import settled_objects
from newsletter.delivery.pacing import require_time
from newsletter.delivery.send import Send
from newsletter.delivery.stint import Stint
from newsletter.delivery.stopping import StopRequest
from newsletter.delivery.watching import NobodyWatches, Notice
from newsletter.errors import StoreError
from newsletter.store.quotas import Quotas

if TYPE_CHECKING:
    from newsletter.delivery.clock import Clock
    from newsletter.delivery.lane import Mailer
    from newsletter.delivery.policy import DeliveryPolicy, DoubtPolicy
    from newsletter.delivery.report import DeliveryReport
    from newsletter.delivery.watching import Watch
    from newsletter.ports import MailBackend
    from newsletter.store.ledger import FrozenIssue, Ledger, Settlement

_MOST_STINTS = 5

_SETTLEMENTS: dict[DoubtPolicy, Settlement] = {"resend": "pending", "drop": "dropped"}


def deliver(
    issue: FrozenIssue,
    ledger: Ledger,
    backend: MailBackend,
    mailer: Mailer,
    policy: DeliveryPolicy,
    *,
    clock: Clock,
    watch: Watch | None = None,
    stop: StopRequest | None = None,
    random: Random | None = None,
) -> DeliveryReport:
    """Send `issue` to everybody whose row is pending, until nothing is left that is due within the policy's
    patience, or there is a reason to stop; the report says which.

    Other senders may be at the same issue. Raises `CannotFinish` before anything is sent if the limits of the
    backend's account take longer than the policy allows, and `StoreError` when the ledger cannot be kept:
    then, too, nothing was sent that it does not know of.
    """
    send = Send(
        issue=issue,
        ledger=ledger,
        backend=backend,
        mailer=mailer,
        policy=policy,
        clock=clock,
        watch=watch or NobodyWatches(),
        stop=stop or StopRequest(),
        random=random or Random(),  # noqa: S311 - spreads retries, guards nothing
    )
    with settled_objects():
        return _sent(send)


def _sent(send: Send) -> DeliveryReport:
    for _ in range(_MOST_STINTS):
        _recover(send)
        _require_time(send)
        stint = Stint(send)
        stint.run()
        if not stint.is_lease_lost:
            return stint.report()
        send.watch.notice(
            Notice(topic="recovered", text="this process stood still for too long; starting anew")
        )
    raise StoreError(
        "other senders took over what this one had claimed, time and again",
        hint="`newsletter status` tells how far the issue is",
    )


def _require_time(send: Send) -> None:
    """Raise `CannotFinish` if the limits make what is pending take too long."""
    if send.limits is None or send.policy.finish_within_hours is None:
        return
    used = Quotas(send.ledger.database).used(send.account, at=send.clock.now())
    pending = send.ledger.books(send.issue.id).counts["pending"]
    require_time(pending, send.limits, send.policy.finish_within_hours, used)


def _recover(send: Send) -> None:
    """Take over from senders that died, and treat what they left in doubt as the policy says."""
    recovered = send.ledger.recover(at=send.clock.now())
    if recovered.senders:
        who = "a sender" if recovered.senders == 1 else f"{recovered.senders} senders"
        text = f"{who} had died: {recovered.in_doubt:,} in doubt, {recovered.returned:,} to be sent"
        send.watch.notice(Notice(topic="recovered", text=text))
    settlement = _SETTLEMENTS.get(send.policy.in_doubt)
    if settlement:
        send.ledger.settle_doubts(
            send.issue.id, None, settlement, at=send.clock.now(), reason=f"in doubt: {send.policy.in_doubt}"
        )
