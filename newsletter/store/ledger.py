"""The ledger: what is sent to whom, who is doing it, and what became of it.

Each person of an issue's audience is one row, made when the issue is frozen, and in one state at a time:

    pending -> claimed -> in_flight -> accepted | refused | pending (put off) | in_doubt
    pending -> suppressed (left meanwhile), in_doubt -> accepted | pending | dropped (by choice)

A sender claims rows, says of each that it is about to be sent (`SenderHold.intend`) before the byte that may
make a server accept it, and notes what became of it. If the sender dies in between, the row is in doubt: it
is neither lost nor sent again, but told. A row that was claimed and not intended goes back.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.store.ledger_values import Audience as Audience  # noqa: PLC0414 - asked for here by everybody
from newsletter.store.ledger_values import Books as Books  # noqa: PLC0414
from newsletter.store.ledger_values import Claim as Claim  # noqa: PLC0414
from newsletter.store.ledger_values import Claimed as Claimed  # noqa: PLC0414
from newsletter.store.ledger_values import Doubt as Doubt  # noqa: PLC0414
from newsletter.store.ledger_values import EditionId as EditionId  # noqa: PLC0414
from newsletter.store.ledger_values import Freezing as Freezing  # noqa: PLC0414
from newsletter.store.ledger_values import FrozenIssue as FrozenIssue  # noqa: PLC0414
from newsletter.store.ledger_values import Halted as Halted  # noqa: PLC0414
from newsletter.store.ledger_values import IssueId as IssueId  # noqa: PLC0414
from newsletter.store.ledger_values import LeaseLost as LeaseLost  # noqa: PLC0414
from newsletter.store.ledger_values import NewWishes as NewWishes  # noqa: PLC0414
from newsletter.store.ledger_values import Recovered as Recovered  # noqa: PLC0414
from newsletter.store.ledger_values import SenderId as SenderId  # noqa: PLC0414
from newsletter.store.ledger_values import Settlement as Settlement  # noqa: PLC0414
from newsletter.store.ledger_values import State as State  # noqa: PLC0414
from newsletter.store.ledger_values import Tally as Tally  # noqa: PLC0414
from newsletter.store.ledger_values import Verdict as Verdict  # noqa: PLC0414
from newsletter.store.ledger_values import Wish as Wish  # noqa: PLC0414
from newsletter.store.sender_hold import SenderHold as SenderHold  # noqa: PLC0414

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date, datetime

    from newsletter.model import Cadence, Edition, Issue
    from newsletter.store.database import Database
    from newsletter.store.senders import LeaseClock


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one newsletter. Threads may share it."""

    database: Database

    def wishes(self, cadence: Cadence, day: date) -> tuple[Wish, ...]:
        """List the distinct wishes of the active people whose rhythm takes an issue of that day."""
        raise NotImplementedError

    def freeze(
        self, freezing: Freezing, editions: Mapping[Wish, Edition | None], *, at: datetime
    ) -> FrozenIssue:
        """Freeze an issue and enrol its audience, in one transaction; a wish with None has nothing in it, and
        its people are enrolled as suppressed. Who comes second with a slug and revision gets what is there.

        Raises `NewWishes` for wishes without an entry in `editions`; `StoreError` for a correction while the
        old revision is being sent or in doubt, and for a revision that nobody said is a correction.
        """
        raise NotImplementedError

    def find(self, slug: str, revision: int | None = None) -> FrozenIssue | None:
        """Look a frozen issue up, the newest revision if none is named."""
        raise NotImplementedError

    def issues(self, limit: int) -> tuple[FrozenIssue, ...]:
        """List frozen issues, the newest first."""
        raise NotImplementedError

    def issue(self, issue: IssueId) -> Issue:
        """Read what was frozen."""
        raise NotImplementedError

    def edition(self, edition: EditionId) -> Edition:
        """Read an edition of a frozen issue."""
        raise NotImplementedError

    def books(self, issue: IssueId) -> Books:
        """Count what became of an issue's audience, at one moment."""
        raise NotImplementedError

    def halt(self, issue: IssueId, *, at: datetime, reason: str) -> bool:
        """Let no sender send it any more; each learns of it within seconds. False if it was halted before."""
        raise NotImplementedError

    def unhalt(self, issue: IssueId, *, at: datetime) -> bool:
        """Let it be sent again; false if it was not halted. Raises `StoreError` for a corrected issue."""
        raise NotImplementedError

    def in_doubt(self, issue: IssueId) -> Iterator[Doubt]:
        """Go through what may or may not have been accepted."""
        raise NotImplementedError

    def settle_doubts(
        self,
        issue: IssueId,
        deliveries: Collection[int] | None,
        verdict: Settlement,
        *,
        at: datetime,
        reason: str,
    ) -> int:
        """Settle deliveries in doubt, all of the issue or those named; say how many were. One that is not in
        doubt (any more) stays as it is."""
        raise NotImplementedError

    def next_due(self, issue: IssueId) -> datetime | None:
        """Say when the first delivery that was put off may be tried again; None if none was."""
        raise NotImplementedError

    @contextmanager
    def sender(self, *, lease_seconds: float = 120, clock: LeaseClock | None = None) -> Iterator[SenderHold]:
        """Be a sender: hold claims until the block ends, then give back what was not sent.

        The lease runs by `clock`: the machine's time since it started beside an embedded database, a server's
        own time otherwise.
        """
        raise NotImplementedError(lease_seconds, clock)
        yield

    def recover(self, *, at: datetime, clock: LeaseClock | None = None) -> Recovered:
        """Take over from senders that died, or did not renew their lease: outcomes they wrote down are
        applied, what they had intended is in doubt, the rest goes back. Harmless at any time."""
        raise NotImplementedError
