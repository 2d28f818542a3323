"""`newsletter config`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from newsletter.cli.options import config_option


@click.group()
def config() -> None:
    """Check, show or describe newsletter.toml."""


@config.command()
@config_option
def check(*, config_path: Path | None) -> None:
    """Say whether the configuration is right, tables of backends included."""
    from newsletter import plugins
    from newsletter.app import App

    app = App.open(config_path)
    app.theme()
    for name in app.config.schema.backends:
        app.backend(name)
    plugins.load("newsletter.backends", app.config.schema.sending.backend)
    where = app.config.path or "no newsletter.toml here: the built-in defaults are used"
    click.echo(f"{where}: right, {len(app.config.sections)} sections")
    refusal = app.refusal_to_reach_people()
    if refusal:
        click.echo(f"not yet ready to mail people: {refusal.hint}", err=True)


@config.command()
@config_option
def show(*, config_path: Path | None) -> None:
    """Print what is in force, defaults included, as JSON; secrets are never part of it."""
    from newsletter import codec
    from newsletter.app import App

    app = App.open(config_path)
    data = app.config.schema.model_dump(mode="json")
    data["sections"] = codec.encode(app.config.sections)
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


@config.command()
def schema() -> None:
    """Print the JSON Schema of newsletter.toml, for editors that complete and check TOML."""
    from newsletter.config.schema import Schema

    click.echo(json.dumps(Schema.model_json_schema(), indent=2))
