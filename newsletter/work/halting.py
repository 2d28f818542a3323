"""Halting an issue that turned out wrong, wherever it is being sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.delivery.clock import Clock
    from newsletter.store.ledger import FrozenIssue, Ledger

# Senders ask every second whether they may go on, and then finish what they had begun.
_WAIT_SECONDS = 15
_LOOK_SECONDS = 0.5


def halt(revisions: Sequence[FrozenIssue], ledger: Ledger, *, reason: str, clock: Clock) -> int:
    """Halt what is under way of an issue, and wait until its senders let go of it, some seconds at most.

    Says how many revisions were halted just now: none if all were before.
    """
    halted = [one for one in revisions if ledger.halt(one.id, at=clock.now(), reason=reason)]
    end = clock.monotonic() + _WAIT_SECONDS
    while any(_is_held(one, ledger) for one in revisions) and clock.monotonic() < end:
        clock.pause(_LOOK_SECONDS, lambda: False)
    ledger.recover(at=clock.now())
    return len(halted)


def _is_held(frozen: FrozenIssue, ledger: Ledger) -> bool:
    counts = ledger.books(frozen.id).counts
    return bool(counts["claimed"] or counts["in_flight"])
