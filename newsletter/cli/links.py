"""`newsletter links`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.options import config_option, json_option
from newsletter.cli.output import counted, print_json
from newsletter.errors import ConfigError


@click.group()
def links() -> None:
    """The keys that sign the links in mails, so that nobody can unsubscribe others."""


@links.command()
@json_option
@config_option
def show(*, as_json: bool, config_path: Path | None) -> None:
    """Say which keys there are; never the keys themselves."""
    from newsletter.app import App
    from newsletter.config.links import link_keys
    from newsletter.store.link_keys import LinkKeys
    from newsletter.store.overview import overview

    app = App.open(config_path)
    given = link_keys(app.config)
    with app.database() as database:
        known = LinkKeys(database).known() if overview(database).state == "current" else None
    made = len(known.keys) if known else 0
    if as_json:
        print_json({"from_outside": len(given), "in_database": made})
        return
    signing = "the one of the [links] table" if given else "one in the database"
    old = len(given) + made - 1
    if old < 0:
        click.echo("no key yet; one is made and kept in the database when it is needed")
        return
    click.echo(f"signed with {signing}; links made with {counted(old, 'older key')} work as well")


@links.command()
@config_option
def rotate(*, config_path: Path | None) -> None:
    """Sign with a new key from now on; links in mails of earlier days go on working."""
    from newsletter.app import App
    from newsletter.config.links import link_keys
    from newsletter.store.link_keys import LinkKeys

    app = App.open(config_path)
    if link_keys(app.config):
        raise ConfigError(
            "the key of links comes from outside the database",
            hint="give a new key there, and add the present one to old_keys (NEWSLETTER_LINKS_OLD_KEYS)",
        )
    with app.subscribers() as store:
        known = LinkKeys(store.database).rotate()
    old = counted(len(known.keys) - 1, "older key")
    click.echo(f"new links are signed with a new key; those made with {old} work as well")
