"""`newsletter theme`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from newsletter.cli.options import OutputPath


@click.group()
def theme() -> None:
    """Change how an issue looks."""


@theme.command()
@click.argument("folder", metavar="DIR", type=OutputPath(file_okay=False))
@click.option("--force", is_flag=True, help="Replace files of the theme that are in DIR.")
def export(*, folder: Path, force: bool) -> None:
    """Copy the default theme into DIR, to be changed there.

    Prints the files it wrote. Those you leave unchanged are better deleted: a file that is not there is taken
    from the default theme, with every improvement of a later version.
    """
    from newsletter.work.theme_export import export_theme

    for path in export_theme(folder, overwrite=force):
        click.echo(path)
    click.echo(
        "to use it, add to newsletter.toml (a relative folder is beside that file):\n"
        f"    [theme]\n    folder = {json.dumps(folder.as_posix(), ensure_ascii=False)}\n"
        "keep only the files you change; colours and fonts need none: they are settings of [theme]",
        err=True,
    )
