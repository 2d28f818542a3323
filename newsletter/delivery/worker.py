"""One connection: takes claims, makes their mails, feeds them to a session and notes what became of them."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from newsletter.delivery.watching import Notice
from newsletter.errors import MailError, RenderError
from newsletter.model import Accepted
from newsletter.store.ledger import Halted, LeaseLost, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.delivery.run_state import RunState
    from newsletter.model import DeliveryId, Outcome, OutgoingMail
    from newsletter.ports import MailBackend, MailSession
    from newsletter.store.ledger import Claim

# A connection without work is closed: servers hang up on idle ones, and others may want its place.
_IDLE_SECONDS = 5.0
_LOOK_SECONDS = 0.5

_ACCEPTED = Verdict(state="accepted")


class Mailer(Protocol):
    """Makes the mail of a claim; used by several threads at once."""

    def mail(self, claim: Claim, /) -> OutgoingMail:
        """Give the final message. The same claim gives the same bytes.

        Raises `RenderError` where none can be made for this one person: they are refused, the run goes on.
        """
        ...


class Abandoned(Exception):  # noqa: N818 - no failure
    """The run does not wait for this worker any more."""


class Worker:
    """Runs in a thread of its own. The counters are written by that thread only and read by others.

    Worker 0 leads: the others wait until it has reached the mail system, so that a wrong password is tried
    once and not once per connection.
    """

    def __init__(self, backend: MailBackend, mailer: Mailer, state: RunState, *, number: int) -> None:
        self._backend, self._mailer, self._number = backend, mailer, number
        self._hold, self._supply, self._judge = state.hold, state.supply, state.judge
        self._sessions, self._signals, self._clock = state.sessions, state.signals, state.clock
        self._hand: deque[Claim] = deque()
        self._in_flight: dict[DeliveryId, Claim] = {}
        self._tries = 0
        self._accepted_before = 0
        self.accepted = 0
        self.refused = 0
        self.put_off = 0
        self.in_doubt = 0
        self.thread = threading.Thread(target=self._run, name="delivery", daemon=True)

    @property
    def finished(self) -> int:
        """How many claims this worker has dealt with."""
        return self.accepted + self.refused + self.put_off + self.in_doubt

    def _run(self) -> None:
        try:
            self._work()
        except Halted:
            self._signals.is_halted = self._signals.is_ending = True
        except Abandoned:
            pass
        except LeaseLost:
            if not self._signals.is_abandoned:  # then the hold is gone because nobody waits for us
                self._signals.lose_lease()
        except BaseException as error:  # noqa: BLE001 - a thread has nobody above it: the recorder raises it
            self._signals.fail(error)
        finally:
            self._return_hand()
            self._supply.need.set()

    def _work(self) -> None:
        while self._wait_for_work():
            session = self._open()
            if session is None:
                continue
            try:
                self._serve(session)
            except MailError as error:
                self._sessions.closed()
                self._back_off(error, was_open=True)
            else:
                self._sessions.closed()
            finally:
                with suppress(MailError):  # all that was begun is settled: how it ends is nobody's trouble
                    session.close()

    def _wait_for_work(self) -> bool:
        """Wait until there is a chunk in hand; false when the run ends."""
        while not (self._signals.must_end() or self._supply.is_closed):
            if not self._sessions.may_open(self._number, _LOOK_SECONDS):
                continue
            self._hand.extend(self._supply.take(_LOOK_SECONDS) or ())
            if self._hand:
                return True
        return False

    def _open(self) -> MailSession | None:
        began = self._clock.monotonic()
        try:
            session = self._backend.open()
        except MailError as error:
            self._back_off(error, was_open=False)
            return None
        self._sessions.opened(self._clock.monotonic() - began)
        return session

    def _back_off(self, error: MailError, *, was_open: bool) -> None:
        """Leave the work to others and wait a little, unless there is no point in it."""
        self._tries = 1 if self.accepted > self._accepted_before else self._tries + 1
        self._accepted_before = self.accepted
        seconds = self._sessions.failed(self._tries, was_open=was_open)
        if seconds is None:
            self._signals.fail(error)
            return
        self._return_hand()
        self._signals.notices.append(Notice(topic="connection", text=error.message))
        self._clock.pause(seconds, self._signals.must_end)

    def _return_hand(self) -> None:
        self._supply.put_back(tuple(self._hand))
        self._hand.clear()

    def _serve(self, session: MailSession) -> None:
        in_flight, note, judge = self._in_flight, self._hold.note, self._judge
        is_recorded = True
        try:
            for settled in session.send(self._feed(), self._before_commit):
                is_recorded = False
                claim = in_flight.pop(settled.delivery)
                if type(settled.outcome) is Accepted and judge.is_calm:
                    note(claim.delivery, _ACCEPTED)
                    self.accepted += 1
                else:
                    self._note(claim, settled.outcome)
                is_recorded = True
        finally:
            # A session yields all that was committed, so the rest was not accepted; unless it was we who
            # stopped listening, because nothing can be written down: then the ledger holds the rest in doubt.
            if is_recorded:
                self._hand.extendleft(in_flight.values())
            in_flight.clear()

    def _note(self, claim: Claim, outcome: Outcome) -> None:
        verdict = self._judge.verdict(claim, outcome)
        self._hold.note(claim.delivery, verdict)
        match verdict.state:
            case "accepted":
                self.accepted += 1
            case "pending":
                self.put_off += 1
            case "in_doubt" | "dropped":
                self.in_doubt += 1
            case _:
                self.refused += 1

    def _feed(self) -> Iterator[OutgoingMail | None]:
        hand, in_flight, signals = self._hand, self._in_flight, self._signals
        mail_of, judge = self._mailer.mail, self._judge
        while not signals.must_end():
            if not hand:
                hand.extend(self._supply.take(0.0 if in_flight else _IDLE_SECONDS) or ())
                if not hand and not in_flight:
                    return
                if not hand:  # let the session settle what it has before we wait
                    yield None
                    continue
            claim = hand[0]
            if not judge.is_calm and self._is_postponed(claim):
                hand.popleft()
                continue
            try:
                mail = mail_of(claim)
            except RenderError as error:
                self._refuse(claim, error)
                hand.popleft()
                continue
            hand.popleft()
            in_flight[mail.delivery] = claim
            yield mail

    def _refuse(self, claim: Claim, error: RenderError) -> None:
        reason = f"no mail can be made for them: {error.message}"
        self._hold.note(claim.delivery, Verdict(state="refused", reason=reason))
        self.refused += 1

    def _is_postponed(self, claim: Claim) -> bool:
        until = self._judge.rests_until(claim)
        if until is None:
            return False
        self._supply.postpone(claim, until)
        return True

    def _before_commit(self, delivery: DeliveryId) -> None:
        if self._signals.is_abandoned:
            raise Abandoned
        self._hold.intend(self._in_flight[delivery].delivery)
