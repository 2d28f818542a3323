"""What one sender holds of the ledger."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.errors import StoreError
from newsletter.mailing.addresses import mask_addresses
from newsletter.mailing.headers import header_text
from newsletter.store import moves, senders
from newsletter.store.journal_commits import GroupedCommits
from newsletter.store.journal_file import FileJournal
from newsletter.store.ledger_values import ACCEPTED, Claimed, Halted, LeaseLost, Verdict
from newsletter.store.moves import Hold
from newsletter.store.troubles import told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.store.database import Database
    from newsletter.store.journal import Holdings, Journal
    from newsletter.store.ledger_values import IssueId, SenderId
    from newsletter.store.senders import LeaseClock

_MAX_REASON, _MAX_CODE = 300, 16


class SenderHold:
    """One sender's claims. Threads may share it; `flush` is called by one of them."""

    def __init__(
        self,
        database: Database,
        sender: SenderId,
        journal: Journal,
        lease: Lease,
    ) -> None:
        self.id = sender
        self._database, self._journal, self._lease = database, journal, lease
        self._held: dict[int, tuple[int, IssueId]] = {}  # fences, by delivery
        self._reached: dict[IssueId, int] = {}
        self._halted: frozenset[IssueId] = frozenset()
        # The latest time anybody told us: outcomes are dated by it.
        self._at: datetime | None = None

    def claim(self, issue: IssueId, limit: int, *, at: datetime) -> Claimed:
        """Take deliveries that are due, of people who are still active: none only if there are none. Raises
        `LeaseLost`."""
        self._at = at
        suppressed = 0
        while True:
            taken = self._take(issue, limit, at)
            if taken is None:
                return Claimed(suppressed=suppressed, is_halted=True)
            suppressed += taken.suppressed
            exhausted = len(taken.claims) + taken.suppressed < limit
            if taken.claims or exhausted:
                return Claimed(rows=taken.claims, suppressed=suppressed, exhausted=exhausted)

    def _take(self, issue: IssueId, limit: int, at: datetime) -> moves.Taken | None:
        """Claim once; None if the issue was halted."""
        after = self._reached.setdefault(issue, 0)
        with self._database.writing() as connection:
            if not senders.is_on(connection, self.id):
                raise _taken_over()
            if moves.is_halted(connection, issue):
                self._halted |= {issue}
                return None
            self._halted -= {issue}
            taken = moves.take(connection, issue, self.id, limit, after=after, at=at)
        self._reached[issue] = taken.last
        alike = {fence: (fence, issue) for fence in set(taken.fences)}  # nearly always one for all of them
        numbers = [claim.delivery for claim in taken.claims]
        self._held.update(zip(numbers, map(alike.__getitem__, taken.fences), strict=True))
        return taken

    def intend(self, delivery: int) -> None:
        """Record that a delivery is about to be sent, before the byte that may let the server accept it.

        If this raises, that byte must not be sent: `Halted`, `LeaseLost`, or another `StoreError` because
        it cannot be recorded.
        """
        try:
            fence, issue = self._held[delivery]
        except KeyError:
            raise _not_held(delivery) from None
        if issue in self._halted:
            raise Halted("the issue was halted")
        self._journal.intend(delivery, fence)

    def note(self, delivery: int, verdict: Verdict) -> None:
        """Record what became of a delivery; never raises for a disk that is full, but then nothing more can
        be intended."""
        try:
            fence, _ = self._held.pop(delivery)
        except KeyError:
            raise _not_held(delivery) from None
        if self._at is None:
            raise ValueError("what was claimed has a time")
        if verdict.reason or verdict.code:
            verdict = _presentable(verdict)
        self._journal.note(delivery, fence, verdict, self._at)

    def record(self, accepted: Sequence[int], intents: Sequence[int]) -> None:
        """Do `note` for what was accepted, with nothing more to say of it, and then `intend`, for many at
        once. If this raises, none of `intents` may be sent.

        Whether the issue was halted is not asked here: see `is_halted`.
        """
        held = self._held.__getitem__
        try:
            noted = _by_fence(accepted, list(map(held, accepted)))
            intended = _by_fence(intents, list(map(held, intents)))
        except KeyError as unknown:
            raise _not_held(unknown.args[0]) from None
        for delivery in accepted:
            del self._held[delivery]
        if self._at:  # who has claimed nothing has nothing to record
            self._journal.record(noted, ACCEPTED, self._at, intended)

    def flush(self, *, at: datetime) -> int:
        """Bring what was noted into the rows, in one transaction; say how many. What cannot be written now
        is kept for the next time. Raises `StoreError`."""
        self._at = at
        return self._journal.flush(at=at)

    def give_back(
        self, deliveries: Collection[int], *, not_before: datetime | None = None, at: datetime
    ) -> None:
        """Return claims that no server can have accepted; this counts as no attempt."""
        self._at = at
        holds = [Hold(number, self._held[number][0]) for number in deliveries if number in self._held]
        if not holds:
            return
        with self._database.writing() as connection:
            moves.give_back(connection, self.id, holds, not_before)
        for hold in holds:
            self._held.pop(hold.delivery, None)
        self._journal.forget(holds)

    def renew(self, *, at: datetime) -> None:
        """Keep the claims for another lease, and learn which issues were halted. Raises `LeaseLost`."""
        self._at = at
        until = self._lease.until()
        with self._lease.renewing() as connection:
            is_on = senders.renew(connection, self.id, until)
            self._halted = self._look_for_halts(connection)
        if not is_on:
            raise _taken_over()
        self._journal.extend(until)

    def is_halted(self, issue: IssueId) -> bool:
        """Whether the issue was halted when the database was last asked."""
        return issue in self._halted

    def close(self) -> None:
        """Bring everything into the rows, give back what was not sent, and end. Raises `StoreError`; then
        whoever recovers finds the rest."""
        is_finished = False
        try:
            with self._database.writing() as connection:
                self._journal.finish(connection)
                moves.take_over(
                    connection,
                    self.id,
                    at=self._at,
                    reason="the sender ended before an answer came",
                    doubts_all=False,
                )
                senders.end(connection, self.id)
            is_finished = True
        finally:
            self._journal.close(is_finished=is_finished)

    def _look_for_halts(self, connection: Connection) -> frozenset[IssueId]:
        return frozenset(issue for issue in self._reached if moves.is_halted(connection, issue))


