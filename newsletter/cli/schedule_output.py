"""What `newsletter schedule` says besides what it prints."""

from __future__ import annotations

import difflib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.app import App
    from newsletter.work.schedule.installing import Change
    from newsletter.work.schedule.timetable import Timetable

_SECRETS = {
    "cron": "cron does not know {names}: write ..._file or ..._command into newsletter.toml instead",
    "systemd": "{names}: write NAME=value into newsletter.env beside the configuration, and `chmod 600` it",
    "github": "add as secrets of the repository: {names}",
}


def print_changes(changes: Sequence[Change], *, dry_run: bool) -> None:
    """Say what was changed; in a dry run, what would be, line by line."""
    for change in changes:
        if not change.is_needed:
            click.echo(f"{change.place}: nothing to change")
        elif dry_run:
            before = (change.before or "").splitlines(keepends=True)
            after = (change.after or "").splitlines(keepends=True)
            for line in difflib.unified_diff(before, after, change.place, change.place):
                click.echo(line if line.endswith("\n") else f"{line}\n", nl=False)
        else:
            verb = "removed from" if change.after is None or _is_less(change) else "written to"
            click.echo(f"{verb} {change.place}")


def talk_about(app: App, timetable: Timetable, where: str) -> None:
    """Say on standard error when it will be called, and what it still needs."""
    from newsletter.config.secret_names import secret_names

    at = f"{timetable.at:%H:%M} {timetable.timezone}"
    if timetable.is_hourly:
        click.echo(f"every hour at minute {timetable.at.minute}; the issue of a day from {at} on", err=True)
    else:
        click.echo(f"every day at {at}", err=True)
    left_out = timetable.left_out_after(datetime.now(UTC))
    if left_out and where in ("cron", "systemd"):
        click.echo(
            f"on {left_out} the clocks leave {timetable.at:%H:%M} out, and {where} may make no call: "
            "choose another time",
            err=True,
        )
    if names := secret_names(app.config, os.environ):
        click.echo(_SECRETS[where].format(names=", ".join(names)), err=True)
    if where == "systemd":
        click.echo("`loginctl enable-linger` lets it run while you are not logged in", err=True)


def _is_less(change: Change) -> bool:
    return len(change.after or "") < len(change.before or "")
