"""One session that is served, and the mails that are on their way through it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import TYPE_CHECKING, Protocol

from newsletter.errors import RenderError
from newsletter.model import Accepted, InDoubt, Settled
from newsletter.ports import NO_WAIT, Interleaved, Withheld
from newsletter.store.ledger import ACCEPTED, Halted, Verdict

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Iterator

    from newsletter.delivery.run_state import RunState
    from newsletter.delivery.tally import Count
    from newsletter.errors import MailError
    from newsletter.model import DeliveryId, Outcome, OutgoingMail
    from newsletter.ports import MailSession
    from newsletter.store.ledger import Claim


class Mailer(Protocol):
    """Makes the mail of a claim; used by several threads at once."""

    def mail(self, claim: Claim, /) -> OutgoingMail:
        """Give the final message. The same claim gives the same bytes.

        Raises `RenderError` where none can be made for this one person: they are refused, the run goes on.
        """
        ...


class Abandoned(Exception):  # noqa: N818 - no failure
    """The run does not wait for this thread any more."""


class Lane:
    """Feeds claims of a server's `hand` to a session and notes what became of them.

    `wait`: what its session waits for. `watched`: what is watched for it, kept by whoever watches.
    `is_of_use`: its session can bring more without another connection. `is_over` is set when whoever serves
    it has done so, and `failure` says why if it was the mail system's doing. `accepted` and `intents` are to
    be recorded, and emptied, before its session is flushed.
    """

    def __init__(
        self, session: MailSession, mailer: Mailer, state: RunState, hand: deque[Claim], count: Count
    ) -> None:
        self.session = session
        self._interleaved = session if isinstance(session, Interleaved) else None
        self._mailer, self._hand, self._count = mailer, hand, count
        self._hold, self._supply, self._judge = state.hold, state.supply, state.judge
        self._signals = state.signals
        self._is_in_rounds = state.records_rounds and self._interleaved is not None
        self.accepted: list[int] = []
        self.intents: list[int] = []
        self._withheld: frozenset[int] = frozenset()
        self._in_flight: dict[DeliveryId, Claim] = {}
        self._steps: Iterator[Settled | None] | None = None
        self.wait = self.watched = NO_WAIT
        self.is_of_use = True
        self.is_over = threading.Event()
        self.failure: MailError | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it waits for its session; otherwise it has nothing to do."""
        return self._steps is not None

    def flush(self) -> None:
        """Write what it has to say, as much as there is room for."""
        self.wait = self._interleaved.flush() if self._steps and self._interleaved else NO_WAIT

    def go_on(self) -> None:
        """Send until it would have to wait, or there is nothing to send right now.

        Raises what the session or the ledger raised; then it is of no more use, and what the session is sure
        not to have brought over is back in the hand.
        """
        self.is_of_use = False
        self._steps = self._steps or self._begun()
        in_flight, judge, intents = self._in_flight, self._judge, self.intents
        withheld = self._withheld
        accept = self._accept_in_round if self._is_in_rounds else self._accept
        is_recorded = True
        try:
            for step in self._steps:
                if step is None:
                    self.is_of_use = True
                    return
                is_recorded = False
                claim = in_flight.pop(step.delivery)
                if withheld and claim.delivery in withheld:
                    self._require_unsent(claim, step.outcome)
                    continue
                if intents and claim.delivery in intents:
                    self._require_unsent(claim, step.outcome)
                    intents.remove(claim.delivery)
                if type(step.outcome) is Accepted and judge.is_calm:
                    accept(claim.delivery)
                else:
                    self._note(claim, step.outcome)
                is_recorded = True
        except BaseException:
            self._end(is_recorded=is_recorded)
            raise
        self._end(is_recorded=True)
        self.is_of_use = self._interleaved is None or self._interleaved.is_connected

    def withhold(self) -> None:
        """Send nothing of `intents`, which could not be recorded: they stay claimed, for who gives back what
        is left. To go on is to hear what is still said of others that were under way, if the session can."""
        self._withheld = frozenset(self.intents)
        self.intents.clear()
        self._steps = _withholding(self._steps)

    def _begun(self) -> Iterator[Settled | None]:
        send = self._interleaved.steps if self._interleaved else self.session.send
        return iter(send(self._feed(), self._before_commit))

    def _end(self, *, is_recorded: bool) -> None:
        """A session yields all that was committed, so the rest was not accepted; unless it was we who stopped
        listening, because nothing can be written down: then the ledger holds the rest in doubt. So it does
        where mails were withheld and the session did not say what became of the others."""
        if is_recorded and not self._withheld:
            self._hand.extendleft(self._in_flight.values())
        self._in_flight.clear()
        self.intents.clear()
        self._steps = None

    def _accept_in_round(self, delivery: int) -> None:
        self.accepted.append(delivery)
        self._count.unrecorded += 1
        self._count.accepted += 1

    def _require_unsent(self, claim: Claim, outcome: Outcome) -> None:
        """Raises `RuntimeError` for a session that wrote a mail which was not flushed: with no intent of it,
        a kill would have let it be sent again."""
        if isinstance(outcome, Accepted | InDoubt):
            self._note(claim, outcome)
            raise RuntimeError(f"{type(self.session).__name__} sends mail before it is flushed")

    def _accept(self, delivery: int) -> None:
        self._hold.note(delivery, ACCEPTED)
        self._count.accepted += 1

    def _note(self, claim: Claim, outcome: Outcome) -> None:
        verdict = self._judge.verdict(claim, outcome)
        self._hold.note(claim.delivery, verdict)
        self._count.add(verdict.state)

    def _feed(self) -> Iterator[OutgoingMail | None]:
        hand, in_flight, signals = self._hand, self._in_flight, self._signals
        mail_of, judge = self._mailer.mail, self._judge
        while not signals.must_end():
            if not hand:
                hand.extend(self._supply.take(0.0) or ())
                if not hand and not in_flight:
                    return
                if not hand:  # let the session settle what it has
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
        self._count.add("refused")

    def _is_postponed(self, claim: Claim) -> bool:
        until = self._judge.rests_until(claim)
        if until is None:
            return False
        self._supply.postpone(claim, until)
        return True

    def _before_commit(self, delivery: DeliveryId) -> None:
        if self._signals.is_abandoned:
            raise Abandoned
        if self._signals.is_halted:
            raise Halted("the issue was halted")
        number = self._in_flight[delivery].delivery
        if self._is_in_rounds:
            self.intents.append(number)
        else:
            self._hold.intend(number)


def _withholding(steps: Iterator[Settled | None] | None) -> Iterator[Settled | None]:
    if not isinstance(steps, Generator):
        return
    try:
        step = steps.throw(Withheld())
    except (StopIteration, Withheld):
        return
    yield step
    yield from steps
