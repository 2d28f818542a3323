"""`newsletter config`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.options import config_option
from newsletter.cli.output import counted, print_json


@click.group()
def config() -> None:
    """Check, show or describe newsletter.toml."""


@config.command()
@config_option
def check(*, config_path: Path | None) -> None:
    """Say whether the configuration is right, tables of backends and sources included."""
    from newsletter.app import App
    from newsletter.config.alerts import alert_places
    from newsletter.config.links import link_keys
    from newsletter.http.settings import fetching_options

    app = App.open(config_path)
    app.theme()
    app.signer()
    for name in app.config.schema.backends:
        app.backend(name, "backends", name)
    app.backend_kind(None)
    for table in app.known_sources():
        app.source_settings(table)
    fetching_options(app.config)
    app.store_place()
    link_keys(app.config)
    alert_places(app.config)
    where = app.config.path or "no newsletter.toml here: the built-in defaults are used"
    click.echo(f"{where}: right, {counted(len(app.config.sections), 'section')}")
    refusal = app.refusal_to_reach_people()
    if refusal:
        click.echo(f"not yet ready to mail people: {refusal.hint}", err=True)


@config.command()
@config_option
def show(*, config_path: Path | None) -> None:
    """Print what is in force, defaults included, as JSON; secrets are never part of it."""
    from newsletter import codec
    from newsletter.app import App
    from newsletter.config import refuse_written_secrets
    from newsletter.config.alerts import AlertsOptions
    from newsletter.config.links import TABLE, LinksOptions
    from newsletter.config.store import refuse_secrets_in_store
    from newsletter.http.settings import TABLE as FETCHING
    from newsletter.http.settings import FetchingOptions

    app = App.open(config_path)
    for name in app.config.schema.backends:
        kind = app.backend_kind(name, "backends", name)
        refuse_written_secrets(app.config, kind.Options, ("backends", name))
    for table in app.known_sources():
        refuse_written_secrets(app.config, app.source_kind(table).Options, ("sources", table.name))
    refuse_written_secrets(app.config, FetchingOptions, FETCHING)
    refuse_secrets_in_store(app.config)
    refuse_written_secrets(app.config, LinksOptions, TABLE)
    refuse_written_secrets(app.config, AlertsOptions, ("alerts",))
    data = app.config.schema.model_dump(mode="json")
    data["sections"] = codec.encode(app.config.sections)
    print_json(data)


@config.command()
def schema() -> None:
    """Print the JSON Schema of newsletter.toml, for editors that complete and check TOML."""
    from newsletter.config.schema import Schema

    print_json(Schema.model_json_schema())
