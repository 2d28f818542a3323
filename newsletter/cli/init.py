"""`newsletter init`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.errors import StoreError, UsageError


@click.command()
@click.option("--force", is_flag=True, help="Replace an existing newsletter.toml.")
def init(*, force: bool) -> None:
    """Write a commented newsletter.toml with the built-in sections, ready to change."""
    from newsletter.config import FILE_NAME, starter_text

    path = Path(FILE_NAME)
    try:
        with path.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(starter_text())
    except FileExistsError as error:
        raise UsageError(f"{path} exists already", hint="edit it, or replace it with --force") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror})") from error
    click.echo(f"wrote {path}")
    click.echo("edit its [[sections]], then build an issue: newsletter build PAGE", err=True)
