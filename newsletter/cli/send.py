"""`newsletter send`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option, json_option
from newsletter.cli.send_copies import send_copies
from newsletter.cli.send_issue import Hours, send_issue
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("issue")
@click.option("--to", "recipients", multiple=True, help="Only copies, to these addresses; repeatable.")
@click.option("--backend", help="How: smtp, eml, maildir, console or a plug-in's; else the configured one.")
@click.option("--dry-run", is_flag=True, help="Say who would get what, and send and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--anyway", is_flag=True, help="Begin even if the doctor objects, or if it ends too late.")
@click.option("--resume", is_flag=True, help="Lift the halt, and go on with what was halted.")
@click.option("--hours", is_flag=True, help="Each at the hour they chose, where they live; who is late, now.")
@click.option("--now", is_flag=True, help="Also to those whose hour has not come.")
@click.option("--stay", is_flag=True, help="Stay until everybody's hour has come.")
@click.option("--correction", is_flag=True, help="Follow up what was halted to all who have it.")
@json_option
@config_option
@click.pass_context
def send(
    context: click.Context,
    *,
    issue: str,
    recipients: tuple[str, ...],
    backend: str | None,
    dry_run: bool,
    yes: bool,
    anyway: bool,
    hours: bool,
    now: bool,
    stay: bool,
    resume: bool,
    correction: bool,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Send ISSUE (a folder, or a slug such as 2025-11-07) to your subscribers, or copies of it with --to.

    Each subscriber gets it once, however often and from wherever this is run: the first run settles who gets
    what (freezes the issue), and every run goes on where the last one ended. On a terminal it asks first.

    Everybody gets it now, unless that first run was told --hours: then each run sends what is due.

    Before anybody has had mail, what `newsletter doctor` can see quickly is looked at, and the mail server is
    asked: with errors nothing begins (exit code 8), unless --anyway. That also begins what cannot end within
    finish_within_hours.

    With --json the events of a send are printed as they come, one JSON object per line; the last is the
    accounting. Exit code 7 says that some mails were refused, put off or are in doubt, 6 that the mail system
    serves nobody now.
    """
    from newsletter.app import App

    _refuse_contradictions(
        bool(recipients),
        resume=resume,
        correction=correction,
        anyway=anyway,
        hours=hours,
        now=now,
        stay=stay,
    )
    app = App.open(config_path)
    if recipients:
        code = send_copies(app, issue, recipients, backend=backend, dry_run=dry_run, as_json=as_json)
    else:
        code = send_issue(
            app,
            issue,
            wanted="correction" if correction else "resume" if resume else "send",
            backend=backend,
            dry_run=dry_run,
            yes=yes,
            anyway=anyway,
            hours=Hours(keeps=hours, ignores=now, stays=stay),
            as_json=as_json,
        )
    context.exit(code)


def _refuse_contradictions(copies: bool, **wanted: bool) -> None:
    given = [f"--{name}" for name, is_given in wanted.items() if is_given]
    if copies and given:
        raise UsageError(
            f"--to sends copies to the addresses you name, and {given[0]} is about your subscribers",
            hint="leave one of them out",
        )
    if wanted["resume"] and wanted["correction"]:
        raise UsageError(
            "--resume goes on with what was halted, and --correction sends something else instead",
            hint="choose one of them",
        )
    if wanted["hours"] and (wanted["now"] or wanted["correction"]):
        other = "--now" if wanted["now"] else "--correction"
        raise UsageError(
            f"--hours lets readers wait for their hour, and {other} sends at once",
            hint="choose one of them",
        )
