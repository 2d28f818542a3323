"""`newsletter subscribers import` and `export`."""

from __future__ import annotations

import contextlib
import csv
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.options import OutputPath, config_option, json_option
from newsletter.cli.output import counted, print_json
from newsletter.cli.subscribers_options import STATUSES, assumed, wishes
from newsletter.errors import StoreError

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator

    from newsletter.audience.importing import Imported
    from newsletter.audience.records import Format, Rejection
    from newsletter.subscriber import Status

_SHOWN = 10
_FORMATS = click.Choice(("csv", "jsonl"))
_SUFFIXES: dict[str, Format] = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


@click.command("import")
@click.argument("file")
@click.option("--consent-source", default="", metavar="TEXT", help="Where these people agreed to be mailed.")
@click.option("--format", "form", type=_FORMATS, help="CSV or JSON Lines, where the file does not show it.")
@click.option(
    "--report",
    type=OutputPath(dir_okay=False),
    help="Write each row not taken to this CSV file.",
)
@click.option("--dry-run", is_flag=True, help="Check every row, and change nothing.")
@wishes
@json_option
@config_option
def import_(
    *,
    file: str,
    consent_source: str,
    form: Format | None,
    report: Path | None,
    dry_run: bool,
    consent_at: datetime | None,
    as_json: bool,
    config_path: Path | None,
    **wanted: Any,
) -> None:
    """Import people from FILE (- is standard input): CSV with a line of column names, or JSON Lines.

    Columns: address, name, status, sections, cadence, timezone, hour, language, consent_source, consent_at;
    only the address is needed. All rows that are right come in together, or none. Who is here already stays
    as they are, and who left stays away. The options hold for rows that say nothing.
    """
    from newsletter.app import App
    from newsletter.audience.importing import import_people
    from newsletter.cli.opening import opened

    app = App.open(config_path)
    now = datetime.now(UTC)
    assumptions = assumed(app, consent_source=consent_source, consent_at=consent_at, now=now, **wanted)
    with (
        opened(file) as stream,
        app.subscribers_to_read() if dry_run else app.subscribers() as store,
        _rejections(report) as reject,
        _progress(stream, quiet=as_json) as progress,
    ):
        done = import_people(
            stream,
            store,
            name="standard input" if file == "-" else Path(file).name,
            assumed=assumptions,
            at=now,
            reject=reject,
            progress=progress,
            wanted=form or _SUFFIXES.get(Path(file).suffix.lower()),
            dry_run=dry_run,
        )
    if as_json:
        print_json(done)
    else:
        _print(done, report)


@click.command()
@click.argument("file")
@click.option("--format", "form", type=_FORMATS, help="Where the name does not show it.")
@click.option("--status", type=click.Choice(STATUSES), help="Only those with this status.")
@click.option("--force", is_flag=True, help="Replace the file.")
@config_option
def export(
    *, file: str, form: Format | None, status: Status | None, force: bool, config_path: Path | None
) -> None:
    """Write everybody to FILE (- is standard output) for a later import, or for a spreadsheet.

    In CSV, a cell that a spreadsheet would take for a formula has an apostrophe in front, which the import
    takes away; JSON Lines has the bare text. Nobody else may read the file.
    """
    from newsletter.app import App
    from newsletter.audience.exporting import export_people

    form = form or _SUFFIXES.get(Path(file).suffix.lower(), "csv")
    app = App.open(config_path)
    app.must_have_database()
    with app.subscribers() as store:
        people = store.everybody(status)
        if file == "-":
            export_people(people, sys.stdout, form)
            return
        path = Path(file)
        if path.exists() and not force:
            raise StoreError(
                f"{path}: exists already", hint="choose another name, or replace it with --force"
            )
        with private_file(path) as output:
            count = export_people(people, output, form)
    click.echo(f"wrote {counted(count, 'subscriber')} to {path}", err=True)


def _print(done: Imported, report: Path | None) -> None:
    word = "would import" if done.dry_run else "imported"
    click.echo(f"{word} {counted(done.admitted, 'subscriber')} from {counted(done.rows, 'row')}")
    if done.ignored:
        names = ", ".join(repr(name[:40]) for name in done.ignored[:_SHOWN])
        click.echo(f"columns that were not read: {names}", err=True)
    for kind, count in sorted(done.rejected.items(), key=lambda item: -item[1]):
        click.echo(f"{counted(count, 'row')} not taken: {_KINDS.get(kind, kind)}", err=True)
    if report and done.rejected:
        click.echo(f"{report} has a line for each", err=True)


_KINDS = {
    "known": "subscribers already",
    "left": "people who left before",
    "erased": "people who asked to be forgotten",
    "repeated": "an address again",
    "address": "no right address",
    "consent": "no consent source",
    "consent_at": "no right time of consent",
    "timezone": "no known time zone",
    "sections": "no section of this newsletter",
    "hour": "no hour of the day",
    "status": "no status of ours",
    "cadence": "no cadence of ours",
    "language": "no language that editions speak",
    "name": "a name too long",
    "consent_source": "a consent source too long",
    "quotes": "quotes that are not closed",
    "cells": "more cells than columns",
    "json": "no JSON object of texts",
    "encoding": "no UTF-8",
    "length": "too long",
}


@contextlib.contextmanager
def _rejections(report: Path | None) -> Iterator[Callable[[Rejection], None]]:
    """Give what each rejection is handed to: a report if one is wanted; the first few are told anyway."""
    told = 0
    with contextlib.ExitStack() as stack:
        writer = csv.writer(stack.enter_context(private_file(report))) if report else None
        if writer:
            writer.writerow(("row", "problem", "expected"))

        def reject(rejection: Rejection) -> None:
            nonlocal told
            told += 1
            if told <= _SHOWN:
                click.echo(
                    f"row {rejection.row}: {rejection.problem}; expected: {rejection.expected}", err=True
                )
            elif told == _SHOWN + 1 and not report:
                click.echo("... --report FILE lists every row that is not taken", err=True)
            if writer:
                writer.writerow((rejection.row, rejection.problem, rejection.expected))

        yield reject


@contextlib.contextmanager
def private_file(path: Path) -> Iterator[io.TextIOWrapper]:
    """Write a text file that nobody else may read; it replaces the old one when it is whole."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as output:
            yield output
        beside.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        beside.unlink(missing_ok=True)


@contextlib.contextmanager
def _progress(stream: io.BufferedReader, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """Show how far the file is read, where somebody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    size = os.fstat(stream.fileno()).st_size or None
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=size)

        def progress() -> None:
            with contextlib.suppress(OSError):  # a pipe has no place
                done = stream.tell()
                bar.update(task, completed=done, description="storing" if done == size else "reading")

        yield progress
