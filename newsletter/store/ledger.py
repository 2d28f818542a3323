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
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from newsletter.errors import StoreError
from newsletter.model import Edition, Issue
from newsletter.store import books, frozen, reader_hours
from newsletter.store.freezing import active_readers, freeze, wishes_in
from newsletter.store.ledger_values import ACCEPTED as ACCEPTED  # noqa: PLC0414 - asked for here by everybody
from newsletter.store.ledger_values import Audience as Audience  # noqa: PLC0414
from newsletter.store.ledger_values import Books as Books  # noqa: PLC0414
from newsletter.store.ledger_values import Claim as Claim  # noqa: PLC0414
from newsletter.store.ledger_values import Claimed as Claimed  # noqa: PLC0414
from newsletter.store.ledger_values import Doubt as Doubt  # noqa: PLC0414
from newsletter.store.ledger_values import EditionId as EditionId  # noqa: PLC0414
from newsletter.store.ledger_values import Freezing as Freezing  # noqa: PLC0414
from newsletter.store.ledger_values import FrozenIssue as FrozenIssue  # noqa: PLC0414
from newsletter.store.ledger_values import Halted as Halted  # noqa: PLC0414
from newsletter.store.ledger_values import HoursLeft as HoursLeft  # noqa: PLC0414
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
from newsletter.store.recovery import recover
from newsletter.store.schema import editions, frozen_issues, subscribers
from newsletter.store.sender_hold import SenderHold as SenderHold  # noqa: PLC0414
from newsletter.store.sender_hold import sending

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date, datetime

    from sqlalchemy import Table

    from newsletter.model import Cadence
    from newsletter.store.database import Database
    from newsletter.store.senders import LeaseClock

T = TypeVar("T", Issue, Edition)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one newsletter. Threads may share it."""

    database: Database

    def wishes(self, cadence: Cadence, day: date) -> tuple[Wish, ...]:
        """List the distinct wishes of the active people whose rhythm takes an issue of that day."""
        with self.database.reading() as connection:
            return wishes_in(connection, subscribers, active_readers(connection, cadence, day))

    def freeze(
        self, freezing: Freezing, editions: Mapping[Wish, Edition | None], *, at: datetime
    ) -> FrozenIssue:
        """Freeze an issue and enrol its audience, in one transaction; a wish with None has nothing in it, and
        its people are enrolled as suppressed. Who comes second with a slug and revision gets what is there.

        Raises `NewWishes` for wishes without an entry in `editions`; `StoreError` for a correction while the
        old revision is being sent or in doubt, and for a revision that nobody said is a correction.
        """
        with self.database.writing() as connection:
            return freeze(connection, freezing, editions, at)

    def find(self, slug: str, revision: int | None = None) -> FrozenIssue | None:
        """Look a frozen issue up, the newest revision if none is named."""
        with self.database.reading() as connection:
            return next(iter(frozen.newest(connection, slug, revision)), None)

    def issues(self, limit: int) -> tuple[FrozenIssue, ...]:
        """List frozen issues, the newest first."""
        with self.database.reading() as connection:
            return frozen.newest(connection, limit=limit)

    def issue(self, issue: IssueId) -> Issue:
        """Read what was frozen."""
        return self._unpacked(Issue, frozen_issues, issue)

    def edition(self, edition: EditionId) -> Edition:
        """Read an edition of a frozen issue."""
        return self._unpacked(Edition, editions, edition)

    def books(self, issue: IssueId) -> Books:
        """Count what became of an issue's audience, at one moment."""
        with self.database.reading() as connection:
            return books.books(connection, issue)

    def halt(self, issue: IssueId, *, at: datetime, reason: str) -> bool:
        """Let no sender send it any more; each learns of it within seconds. False if it was halted before."""
        with self.database.writing() as connection:
            return frozen.halt(connection, issue, at=at, reason=reason)

    def unhalt(self, issue: IssueId, *, at: datetime) -> bool:  # noqa: ARG002 - as `halt`; the row keeps no time
        """Let it be sent again; false if it was not halted. Raises `StoreError` for a corrected issue."""
        with self.database.writing() as connection:
            return frozen.unhalt(connection, issue)

    def in_doubt(self, issue: IssueId) -> Iterator[Doubt]:
        """Go through what may or may not have been accepted."""
        with self.database.reading() as connection:
            yield from books.doubts(connection, issue)

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
        with self.database.writing() as connection:
            return books.settle_doubts(connection, issue, deliveries, verdict, at=at, reason=reason)

    def hours_left(self, issue: IssueId) -> HoursLeft:
        """Say how many wait for the hour they chose."""
        with self.database.reading() as connection:
            return reader_hours.hours_left(connection, issue)

    def release_hours(self, issue: IssueId) -> int:
        """Let those have it now who wait for their hour; say how many do."""
        with self.database.writing() as connection:
            return reader_hours.release(connection, issue)

    def is_waiting(self, issue: IssueId) -> bool:
        """Whether there is a delivery left to be claimed, now or when it is due."""
        with self.database.reading() as connection:
            return books.is_waiting(connection, issue)

    def next_due(self, issue: IssueId) -> datetime | None:
        """Say when the first delivery that was put off may be tried again; None if none was."""
        with self.database.reading() as connection:
            return books.next_due(connection, issue)

    @contextmanager
    def sender(self, *, lease_seconds: float = 120, clock: LeaseClock | None = None) -> Iterator[SenderHold]:
        """Be a sender: hold claims until the block ends, then give back what was not sent.

        The lease runs by `clock`: the machine's time since it started beside an embedded database, a server's
        own time otherwise.
        """
        with sending(self.database, lease_seconds=lease_seconds, clock=clock) as hold:
            yield hold

    def recover(self, *, at: datetime, clock: LeaseClock | None = None, strays: bool = True) -> Recovered:
        """Take over from senders that died, or did not renew their lease: outcomes they wrote down are
        applied, what they had intended is in doubt, the rest goes back. Harmless at any time.

        `strays`: also look for claims of a sender that was never entered or has ended, which takes as long as
        to count what is not settled.
        """
        return recover(self.database, at=at, clock=clock, strays=strays)

    def _unpacked(self, kind: type[T], table: Table, number: int) -> T:
        with self.database.reading() as connection:
            content = connection.scalar(select(table.c.content).where(table.c.id == number))
        if content is None:
            raise StoreError(f"there is no frozen {kind.__name__.lower()} with the number {number}")
        return frozen.unpacked(kind, content)
