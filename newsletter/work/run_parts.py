"""What the daily run is made of, and who listens to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from newsletter.store.runs import RunStore
from newsletter.work.late_days import CatchUpPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path

    from newsletter.delivery.clock import Clock
    from newsletter.delivery.stopping import StopRequest
    from newsletter.delivery.watching import Watch
    from newsletter.issues.due import Due
    from newsletter.rendering.checks import Finding
    from newsletter.store.database import Database
    from newsletter.store.issue_folder import StoredIssue
    from newsletter.store.ledger import Ledger
    from newsletter.store.papers import PaperArchive
    from newsletter.work.alerting import Alerting
    from newsletter.work.approving import Approvals
    from newsletter.work.build import Recipe
    from newsletter.work.freezing import DrawingProgress
    from newsletter.work.harvest import Named
    from newsletter.work.outlook import Outlook
    from newsletter.work.send_issue import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPolicy:
    """The rules of a run. `repeat`: papers that today's sources list again are shown again. `sends`: mail
    goes out, `keeps_hours`: to each reader at the hour they chose. `tell_readers`: an issue names the sources
    that failed. `asks_doctor`: nothing goes to people for the first time against the doctor's advice.
    `finish_within_hours` None: a send may take as long as it likes."""

    catching_up: CatchUpPolicy = field(default_factory=CatchUpPolicy)
    repeat: bool = False
    sends: bool = True
    keeps_hours: bool = False
    tell_readers: bool = False
    asks_doctor: bool = True
    finish_within_hours: float | None = 24


class RunWatch(Protocol):
    """Whoever looks at a run, and may be asked."""

    def said(self, line: str, /) -> None:
        """Hear what happened."""
        ...

    def may_send(self, outlook: Outlook, /) -> bool:
        """Say whether to go on, where somebody is there to be asked."""
        ...

    def drawing(self) -> AbstractContextManager[DrawingProgress]:
        """Watch editions being drawn."""
        ...

    def delivering(self) -> AbstractContextManager[Watch]:
        """Watch mails being sent."""
        ...

    @property
    def stop(self) -> StopRequest:
        """By which the run is asked to stop sending."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What a run reads and writes: everything is in one database, which may be one to rehearse with."""

    database: Database
    ledger: Ledger
    archive: PaperArchive
    approvals: Approvals

    @property
    def runs(self) -> RunStore:
        """The days of earlier runs."""
        return RunStore(self.database)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What the doctor has against the first mail to people."""

    faults: tuple[str, ...]
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All that a run takes. `issues` is where the folders of issues lie, `due` says which issues a day asks
    for, `objections` what speaks against sending one to people who never had mail of this newsletter."""

    books: Books
    sources: Sequence[Named]
    recipe: Recipe
    desk: Desk
    check: Callable[[StoredIssue], Sequence[Finding]]
    objections: Callable[[str], Objection | None]
    due: Callable[[date], Sequence[Due]]
    issues: Path
    alerting: Alerting
    clock: Clock
