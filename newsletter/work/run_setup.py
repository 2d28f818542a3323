"""The parts of a daily run, as the configuration says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from newsletter.config.alerts import alert_places
from newsletter.delivery.clock import SystemClock
from newsletter.store.approvals import ApprovalStore
from newsletter.store.ledger import Ledger
from newsletter.store.papers import PaperArchive
from newsletter.store.runs import RunStore
from newsletter.work.alerting import Alerting, MailChannel, WebhookChannel
from newsletter.work.approving import NothingElseThanApproved
from newsletter.work.doctor.first_send import exit_code_of, objections
from newsletter.work.doctor.patient import Parts as Examined
from newsletter.work.late_days import CatchUpPolicy
from newsletter.work.run_due import due_on
from newsletter.work.run_parts import Books, Objection, Parts, RunPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.config import Config
    from newsletter.config.schema import WeekDay
    from newsletter.ports import MailBackend
    from newsletter.rendering.checks import Finding
    from newsletter.store.database import Database
    from newsletter.store.issue_folder import StoredIssue
    from newsletter.work.alerting import Channel, Poster
    from newsletter.work.approving import Approvals
    from newsletter.work.build import Recipe
    from newsletter.work.send_issue import Desk

_WEEK: tuple[WeekDay, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


class Workshop(Examined, Protocol):
    """Where the parts of a newsletter are made; the composition root is one."""

    def recipe(self) -> Recipe:
        """Say how papers become an issue."""
        ...

    def fetcher(self) -> Poster:
        """Give what speaks HTTP."""
        ...

    def desk(self, ledger: Ledger, backend: MailBackend) -> Desk:
        """Bring together what sending takes."""
        ...

    def check(self, stored: StoredIssue) -> tuple[Finding, ...]:
        """Check a built issue."""
        ...


def run_parts(shop: Workshop, database: Database) -> Parts:
    """Bring together what a run takes, on a database that is open. Raises `ConfigError`."""
    ledger = Ledger(database)
    books = Books(
        database=database,
        ledger=ledger,
        archive=PaperArchive(database),
        approvals=approvals(shop.config, database),
    )
    week_day = _WEEK.index(shop.config.schema.run.week_day)
    return Parts(
        books=books,
        sources=shop.sources(),
        recipe=shop.recipe(),
        desk=shop.desk(ledger, shop.limited_backend(None)),
        check=shop.check,
        objections=lambda slug: _objections(shop, ledger, slug),
        issues=shop.issues,
        due=lambda day: due_on(day, ledger, week_day=week_day),
        alerting=Alerting(
            runs=RunStore(database),
            channels=tuple(_channels(shop)),
            title=shop.config.schema.newsletter.name,
        ),
        clock=SystemClock(),
    )


def run_policy(config: Config) -> RunPolicy:
    """Say by which rules a day is run."""
    table = config.schema.run
    return RunPolicy(
        catching_up=CatchUpPolicy(catch_up=table.catch_up, max_late_days=table.max_late_days),
        repeat=table.repeat,
        keeps_hours=config.schema.schedule.reader_hours,
        tell_readers=table.tell_readers,
        finish_within_hours=config.schema.sending.finish_within_hours,
    )


def approvals(config: Config, database: Database) -> Approvals:
    """Say what may be sent: what was approved, if that is asked for; else everything of which no other state
    was approved."""
    store = ApprovalStore(database)
    return store if config.schema.run.approval else NothingElseThanApproved(store)


def _objections(shop: Workshop, ledger: Ledger, slug: str) -> Objection | None:
    """Ask the doctor, before anybody has had mail."""
    found = objections(shop, ledger, issue=slug)
    if not found:
        return None
    faults = tuple(f"{finding.code}: {finding.message}" for finding in found)
    return Objection(faults=faults, exit_code=exit_code_of(found))


def _channels(shop: Workshop) -> Iterator[Channel]:
    places = alert_places(shop.config)
    if places.mail:
        yield MailChannel(
            recipient=places.mail,
            letterhead=shop.letterhead(),
            backend=shop.limited_backend(None),
            signer=shop.signer(),
        )
    if places.webhook:
        yield WebhookChannel(url=places.webhook, poster=shop.fetcher())