class Lease:
    """How long a sender's claims hold, and how that is renewed."""

    def __init__(
        self, database: Database, clock: LeaseClock, seconds: float, session: Connection | None = None
    ) -> None:
        self._database, self._clock, self._seconds, self._session = database, clock, seconds, session

    def until(self) -> float:
        """Say when a lease ends that begins now."""
        with told(self._database.place):
            return self._clock.now() + self._seconds

    def renewing(self) -> AbstractContextManager[Connection]:
        """Begin the transaction that renews it: on a server, in the session whose lock says we are alive."""
        return self._in_session(self._session) if self._session else self._database.writing()

    @contextmanager
    def _in_session(self, session: Connection) -> Iterator[Connection]:
        with told(self._database.place), session.begin():
            yield session


@contextmanager
def sending(database: Database, *, lease_seconds: float, clock: LeaseClock | None) -> Iterator[SenderHold]:
    """Be a sender until the block ends."""
    with ExitStack() as stack:
        if database.file:
            hold = _beside_a_file(database, clock or senders.BootClock(), lease_seconds)
        else:
            session = stack.enter_context(database.alone())
            hold = _on_a_server(database, session, clock, lease_seconds)
        try:
            yield hold
        except BaseException:
            with suppress(StoreError):  # what went wrong first is told
                hold.close()
            raise
        hold.close()


def _beside_a_file(database: Database, clock: LeaseClock, seconds: float) -> SenderHold:
    lease = Lease(database, clock, seconds)
    deadline = lease.until()
    with ExitStack() as failing:
        # The entry is seen by others only when the journal is there and locked.
        with database.writing() as connection:
            sender = senders.begin(connection, clock.boot, deadline)
            journal = FileJournal(database, sender, now=clock.now, deadline=deadline)
            failing.callback(journal.close, is_finished=False)
        failing.pop_all()
    return SenderHold(database, sender, journal, lease)


def _on_a_server(
    database: Database, session: Connection, clock: LeaseClock | None, seconds: float
) -> SenderHold:
    clock = clock or senders.ServerClock(database)
    lease = Lease(database, clock, seconds, session)
    with lease.renewing() as connection:
        sender = senders.begin(connection, clock.boot, lease.until())
        senders.lock_session(connection, sender)
    return SenderHold(database, sender, GroupedCommits(database, sender), lease)


def _presentable(verdict: Verdict) -> Verdict:
    """A reply is a stranger's text, and often names the address: a row keeps neither that nor much of it."""
    reason = header_text(mask_addresses(verdict.reason[: 4 * _MAX_REASON]))[:_MAX_REASON]
    code = verdict.code if verdict.code.isascii() and verdict.code.isprintable() else ""
    if reason == verdict.reason and len(code) <= _MAX_CODE:
        return verdict
    return replace(verdict, reason=reason, code=code[:_MAX_CODE])


def _by_fence(deliveries: Sequence[int], held: Sequence[tuple[int, IssueId]]) -> Holdings:
    if deliveries and held.count(held[0]) == len(held):
        return {held[0][0]: deliveries}
    alike: dict[int, list[int]] = {}
    for delivery, (fence, _) in zip(deliveries, held, strict=True):
        alike.setdefault(fence, []).append(delivery)
    return alike


def _taken_over() -> LeaseLost:
    return LeaseLost("another sender took over what this one had claimed")


def _not_held(delivery: int) -> LeaseLost:
    return LeaseLost(f"delivery {delivery} is not held by this sender")
