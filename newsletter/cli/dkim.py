"""`newsletter dkim`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from newsletter.cli.options import OutputPath, config_option, json_option
from newsletter.cli.output import print_json
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.app import App
    from newsletter.mailing.dkim_keys import DnsRecord, SigningKey
    from newsletter.work.dkim_keygen import KeptKey


@click.group()
def dkim() -> None:
    """Make keys that sign your mail (DKIM), and show what DNS must hold for them."""


@dkim.command()
@click.option("--domain", help="The domain that signs; else the configured one, or the sender's.")
@click.option("--selector", default="news", show_default=True, help="How the names of the keys begin.")
@click.option(
    "--type",
    "kind",
    type=click.Choice(["both", "rsa", "ed25519"]),
    default="both",
    show_default=True,
    help="All receivers check rsa; ed25519 is fast and short, but not known everywhere.",
)
@click.option(
    "--bits",
    type=click.Choice(["2048", "3072", "4096"]),
    default="2048",
    show_default=True,
    help="The size of an rsa key.",
)
@click.option("--out", type=OutputPath(file_okay=False), help="The folder; else beside newsletter.toml.")
@click.option("--force", is_flag=True, help="Replace keys of the same name; they are lost.")
@json_option
@config_option
def keygen(
    *,
    domain: str | None,
    selector: str,
    kind: str,
    bits: str,
    out: Path | None,
    force: bool,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Make keys, and print the DNS records that let receivers check signatures.

    Each key goes into a file of its own, readable by you alone. Publish the records, add the lines for
    newsletter.toml, and `newsletter send` signs.
    """
    from newsletter.app import App
    from newsletter.mailing import dkim_names
    from newsletter.work.dkim_keygen import Kind, make_keys

    app = App.open(config_path)
    domain = _domain(app, domain)
    kinds = [known for known in get_args(Kind) if kind in ("both", known)]
    folder = app.config.folder if out is None else out
    kept = make_keys(folder, dkim_names.selector(selector), kinds, bits=int(bits), overwrite=force)
    lines = _toml(app, domain, kept)
    if as_json:
        files = {key.key.selector: str(key.path) for key in kept}
        data = _as_data(domain, [key.key for key in kept])
        print_json({**data, "files": files, "toml": lines})
        return
    _print_records(domain, [key.key for key in kept])
    where = app.config.path or "newsletter.toml"
    names = " and ".join(str(key.path) for key in kept)
    click.echo(f"\nwrote {names}; keep them out of version control\nadd to {where}:\n\n{lines}", err=True)


@dkim.command()
@json_option
@config_option
def show(*, as_json: bool, config_path: Path | None) -> None:
    """Print the DNS records of the configured keys."""
    from newsletter.app import App

    app = App.open(config_path)
    signer = app.signer()
    if signer is None:
        raise UsageError(
            "no keys are configured", hint="`newsletter dkim keygen` makes some and says what to add"
        )
    if doubt := app.doubt_about_signature():
        click.echo(f"warning: {doubt}", err=True)
    if as_json:
        print_json(_as_data(signer.domain, signer.keys))
    else:
        _print_records(signer.domain, signer.keys)


def _domain(app: App, given: str | None) -> str:
    """Take the domain that a person names, else the configured one, else the sender's."""
    from newsletter.mailing.dkim_names import signing_domain

    configured, sender = app.config.schema.dkim, app.config.schema.newsletter.sender
    domain = signing_domain(given) if given else None
    if configured and domain not in (None, configured.domain):
        raise app.config.error(f"signs by {configured.domain}, not by {domain}", "dkim", "domain")
    if configured:
        return configured.domain
    if domain:
        return domain
    if sender:
        return signing_domain(sender.address.rpartition("@")[2])
    raise UsageError(
        "which domain signs?",
        hint="say --domain example.org, the domain of your sender; or configure a sender first",
    )


def _records(domain: str, keys: Sequence[SigningKey]) -> list[tuple[SigningKey, DnsRecord]]:
    from newsletter.mailing.dkim_keys import dns_record

    return [(key, dns_record(key, domain)) for key in keys]


def _print_records(domain: str, keys: Sequence[SigningKey]) -> None:
    """Print each record for the form of a DNS provider, then all as lines of a zone file."""
    records = _records(domain, keys)
    for _, record in records:
        click.echo(f"name   {record.name}\ntype   TXT\nvalue  {record.value}\n")
    click.echo("The same in a zone file:\n")
    for _, record in records:
        click.echo(record.zone_line)


def _as_data(domain: str, keys: Sequence[SigningKey]) -> dict[str, Any]:
    records = [
        {
            "selector": key.selector,
            "algorithm": key.algorithm,
            "name": record.name,
            "type": "TXT",
            "value": record.value,
            "zone": record.zone_line,
        }
        for key, record in _records(domain, keys)
    ]
    return {"domain": domain, "records": records}


def _toml(app: App, domain: str, kept: Sequence[KeptKey]) -> str:
    """Write the lines to add; a relative file is beside the configuration."""
    lines = [] if app.config.schema.dkim else ["[dkim]", f'domain = "{domain}"', ""]
    beside = app.config.folder.resolve()
    for key in kept:
        path = key.path.resolve()
        shown = path.relative_to(beside) if path.is_relative_to(beside) else path
        name = json.dumps(shown.as_posix(), ensure_ascii=False)
        lines += ["[[dkim.keys]]", f'selector = "{key.key.selector}"', f"key_file = {name}", ""]
    return "\n".join(lines).rstrip("\n")
