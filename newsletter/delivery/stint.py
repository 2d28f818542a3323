"""One sender's time at an issue: from taking a hold on the ledger to letting go of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.delivery.crew import Crew
from newsletter.delivery.judging import Judge
from newsletter.delivery.permits import Permits
from newsletter.delivery.recorder import Recorder
from newsletter.delivery.report import DeliveryReport, Ending
from newsletter.delivery.run_state import RunState
from newsletter.delivery.sessions import Sessions
from newsletter.delivery.signals import Signals
from newsletter.delivery.supply import Supply
from newsletter.delivery.tally import Tally
from newsletter.errors import MailError
from newsletter.store.ledger import LeaseLost
from newsletter.store.quotas import Quotas
from newsletter.store.refusals import reopen

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.delivery.send import Send
    from newsletter.delivery.tally import Count
    from newsletter.store.ledger import Books, SenderHold


class Stint:
    """Runs the threads of one hold; afterwards it tells how it ended."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._signals = Signals(send.stop)
        self._counts: list[Count] = []
        books, now = send.ledger.books(send.issue.id), send.clock.monotonic()
        later = send.ledger.hours_left(send.issue.id).people
        self._tally = Tally(books, self._counts, began=now, limits=send.limits, later=later)
        self._judge = Judge(
            send.policy,
            frozen_at=send.issue.frozen_at,
            signals=self._signals,
            clock=send.clock,
            random=send.random,
            accepted=self._accepted,
            connections=send.connections,
        )

    @property
    def is_lease_lost(self) -> bool:
        """Whether others took over, because this process stood still."""
        return self._signals.is_lease_lost

    def run(self) -> None:
        """Send. Raises what the ledger raised, or what is a bug; a mail system that is gone is reported."""
        send = self._send
        try:
            with send.ledger.sender() as hold:
                self._recorder_of(self._state(hold)).run()
        except LeaseLost:
            self._signals.lose_lease()
        failure = self._signals.failure
        if failure is not None and not isinstance(failure, MailError):
            raise failure
        reopen(send.ledger.database, self._judge.not_their_fault())

    def report(self) -> DeliveryReport:
        """Look into the books, once everything is written down."""
        send = self._send
        books = send.ledger.books(send.issue.id)
        until = send.ledger.next_due(send.issue.id)
        failure = self._signals.failure
        return DeliveryReport(
            ending=self._ending(books, until),
            books=books,
            progress=self._tally.progress(send.clock.monotonic()),
            until=until,
            failure=failure if isinstance(failure, MailError) else None,
        )

    def _accepted(self) -> int:
        return self._tally.accepted

    def _state(self, hold: SenderHold) -> RunState:
        send = self._send
        return RunState(
            hold=hold,
            supply=Supply(send.connections),
            judge=self._judge,
            sessions=Sessions(
                connections=send.connections,
                all_at_once=self._have_own_threads,
                outage_seconds=send.policy.outage_seconds,
                accepted=self._accepted,
                clock=send.clock,
            ),
            signals=self._signals,
            clock=send.clock,
            records_rounds=not self._have_own_threads,
        )

    @property
    def _have_own_threads(self) -> bool:
        """Whether each session is served in a thread of its own. Beside a server each mail waits for a
        transaction, and those of several threads are one."""
        return self._send.ledger.database.file is None

    def _recorder_of(self, state: RunState) -> Recorder:
        send = self._send
        crew = Crew(send, state, servers=0 if self._have_own_threads else send.policy.threads)
        self._counts += crew.counts
        permits = Permits(Quotas(send.ledger.database), send.account, send.limits, send.clock)
        return Recorder(send, state, crew, permits, self._tally)

    def _ending(self, books: Books, until: datetime | None) -> Ending:
        if self._signals.failure is not None:
            return "failed"
        if self._signals.is_halted:
            return "halted"
        if self._send.stop.is_asked:
            return "interrupted"
        if pending := books.counts["pending"]:
            later = self._send.ledger.hours_left(self._send.issue.id)
            if later.people == pending:
                return "waiting"
            # None was put off: they are in a transaction of somebody who is just claiming them.
            return "put_off" if until else "shared"
        return "shared" if books.counts["claimed"] or books.counts["in_flight"] else "done"
