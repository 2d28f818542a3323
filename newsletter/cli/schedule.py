"""`newsletter schedule`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsletter.cli.options import config_option
from newsletter.cli.schedule_output import print_changes, talk_about
from newsletter.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import time

    from newsletter.app import App
    from newsletter.work.schedule.command import RunCommand
    from newsletter.work.schedule.timetable import Timetable


T = TypeVar("T")


@click.group()
def schedule() -> None:
    """Have `newsletter run` called every day: by cron, by systemd, by GitHub Actions, or by this program.

    Each prints what it would set up; --install sets it up and --remove takes it away again. Where readers get
    an issue at their own hour (reader_hours in the [schedule] table), it is called every hour.
    """


def _time(_context: click.Context, _parameter: click.Parameter, text: str | None) -> time | None:
    from newsletter.config.schedule import time_of_day

    return _read_by(time_of_day, text)


def _zone(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    from newsletter.config.schedule import time_zone

    return _read_by(time_zone, text)


def _read_by(read: Callable[[str], T], text: str | None) -> T | None:
    try:
        return None if text is None else read(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r}: {error}") from error


def _when(command: Callable[..., None]) -> Callable[..., None]:
    command = config_option(command)
    zone = click.option("--timezone", metavar="ZONE", callback=_zone, help="Such as Europe/Berlin.")
    at = click.option("--at", metavar="HH:MM", callback=_time, help="When the issue of a day is made.")
    return at(zone(command))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person wants to have set up, or just to see."""

    at: time | None
    timezone: str | None
    install: bool
    remove: bool
    dry_run: bool
    config_path: Path | None

    @property
    def is_to_change(self) -> bool:
        """Whether more than a look is wanted."""
        return self.install or self.remove

    def opened(self) -> tuple[App, RunCommand, Timetable]:
        """Say what is called and when. Raises `UsageError` for what cannot be meant."""
        _refuse_both(install=self.install, remove=self.remove, dry_run=self.dry_run)
        return _open(self.config_path, self.at, self.timezone)


def _setting_up(command: Callable[[Asked], None]) -> Callable[..., None]:
    @wraps(command)
    def called(**options: Any) -> None:
        command(Asked(**options))

    dry = click.option("--dry-run", is_flag=True, help="Show what --install or --remove would change.")
    remove = click.option("--remove", is_flag=True, help="Take away what --install set up.")
    install = click.option("--install", is_flag=True, help="Set it up.")
    return _when(install(remove(dry(called))))


def _open(
    config_path: Path | None, at: time | None, timezone: str | None
) -> tuple[App, RunCommand, Timetable]:
    from newsletter.app import App
    from newsletter.work.schedule.command import command_for

    app = App.open(config_path)
    return app, command_for(app.config.path), app.timetable(at=at, timezone=timezone)


def _refuse_both(*, install: bool, remove: bool, dry_run: bool) -> None:
    if install and remove:
        raise UsageError("--install and --remove exclude each other", hint="choose one of them")
    if dry_run and not (install or remove):
        raise UsageError(
            "--dry-run shows what --install or --remove would change",
            hint="without any of them it is printed, and nothing is changed",
        )


@schedule.command()
@_setting_up
def crontab(asked: Asked) -> None:
    """Have cron call it. Only the lines between our own two marks are ever touched."""
    from newsletter.work.schedule.crontab import crontab_block, with_block, without_block
    from newsletter.work.schedule.installing import Change, Crontab
    from newsletter.work.schedule.timetable import machine_zone

    app, command, timetable = asked.opened()
    program = Crontab()
    block = crontab_block(command, timetable, machine_zone=machine_zone(), knows_zones=program.knows_zones())
    if not asked.is_to_change:
        click.echo(block, nl=False)
        talk_about(app, timetable, "cron")
        return
    before = program.read()
    after = with_block(before, command, block) if asked.install else without_block(before, command)
    change = Change(place=program.place, before=before, after=after)
    if change.is_needed and not asked.dry_run:
        program.write(after)
    print_changes([change], dry_run=asked.dry_run)
    if asked.install:
        talk_about(app, timetable, "cron")


@schedule.command()
@_setting_up
def systemd(asked: Asked) -> None:
    """Have your own systemd call it, by a timer. A run that was missed is made up for."""
    from newsletter.work.schedule.installing import carry_out, file_changes, systemctl, take_away_timer
    from newsletter.work.schedule.systemd import systemd_units

    app, command, timetable = asked.opened()
    units = systemd_units(command, timetable)
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    if not asked.is_to_change:
        for name, text in units.files.items():
            click.echo(f"# {folder / name}\n{text}")
        talk_about(app, timetable, "systemd")
        return
    wanted = {name: text if asked.install else None for name, text in units.files.items()}
    changes = file_changes(folder, wanted, units.mark)
    timer, failure = f"{units.name}.timer", None
    if asked.remove and not asked.dry_run:
        failure = take_away_timer(timer, changes, folder)
    elif not asked.dry_run:
        carry_out(changes, folder)
        systemctl("daemon-reload")
        systemctl("enable", "--now", timer)
    print_changes(changes, dry_run=asked.dry_run)
    if failure:
        raise failure
    if asked.install:
        talk_about(app, timetable, "systemd")


@schedule.command()
@_setting_up
def github(asked: Asked) -> None:
    """Have GitHub Actions call it, by a workflow in the repository that holds the configuration."""
    from newsletter.work.schedule.github import MARK, PLACE, github_workflow
    from newsletter.work.schedule.installing import carry_out, file_changes
    from newsletter.work.schedule.repository import find_root, repository_of

    app, command, timetable = asked.opened()
    root = find_root(command.folder)
    if root is None:
        raise ConfigError(
            f"{command.folder} is in no git repository, and GitHub runs what is in one",
            hint="`git init` there, or in a folder above",
        )
    workflow = None
    if not asked.remove:
        repository = repository_of(app.config, root, os.environ)
        workflow = github_workflow(repository, timetable, year=datetime.now(UTC).year)
    if not asked.is_to_change:
        click.echo(workflow, nl=False)
        talk_about(app, timetable, "github")
        return
    changes = file_changes(root, {PLACE: workflow}, MARK)
    if not asked.dry_run:
        carry_out(changes, (root / PLACE).parent)
    print_changes(changes, dry_run=asked.dry_run)
    if asked.install:
        talk_about(app, timetable, "github")


@schedule.command()
@_when
@click.option("--now", "at_once", is_flag=True, help="Run at once, too, before the first time comes.")
def foreground(*, at: time | None, timezone: str | None, at_once: bool, config_path: Path | None) -> None:
    """Stay, and call it: for a container, or a machine without cron. Ctrl-C or SIGTERM end it."""
    from newsletter.cli.send_issue import stopping
    from newsletter.delivery.clock import SystemClock
    from newsletter.work.schedule.foreground import stay
    from newsletter.work.schedule.running import child_run

    _, command, timetable = _open(config_path, at, timezone)
    clock = SystemClock()
    with stopping() as stop:
        stay(
            timetable,
            child_run(command, clock),
            clock=clock,
            stop=stop,
            say=lambda line: click.echo(line, err=True),
            runs_at_once=at_once,
        )
    click.echo("stopped", err=True)
