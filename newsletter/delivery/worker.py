"""One connection of a run: opens it, has it served, and knows what to do when it breaks."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from newsletter.delivery.server import Server
from newsletter.delivery.watching import Notice
from newsletter.errors import MailError
from newsletter.ports import Interleaved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.delivery.lane import Mailer
    from newsletter.delivery.run_state import RunState
    from newsletter.ports import MailBackend, MailSession

_LOOK_SECONDS = 0.5


class Worker:
    """Runs in a thread of its own, which does all that waits for one connection to be made or closed.

    Worker 0 leads: the others wait until it has reached the mail system, so that a wrong password is tried
    once and not once per connection. If a session of this kind can be, it is served by one of `servers`, else
    here.
    """

    def __init__(
        self,
        backend: MailBackend,
        mailer: Mailer,
        state: RunState,
        *,
        number: int,
        servers: Sequence[Server],
    ) -> None:
        self._backend, self._state, self._number = backend, state, number
        self._supply, self._sessions = state.supply, state.sessions
        self._signals, self._clock = state.signals, state.clock
        self._shared = servers[number % len(servers)] if servers else None
        self.own = Server(mailer, state)
        self._server = self.own
        self._tries = 0
        self._accepted_before = 0

    def run(self) -> None:
        """Bring mail over one session after the other until the run ends."""
        try:
            while self._wait_for_work():
                self._use_session()
        except BaseException as error:  # noqa: BLE001 - a thread has nobody above it: the recorder raises it
            self._signals.fail(error)
        finally:
            self._supply.need.set()

    def _wait_for_work(self) -> bool:
        """Wait until there is a chunk; false when the run ends. It is left to who has a session open."""
        while not (self._signals.must_end() or self._supply.is_closed):
            if self._sessions.may_open(self._number, _LOOK_SECONDS) and self._supply.wait(_LOOK_SECONDS):
                return True
        return False

    def _use_session(self) -> None:
        began = self._clock.monotonic()
        try:
            session = self._backend.open()
        except MailError as error:
            self._back_off(error, was_open=False)
            return
        self._sessions.opened(self._clock.monotonic() - began)
        failure = self._serve(session)
        self._sessions.closed()
        with suppress(MailError):  # all that was begun is settled: how it ends is nobody's trouble
            session.close()
        if failure:
            self._back_off(failure, was_open=True)

    def _serve(self, session: MailSession) -> MailError | None:
        """Have a session served until it fails or there is no more work; give the failure."""
        while True:
            failure = self._served(session)
            if failure or not isinstance(session, Interleaved) or session.is_connected:
                return failure
            if not self._wait_for_work():
                return None
            try:
                session.connect()
            except MailError as error:
                return error

    def _served(self, session: MailSession) -> MailError | None:
        if self._shared and isinstance(session, Interleaved):
            self._server = self._shared
            lane = self._server.entrust(session)
            lane.is_over.wait()
        else:
            lane = self.own.entrust(session)
            self.own.serve()
        return lane.failure

    def _back_off(self, error: MailError, *, was_open: bool) -> None:
        """Leave the work to others and wait a little, unless there is no point in it."""
        accepted = self._server.count.accepted
        self._tries = 1 if accepted > self._accepted_before else self._tries + 1
        self._accepted_before = accepted
        seconds = self._sessions.failed(self._tries, was_open=was_open)
        if seconds is None:
            self._signals.fail(error)
            return
        self._signals.notices.append(Notice(topic="connection", text=error.message))
        self._clock.pause(seconds, self._signals.must_end)
