"""`newsletter send ISSUE`: to the subscribers."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newsletter.cli.accounting_output import print_accounting
from newsletter.cli.asking import is_somebody_there, must_agree
from newsletter.cli.first_send import stopped_before_the_first
from newsletter.cli.output import counted
from newsletter.cli.send_outlook import announce, print_outlook
from newsletter.cli.send_watching import drawing_progress, print_event, watching
from newsletter.errors import EXIT_DONE, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.app import App
    from newsletter.delivery.report import DeliveryReport
    from newsletter.delivery.stopping import StopRequest
    from newsletter.ports import MailBackend
    from newsletter.store.ledger import FrozenIssue, Ledger
    from newsletter.work.at_hand import AtHand
    from newsletter.work.outlook import Outlook
    from newsletter.work.send_issue import Desk
    from newsletter.work.send_plan import Step, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What a send does about the hours that readers chose: `keeps` them if it freezes the issue, `ignores`
    them in one that was frozen with them, `stays` until the last of them."""

    keeps: bool = False
    ignores: bool = False
    stays: bool = False


def send_issue(
    app: App,
    issue: str,
    *,
    wanted: Wanted,
    backend: str | None,
    dry_run: bool,
    yes: bool,
    anyway: bool,
    hours: Hours,
    as_json: bool,
) -> int:
    """Send to everybody who has not had it, and give the exit code."""
    way, name = app.limited_backend(backend), backend or app.config.schema.sending.backend
    refusal = app.refusal_to_reach_people() if way.reaches_people else None
    if doubt := app.doubt_about_signature():
        click.echo(f"warning: {doubt}", err=True)
    if dry_run:
        unapproved = _dry_run(app, issue, wanted, way, name, hours=hours, as_json=as_json)
        for error in filter(None, (refusal, unapproved)):
            click.echo(f"not yet ready to send: {error.message}\n{error.hint}", err=True)
        return EXIT_DONE
    if refusal:
        raise refusal
    if not way.reaches_people and name != app.config.schema.sending.backend:
        raise UsageError(
            f"{name} brings mail to nobody, but your subscribers would count as having it",
            hint="--to sends copies that count for nothing, --dry-run says who would get what; if mail "
            f'leaves that way here, write backend = "{name}" into the [sending] table',
        )
    return _send(app, issue, wanted, way, name, hours=hours, yes=yes, anyway=anyway, as_json=as_json)


def _dry_run(
    app: App, issue: str, wanted: Wanted, way: MailBackend, name: str, *, hours: Hours, as_json: bool
) -> UsageError | None:
    """Say who would get what, and give what would keep it from being sent for want of an approval."""
    from newsletter.work.at_hand import look_up
    from newsletter.work.send_plan import plan, with_readers

    with app.ledger_to_read() as ledger:
        at_hand = look_up(issue, ledger, root=app.issues)
        steps = with_readers(plan(at_hand, wanted, app.letterhead()), ledger)
        found = _looked_ahead(app, steps, at_hand, ledger, way, hours=hours, draws=True)
        refusal = _unapproved(app, at_hand, ledger)
    print_outlook(found, name, as_json=as_json)
    return refusal


def _looked_ahead(
    app: App,
    steps: Sequence[Step],
    at_hand: AtHand,
    ledger: Ledger | None,
    way: MailBackend,
    *,
    hours: Hours,
    draws: bool,
) -> Outlook:
    from newsletter.work.outlook import outlook

    return outlook(
        steps,
        at_hand,
        ledger,
        app.style(),
        way,
        at=datetime.now(UTC),
        draws=draws,
        is_for_now=hours.ignores,
        keeps_hours=hours.keeps,
    )


def _unapproved(app: App, at_hand: AtHand, ledger: Ledger | None) -> UsageError | None:
    try:
        if ledger:
            _must_be_as_approved(app, at_hand, ledger)
    except UsageError as error:
        return error
    return None


