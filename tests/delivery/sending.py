"""A process that sends, and may kill itself at a named step; `tests.delivery.processes` starts it."""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import event

from newsletter.backends.smtp import SmtpBackend
from newsletter.delivery.policy import DeliveryPolicy, DoubtPolicy
from newsletter.delivery.run import deliver
from newsletter.delivery.stopping import StopRequest
from newsletter.errors import NewsletterError
from newsletter.store.database import Database, open_database
from newsletter.store.journal_file import FileJournal
from newsletter.store.ledger import Claimed, IssueId, Ledger, Recovered, SenderHold, Verdict
from tests.conftest import patient
from tests.delivery.stage import Letters, ShiftedClock, freeze

# Where a process may be killed, in the order of a send. Those at the wire are the sink's to watch for.
OWN_STEPS = (
    "during freeze",
    "after freeze",
    "after claim",
    "before intent",
    "after intent",
    "before note",
    "after note",
    "before flush",
    "during flush",
    "after flush",
    "before close",
    "during close",
    "during recovery",
    "after recovery",
)
# Only a journal file has it: what was accepted is written there, what is about to be sent is not yet.
BETWEEN = "between note and intent"
WIRE_STEPS = ("after the dot", "after the reply")


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a process is to do. `step` and `count`: kill it the so-manieth time it comes there."""

    url: str
    port: int
    folder: str
    transport: str = "plain"
    connections: int = 2
    in_doubt: DoubtPolicy = "hold"
    step: str = ""
    count: int = 1
    shift_days: float = 0
    lease_seconds: float = 120
    is_freezing: bool = False
    drain_seconds: float = 15
    largest_file: int = 0


class Steps:
    """Counts how often a process comes to a step, and kills it when its time has come."""

    def __init__(self, job: Job, database: Database) -> None:
        self._step, self._left = job.step, job.count
        self._within = ""
        event.listen(database.engine, "after_cursor_execute", self._after_statement)

    def reach(self, step: str) -> None:
        if step != self._step:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def within(self, work: str) -> Iterator[None]:
        """Count each change of a row in there as a step."""
        self._within = work
        yield
        self._within = ""

    def _after_statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if self._within and statement.lstrip().upper().startswith(("UPDATE", "INSERT", "DELETE")):
            self.reach(f"during {self._within}")


class SteppingHold:
    """A hold that tells the steps; `intents` is a file with every delivery that was about to be intended."""

    def __init__(self, hold: SenderHold, steps: Steps, intents: int) -> None:
        self._hold, self._steps, self._intents = hold, steps, intents
        if isinstance(journal := hold._journal, FileJournal):
            journal._intend = self._after_notes(journal._intend)  # type: ignore[method-assign]

    def _after_notes(self, intend: Callable[..., None]) -> Callable[..., None]:
        def intended(*arguments: Any) -> None:
            self._steps.reach(BETWEEN)
            intend(*arguments)

        return intended

    def claim(self, issue: IssueId, limit: int, *, at: datetime) -> Claimed:
        claimed = self._hold.claim(issue, limit, at=at)
        self._steps.reach("after claim")
        return claimed

    def intend(self, delivery: int) -> None:
        self._steps.reach("before intent")
        os.write(self._intents, b"%d\n" % delivery)
        self._hold.intend(delivery)
        self._steps.reach("after intent")

    def note(self, delivery: int, verdict: Verdict) -> None:
        self._steps.reach("before note")
        self._hold.note(delivery, verdict)
        self._steps.reach("after note")

    def record(self, accepted: Sequence[int], intents: Sequence[int]) -> None:
        self._reach_each("before", accepted, intents)
        os.write(self._intents, b"".join(b"%d\n" % delivery for delivery in intents))
        self._hold.record(accepted, intents)
        self._reach_each("after", accepted, intents)

    def _reach_each(self, when: str, accepted: Sequence[int], intents: Sequence[int]) -> None:
        for _ in accepted:
            self._steps.reach(f"{when} note")
        for _ in intents:
            self._steps.reach(f"{when} intent")

    def flush(self, *, at: datetime) -> int:
        self._steps.reach("before flush")
        with self._steps.within("flush"):
            count = self._hold.flush(at=at)
        if count:
            self._steps.reach("after flush")
        return count

    def give_back(
        self, deliveries: Collection[int], *, not_before: datetime | None = None, at: datetime
    ) -> None:
        self._hold.give_back(deliveries, not_before=not_before, at=at)

    def renew(self, *, at: datetime) -> None:
        self._hold.renew(at=at)

    def is_halted(self, issue: IssueId) -> bool:
        return self._hold.is_halted(issue)


class SteppingLedger:
    """A ledger that tells the steps."""

    def __init__(self, ledger: Ledger, steps: Steps, job: Job) -> None:
        self._ledger, self._steps, self._job = ledger, steps, job

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    @contextmanager
    def sender(self) -> Iterator[SteppingHold]:
        intents = os.open(Path(self._job.folder) / "intents", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        with self._ledger.sender(lease_seconds=self._job.lease_seconds) as hold:
            yield SteppingHold(hold, self._steps, intents)
            self._steps.reach("before close")
            self._steps._within = "close"
        self._steps._within = ""
        os.close(intents)

    def recover(self, *, at: datetime, strays: bool = True) -> Recovered:
        with self._steps.within("recovery"):
            recovered = self._ledger.recover(at=at, strays=strays)
        if recovered.senders:
            self._steps.reach("after recovery")
        return recovered


def smtp(port: int, transport: str, **options: object) -> SmtpBackend:
    options |= {"host": "127.0.0.1", "port": port, "security": "none", "transport": transport}
    return SmtpBackend(SmtpBackend.Options.model_validate(options))


def run(job: Job) -> dict[str, Any]:
    """Do the job; give the report for those who asked."""
    if job.largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job.largest_file, resource.RLIM_INFINITY))
    stop = StopRequest()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.ask())
    database = patient(open_database(job.url))
    steps = Steps(job, database)
    if job.is_freezing:
        with steps.within("freeze"):
            freeze(database)
        steps.reach("after freeze")
    ledger = Ledger(database)
    issue = ledger.find("2025-11-07")
    assert issue
    try:
        report = deliver(
            replace(issue),
            cast("Ledger", SteppingLedger(ledger, steps, job)),
            smtp(job.port, job.transport),
            Letters(),
            DeliveryPolicy(
                connections=job.connections,
                in_doubt=job.in_doubt,
                patience_minutes=0,
                drain_seconds=job.drain_seconds,
            ),
            clock=ShiftedClock(timedelta(days=job.shift_days)),
            stop=stop,
        )
    except NewsletterError as error:
        return {"ending": "error", "message": error.message, "kind": type(error).__name__}
    finally:
        database.close()
    return {
        "ending": report.ending,
        "counts": dict(report.books.counts),
        "message": report.failure.message if report.failure else "",
        "until": report.until.astimezone(UTC).isoformat() if report.until else None,
    }


Runner = Callable[[Job], dict[str, Any]]


def encoded(job: Job) -> str:
    return json.dumps(asdict(job))


def decoded(text: str) -> Job:
    return Job(**json.loads(text))
