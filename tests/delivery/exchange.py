"""A mail system of several sessions, whose answers come when a test says so."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field

from newsletter.errors import MailError
from newsletter.model import Accepted, DeliveryId, InDoubt, OutgoingMail, Settled
from newsletter.ports import Wait
from tests.conftest import PATIENCE_SECONDS
from tests.delivery.puppets import BeforeCommit, Puppet


@dataclass
class Exchange(Puppet):
    """A mail system whose answers come when a test says so: `keeps` names the sessions that do not answer,
    until an answer `was_missed`, so that a test that waits in vain soon fails; `breaks` those that end before
    their first mail is whole. `patience` is how long an answer is waited for, `taken` what has been handed
    over, and `log` which sessions took a mail and which were written. `session` are those it opens.
    """

    keeps: Callable[[int, Exchange], bool] = lambda number, exchange: False  # noqa: ARG005
    breaks: tuple[int, ...] = ()
    patience: float = PATIENCE_SECONDS
    session: type[ExchangeSession] | None = None
    was_missed: bool = False
    threads: set[int] = field(default_factory=set)
    log: list[tuple[str, int]] = field(default_factory=list)
    silent: list[ExchangeSession] = field(default_factory=list)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def answer_all(self) -> None:
        """Let those answer who are not kept from it."""
        with self.turn:
            for session in tuple(self.silent):
                if self.was_missed or not self.keeps(session.number, self):
                    self.silent.remove(session)
                    session.speak()

    def open(self) -> ExchangeSession:  # type: ignore[override]
        super().open()
        session = (self.session or ExchangeSession)(self, self.sessions)
        self.answer_all()
        return session


class ExchangeSession:
    """One mail at a time. Its pipe is readable when the answer is there."""

    def __init__(self, exchange: Exchange, number: int) -> None:
        self._exchange, self.number = exchange, number
        self._ears, self._mouth = os.pipe()
        self._until = 0.0

    is_connected = True

    def connect(self) -> None:
        raise AssertionError("it never loses its connection")

    def flush(self) -> Wait:
        self._exchange.log.append(("written", self.number))
        return Wait(self._ears, is_full=False, until=self._until)

    def send(self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /) -> Iterator[Settled]:
        return filter(None, self.steps(mails, before_commit))

    def steps(
        self, mails: Iterable[OutgoingMail | None], before_commit: BeforeCommit, /
    ) -> Generator[Settled | None]:
        exchange = self._exchange
        for mail in filter(None, mails):
            exchange.threads.add(threading.get_ident())
            if self.number in exchange.breaks:
                raise MailError("the line is dead")
            before_commit(mail.delivery)
            exchange.taken.append(mail.recipient)
            exchange.log.append(("taken", self.number))
            yield from self._answer(mail.delivery)

    def _answer(self, delivery: DeliveryId) -> Iterator[Settled | None]:
        self._exchange.silent.append(self)
        self._exchange.answer_all()
        self._until = time.monotonic() + self._exchange.patience
        yield None
        with self._exchange.turn:
            is_silent = self in self._exchange.silent
            if is_silent:
                self._exchange.silent.remove(self)
                self._exchange.was_missed = True
        if is_silent:
            self._exchange.answer_all()
            yield Settled(delivery=delivery, outcome=InDoubt(reason="no answer in time"))
            return
        assert os.read(self._ears, 1) == b"!"
        self._exchange.answer_all()
        yield Settled(delivery=delivery, outcome=Accepted(reply="250 kept", code="2.0.0"))

    def speak(self) -> None:
        os.write(self._mouth, b"!")

    def close(self) -> None:
        self._exchange.closed += 1
        os.close(self._ears)
        os.close(self._mouth)