def _must_be_as_approved(app: App, at_hand: AtHand, ledger: Ledger) -> None:
    from newsletter.work.approving import must_be_approved, must_look_as_approved
    from newsletter.work.run_setup import approvals

    given = approvals(app.config, ledger.database)
    must_be_approved(at_hand, given)
    if at_hand.stored:
        issue = at_hand.stored.issue
        must_look_as_approved(at_hand, given, app.style(), ledger.wishes(issue.cadence, issue.day))


def _send(
    app: App,
    issue: str,
    wanted: Wanted,
    way: MailBackend,
    name: str,
    *,
    hours: Hours,
    yes: bool,
    anyway: bool,
    as_json: bool,
) -> int:
    from newsletter.work.send_plan import plan, with_readers

    with app.issue_to_settle(issue) as (at_hand, ledger):
        steps = with_readers(plan(at_hand, wanted, app.letterhead()), ledger)
        _must_be_as_approved(app, at_hand, ledger)
        found = _looked_ahead(app, steps, at_hand, ledger, way, hours=hours, draws=False)
        if found.is_for_nobody:
            click.echo(
                f"nobody to send to: no active subscriber takes a {found.cadence} issue of {found.day}\n"
                "hint: `newsletter subscribers add` adds one, `newsletter subscribers import` many",
                err=True,
            )
            return EXIT_DONE
        announce(found, name, as_json=as_json)
        if not anyway:
            found.must_end_within(app.config.schema.sending.finish_within_hours)
            if code := stopped_before_the_first(app, ledger, issue, name, as_json=as_json):
                return code
        if found.mails and not yes and is_somebody_there():
            must_agree(f"send to {counted(found.mails, 'subscriber')}?")
        desk = app.desk(ledger, way, stays_for_hours=hours.stays)
        return _carry_out(steps, at_hand, desk, hours, as_json=as_json)


def _carry_out(steps: Sequence[Step], at_hand: AtHand, desk: Desk, hours: Hours, *, as_json: bool) -> int:
    """Take the steps one after the other, as long as nothing stops them."""
    code = EXIT_DONE
    with stopping() as stop:
        for step in steps:
            with drawing_progress(quiet=as_json) as progress:
                frozen = desk.frozen(
                    step, at_hand, progress, keeps_hours=hours.keeps, is_for_now=hours.ignores
                )
            with watching(as_json=as_json) as watch:
                report = desk.deliver(frozen, watch, stop)
            _tell(report, desk, frozen, as_json=as_json)
            code = max(code, report.exit_code)
            if report.ending in ("failed", "halted", "interrupted"):
                return report.exit_code
            at_hand = at_hand.with_revision(frozen)
    return code


def _tell(report: DeliveryReport, desk: Desk, frozen: FrozenIssue, *, as_json: bool) -> None:
    """Print the accounting, and say why it ended and how it goes on. Raises what no mail can be sent for."""
    from newsletter.work.accounting import account

    found = account(frozen, desk.ledger, at=datetime.now(UTC))
    if as_json:
        print_event("finished", ending=report.ending, accounting=found)
    else:
        print_accounting(found)
    if said := _ENDINGS.get(report.ending):
        click.echo(said.format(issue=frozen.slug), err=True)
    if report.failure:
        raise report.failure


_ENDINGS = {
    "shared": "another sender has the rest",
    "halted": "`newsletter send {issue} --resume` goes on; --correction follows up what was wrong",
    "interrupted": "stopped",
}


@contextmanager
def stopping(known: StopRequest | None = None) -> Iterator[StopRequest]:
    """Let Ctrl-C and SIGTERM end what is in flight, and record it; a second one does not wait for replies.

    What was asked before is not forgotten where it is `known`.
    """
    from newsletter.delivery.stopping import StopRequest

    stop = known or StopRequest()
    if threading.current_thread() is not threading.main_thread():  # signals are none of its business
        yield stop
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: stop.ask()) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
