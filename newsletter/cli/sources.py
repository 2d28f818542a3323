"""`newsletter sources`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.options import OutputPath, as_date, config_option, json_option
from newsletter.cli.output import counted, print_json, print_table
from newsletter.errors import EXIT_DONE, EXIT_FOUND_ERRORS, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from newsletter.app import App
    from newsletter.sources.named import NamedSource
    from newsletter.work.source_trial import Trial

_name_argument = click.argument("name", required=False)
_day_option = click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to ask for, instead of what is there now.",
    metavar="YYYY-MM-DD",
)


@click.group()
def sources() -> None:
    """Where papers come from: the [sources] tables of newsletter.toml."""


@sources.command("list")
@json_option
@config_option
def list_(*, as_json: bool, config_path: Path | None) -> None:
    """List the sources of the configuration, and the kinds that there are."""
    from newsletter import plugins
    from newsletter.app import App
    from newsletter.config.sources import source_tables

    app = App.open(config_path)
    tables = source_tables(app.config)
    kinds = plugins.names("newsletter.sources")
    if as_json:
        print_json({"sources": tables, "kinds": kinds})
        return
    rows = [[one.name, one.kind, "yes" if one.is_enabled else "no"] for one in tables]
    print_table(["Source", "Kind", "In use"], rows)
    others = [kind for kind in kinds if kind not in {one.kind for one in tables}]
    if others:
        click.echo(
            f"other kinds: {', '.join(others)}; a table such as [sources.{others[0]}] uses one", err=True
        )


@sources.command()
@_name_argument
@_day_option
@json_option
@config_option
@click.pass_context
def check(
    context: click.Context, *, name: str | None, day: datetime | None, as_json: bool, config_path: Path | None
) -> None:
    """Ask each source in use, or the one called NAME, for its first document; ends with 8 if one fails."""
    from newsletter.cli.sources_output import as_data, failed, print_check

    trials = []
    for trial in _trials(config_path, name, as_date(day), max_documents=1):
        trials.append(trial)
        if not as_json:
            print_check(trial)
    if as_json:
        print_json({"day": as_date(day), "sources": [as_data(trial) for trial in trials]})
    context.exit(EXIT_FOUND_ERRORS if failed(trials) else EXIT_DONE)


@sources.command()
@_name_argument
@_day_option
@click.option("--save", "folder", type=OutputPath(), help="Keep the documents in this folder.")
@json_option
@config_option
@click.pass_context
def fetch(
    context: click.Context,
    *,
    name: str | None,
    day: datetime | None,
    folder: Path | None,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Fetch what the sources in use have, or the one called NAME, and say what was read; ends with 3 if one
    fails. Nothing else is done with it."""
    from newsletter.cli.sources_output import as_data, failed, print_errors, print_trials
    from newsletter.work.source_trial import save

    trials, saved = [], []
    for trial in _trials(config_path, name, as_date(day)):
        trials.append(trial)
        saved.append(save(trial, folder) if folder else ())
    if as_json:
        data = [as_data(trial, paths) for trial, paths in zip(trials, saved, strict=True)]
        print_json({"day": as_date(day), "sources": data})
    else:
        print_trials(trials)
        if folder:
            click.echo(f"{counted(sum(map(len, saved)), 'document')} in {folder}", err=True)
    print_errors(trials)
    context.exit(SourceError.exit_code if failed(trials) else EXIT_DONE)


def _trials(
    config_path: Path | None, name: str | None, day: date | None, *, max_documents: int | None = None
) -> Iterator[Trial]:
    from newsletter import plugins
    from newsletter.app import App
    from newsletter.work.source_trial import try_source

    app = App.open(config_path)
    parsers = plugins.load_parsers()
    for source in _wanted(app, name):
        click.echo(f"asking {source.name} ...", err=True)
        yield try_source(source, day, parsers, max_documents=max_documents)


def _wanted(app: App, name: str | None) -> Sequence[NamedSource]:
    from newsletter.config.sources import source_tables
    from newsletter.errors import UsageError

    if name is None:
        return app.sources()
    tables = source_tables(app.config)
    for table in tables:
        if table.name == name:
            return (app.source(table),)
    raise UsageError(
        f"no source {name!r}; the configuration has {', '.join(table.name for table in tables)}",
        hint=f"a table [sources.{name}] in newsletter.toml makes one",
    )
