"""`newsletter db`: the database itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from newsletter.cli.asking import must_agree
from newsletter.cli.options import OutputPath, config_option, json_option
from newsletter.cli.output import counted, print_json
from newsletter.errors import EXIT_DONE, EXIT_FOUND_ERRORS, StoreError


@click.group()
def db() -> None:
    """Look after the database: newsletter.db beside the configuration, or what [store] names."""


@db.command()
@json_option
@config_option
def status(*, as_json: bool, config_path: Path | None) -> None:
    """Say where the database is, which version it has and what is in it; changes nothing."""
    from newsletter.app import App
    from newsletter.store.overview import overview

    with App.open(config_path).database() as database:
        found = overview(database)
    if as_json:
        print_json(found)
        return
    state = {
        "absent": "not there yet; the first command that stores something makes it",
        "empty": "empty; `newsletter db migrate` makes its tables",
        "old": "of an older version; `newsletter db migrate` brings it to this one",
        "current": f"up to date (revision {found.revision})",
    }
    click.echo(f"{found.engine}: {found.place}")
    click.echo(state[found.state])
    if found.bytes is not None:
        click.echo(f"{found.bytes:,} bytes")
    if found.counts is not None:
        people = ", ".join(f"{count:,} {name}" for name, count in found.counts.items()) or "none yet"
        click.echo(f"subscribers: {people}{f', {found.erased:,} erased' if found.erased else ''}")
    if found.papers is not None:
        click.echo(f"papers: {found.papers:,}")
    for loss in found.missing:
        click.echo(f"{click.style('error:', fg='red')} {loss}")


@db.command()
@config_option
def migrate(*, config_path: Path | None) -> None:
    """Make the tables, or bring those of an older version to this one, in one transaction; make indexes again
    that are missing."""
    from newsletter.app import App

    with App.open(config_path).database() as database:
        done = f"is now at revision {database.revision().name}" if database.migrate() else "was up to date"
        click.echo(f"{database.place} {done}")
        for name in database.make_lost_indexes():
            click.echo(f"made the index {name} again", err=True)


@db.command()
@click.argument("file", type=OutputPath())
@click.option("--force", is_flag=True, help="Replace the file.")
@config_option
def backup(*, file: Path, force: bool, config_path: Path | None) -> None:
    """Copy the database to FILE, while it is in use; nobody else may read the copy."""
    from newsletter.app import App
    from newsletter.store.backup import back_up
    from newsletter.store.backup_age import note_backup

    app = App.open(config_path)
    app.must_have_database()
    with app.database() as database:
        back_up(database, file, overwrite=force)
        try:
            note_backup(database, at=datetime.now(UTC))
        except StoreError as error:  # the copy is good all the same
            click.echo(f"warning: when this was made is not noted: {error.message}", err=True)
    click.echo(f"wrote {file}")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def restore(*, file: Path, yes: bool, config_path: Path | None) -> None:
    """Put the backup FILE in the place of the database.

    Who left or paused after the backup was made stays away; who came after it is gone, and so is all else
    since then.
    """
    from newsletter.app import App
    from newsletter.store.backup import must_be_restorable
    from newsletter.store.backup import restore as put_back

    app = App.open(config_path)
    key = app.store_place().suppression_key
    with app.database() as database:
        must_be_restorable(database, file)
        if not yes and database.file and database.file.exists():
            must_agree(f"replace {database.place} by {file}?")
        kept_away = put_back(database, file, at=datetime.now(UTC), suppression_key=key)
    click.echo(f"restored {database.place}")
    if kept_away:
        click.echo(f"{counted(kept_away, 'subscriber')} had left or paused since, and stay away", err=True)


@db.command()
@json_option
@config_option
@click.pass_context
def check(context: click.Context, *, as_json: bool, config_path: Path | None) -> None:
    """Look for damage, contradictions and lost indexes; ends with 8 if there are any."""
    from newsletter.app import App
    from newsletter.store.checking import faults

    app = App.open(config_path)
    app.must_have_database()
    with app.database() as database:
        found = faults(database, app.store_place().suppression_key)
    if as_json:
        print_json({"database": database.place, "faults": found})
    else:
        for fault in found:
            click.echo(f"{click.style('error:', fg='red')} {fault}")
        click.echo(f"{database.place}: {counted(len(found), 'fault')}", err=True)
    context.exit(EXIT_FOUND_ERRORS if found else EXIT_DONE)
