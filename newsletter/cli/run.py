"""`newsletter run`."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from newsletter.cli.asking import is_somebody_there
from newsletter.cli.options import as_date, config_option, json_option
from newsletter.cli.output import counted
from newsletter.errors import NewsletterError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path

    from newsletter.app import App
    from newsletter.delivery.stopping import StopRequest
    from newsletter.delivery.watching import Watch
    from newsletter.work.freezing import DrawingProgress
    from newsletter.work.outlook import Outlook
    from newsletter.work.run_parts import RunPolicy


@click.command()
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day to run, instead of today.",
)
@click.option("--dry-run", is_flag=True, help="Fetch, say what would happen, and change and send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before sending.")
@click.option("--no-send", is_flag=True, help="Stop before sending; a later run goes on.")
@click.option("--anyway", is_flag=True, help="Send even if the doctor objects, or if it ends too late.")
@click.option(
    "--repeat", is_flag=True, help="Show again what earlier issues showed, if today's sources list it."
)
@json_option
@config_option
@click.pass_context
def run(
    context: click.Context,
    *,
    day: datetime | None,
    dry_run: bool,
    yes: bool,
    no_send: bool,
    anyway: bool,
    repeat: bool,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Make and send the issue of the day: fetch, compose, check, send.

    Run it every morning. Each step is done once a day, so that a run that was stopped is simply run again;
    two at once do not get in each other's way. Every day gets a verdict in words (`newsletter runs`): what
    was sent to how many, or why nothing was.

    Exit code 3 says that every source failed, 8 that a check found errors and nothing was sent; 6 and 7 are
    those of `newsletter send`.
    """
    from dataclasses import replace

    from newsletter.app import App
    from newsletter.work.run_setup import run_policy

    app = App.open(config_path)
    chosen = _chosen(app, as_date(day))
    rules = run_policy(app.config)
    policy = replace(
        rules,
        sends=not (no_send or dry_run),
        repeat=rules.repeat or repeat,
        asks_doctor=not anyway,
        finish_within_hours=None if anyway else rules.finish_within_hours,
    )
    screen = Screen(app.config.schema.sending.backend, asks=policy.sends and not yes)
    if dry_run:
        context.exit(_rehearse(app, chosen, policy, screen, as_json=as_json))
    if policy.sends:
        _refuse_what_reaches_nobody(app)
    context.exit(_run(app, chosen, policy, screen, as_json=as_json))


def _chosen(app: App, day: date | None) -> date:
    """Take the day that is meant. Raises `UsageError` for one that is still to come."""
    now = datetime.now(UTC)
    if day and day > (now + timedelta(days=1)).date():
        raise UsageError(
            f"{day} is still to come, and its issue would go out at once", hint="give a day that has begun"
        )
    return day or app.timetable().day_of(now)


def _run(app: App, day: date, policy: RunPolicy, screen: Screen, *, as_json: bool) -> int:
    from newsletter.cli.run_output import print_record
    from newsletter.store.runs import RunStore
    from newsletter.work.run import run as run_day
    from newsletter.work.run_setup import run_parts

    with app.ready_database() as database:
        try:
            record = run_day(run_parts(app, database), day, policy, screen)
        except NewsletterError:
            failed = RunStore(database).find(day) if as_json else None
            if failed and failed.verdict == "failed":
                print_record(failed, as_json=True)
            raise
    print_record(record, as_json=as_json)
    return record.exit_code


def _rehearse(app: App, day: date, policy: RunPolicy, screen: Screen, *, as_json: bool) -> int:
    from newsletter.cli.run_output import print_foreseen
    from newsletter.work.run_rehearsal import rehearse
    from newsletter.work.run_setup import run_parts

    with app.database() as database:
        found = rehearse(database, lambda tried: run_parts(app, tried), day, policy, screen)
    return print_foreseen(found, day, app.config.schema.sending.backend, as_json=as_json)


def _refuse_what_reaches_nobody(app: App) -> None:
    """Nothing is fetched and composed for mail that could not leave."""
    if app.limited_backend(None).reaches_people and (refusal := app.refusal_to_reach_people()):
        raise refusal
    if doubt := app.doubt_about_signature():
        click.echo(f"warning: {doubt}", err=True)


class Screen:
    """Tells of a run on standard error, and asks where a person sits."""

    def __init__(self, way: str, *, asks: bool) -> None:
        from newsletter.delivery.stopping import StopRequest

        self._stop = StopRequest()
        self._way = way
        self._asks = asks and is_somebody_there()

    def said(self, line: str, /) -> None:
        """Print a line."""
        from newsletter.cli.send_watching import say

        say(line)

    def may_send(self, outlook: Outlook, /) -> bool:
        """Ask, before mails go out."""
        from newsletter.cli.send_outlook import announce

        announce(outlook, self._way, as_json=False)
        if not outlook.mails or not self._asks:
            return True
        return click.confirm(f"send to {counted(outlook.mails, 'subscriber')}?", err=True)

    def drawing(self) -> AbstractContextManager[DrawingProgress]:
        """Show how many wishes are drawn."""
        from newsletter.cli.send_watching import drawing_progress

        return drawing_progress(quiet=False)

    @contextmanager
    def delivering(self) -> Iterator[Watch]:
        """Show a bar, or lines; until it ends, Ctrl-C lets what is in flight be recorded."""
        from newsletter.cli.send_issue import stopping
        from newsletter.cli.send_watching import watching

        with stopping(self._stop), watching(as_json=False) as watch:
            yield watch

    @property
    def stop(self) -> StopRequest:
        """What Ctrl-C asks."""
        return self._stop
