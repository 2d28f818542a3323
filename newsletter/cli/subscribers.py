"""`newsletter subscribers`: who reads, one person at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.asking import must_agree
from newsletter.cli.options import config_option, json_option
from newsletter.cli.output import print_json, print_table
from newsletter.cli.subscribers_files import export, import_
from newsletter.cli.subscribers_options import STATUSES, assumed, wishes
from newsletter.cli.subscribers_output import rhythm, sections_of
from newsletter.cli.subscribers_set import set_
from newsletter.errors import EXIT_DONE, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.subscriber import Status


@click.group()
def subscribers() -> None:
    """Add, import, show, change, pause and erase the people who read."""


@subscribers.command()
@click.argument("address")
@click.option("--name", default="", help="How to greet them.")
@click.option(
    "--section", "sections", multiple=True, metavar="SLUG", help="One they want; repeatable. Else all."
)
@click.option("--consent-source", required=True, metavar="TEXT", help="Where they agreed to be mailed.")
@click.option("--consents-anew", is_flag=True, help="They left before, and agreed again themselves.")
@wishes
@json_option
@config_option
def add(
    *,
    address: str,
    name: str,
    sections: tuple[str, ...],
    consent_source: str,
    consents_anew: bool,
    consent_at: datetime | None,
    as_json: bool,
    config_path: Path | None,
    **wanted: Any,
) -> None:
    """Add one person, who agreed to be mailed (now, unless --consent-at says when)."""
    from newsletter.app import App
    from newsletter.audience.exporting import as_data
    from newsletter.audience.people import Reader
    from newsletter.audience.records import Record, Rejection
    from newsletter.audience.standing import add_person

    app = App.open(config_path)
    now = datetime.now(UTC)
    assumptions = assumed(app, consent_source=consent_source, consent_at=consent_at or now, now=now, **wanted)
    fields = {"address": address, "name": name, "sections": " ".join(sections)}
    person = Reader(assumptions).read(Record(1, fields))
    if isinstance(person, Rejection):
        raise UsageError(person.problem, hint=f"expected {person.expected}")
    with app.subscribers() as store:
        stored = add_person(store, person, at=now, consents_anew=consents_anew)
    if as_json:
        print_json(as_data(stored))
    else:
        click.echo(f"added {stored.address}")


@subscribers.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those with this status.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many.")
@json_option
@config_option
def list_(*, status: Status | None, limit: int, as_json: bool, config_path: Path | None) -> None:
    """List subscribers in the order they came, and count them by status."""
    from newsletter.app import App
    from newsletter.audience.exporting import as_data

    with App.open(config_path).subscribers_to_read() as store:
        people = list(store.everybody(status, limit))
        counts = store.counts()
        erased = store.erased_count()
    if as_json:
        print_json({"counts": counts, "erased": erased, "subscribers": [as_data(one) for one in people]})
        return
    rows = [
        [
            person.address,
            person.name,
            person.status,
            sections_of(person),
            rhythm(person),
        ]
        for person in people
    ]
    if rows:
        print_table(["Address", "Name", "Status", "Sections", "When"], rows)
    total = counts.get(status, 0) if status else sum(counts.values())
    shown = ", ".join(f"{counts[name]:,} {name}" for name in STATUSES if name in counts) or _NOBODY
    if len(people) < total:
        click.echo(f"{len(people)} of {total:,} are shown; --limit {total} shows all", err=True)
    click.echo(f"{shown}{f', {erased:,} erased' if erased else ''}", err=True)


@subscribers.command()
@click.argument("address")
@json_option
@config_option
def show(*, address: str, as_json: bool, config_path: Path | None) -> None:
    """Show one person, their consent and how they came to be where they stand."""
    from newsletter.app import App
    from newsletter.audience.exporting import as_data
    from newsletter.audience.standing import find_person

    app = App.open(config_path)
    app.must_have_database()
    with app.subscribers() as store:
        person = find_person(store, address)
        history = store.history(person.id)
    if as_json:
        print_json({**as_data(person), "history": history})
        return
    agreed = person.consent.at.strftime("%Y-%m-%d %H:%M UTC") if person.consent.at else "nobody knows when"
    lines = {
        "address": person.address,
        "name": person.name or "-",
        "status": person.status,
        "sections": sections_of(person),
        "when": rhythm(person),
        "language": person.language or "the newsletter's",
        "consent": f"{person.consent.source} ({agreed})",
    }
    for label, text in lines.items():
        click.echo(f"{label:9} {text}")
    for step in history:
        click.echo(f"{step.at:%Y-%m-%d %H:%M} UTC  {step.status:12}  {step.reason}")


@subscribers.command()
@click.argument("address")
@config_option
def pause(*, address: str, config_path: Path | None) -> None:
    """Send nothing to a person until they resume."""
    _step(address, "paused", config_path)


@subscribers.command()
@click.argument("address")
@config_option
def resume(*, address: str, config_path: Path | None) -> None:
    """End a pause, or confirm who is pending."""
    _step(address, "active", config_path)


@subscribers.command()
@click.argument("address", metavar="ADDRESS_OR_TOKEN")
@config_option
def unsubscribe(*, address: str, config_path: Path | None) -> None:
    """Let a person go; no import brings them back.

    Who asks by mail, with the subject "unsubscribe TOKEN", is known by the token.
    """
    if "@" not in address:
        address = _address_of_token(address, config_path)
    _step(address, "unsubscribed", config_path)


@subscribers.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
@click.pass_context
def erase(context: click.Context, *, address: str, yes: bool, config_path: Path | None) -> None:
    """Forget a person for good, but for a keyed hash that keeps them from being imported again.

    Works for people who were never here, too. Backups and exports are yours to erase.
    """
    from newsletter.app import App
    from newsletter.audience.standing import erase_person
    from newsletter.mailing.addresses import masked, parse_address

    address = parse_address(address)
    if not yes:
        must_agree(f"erase all that is known of {masked(address)}?")
    with App.open(config_path).subscribers() as store:
        done = erase_person(store, address, at=datetime.now(UTC))
    click.echo(f"erased {masked(address)}" if done else f"{masked(address)} had been erased before")
    context.exit(EXIT_DONE)


_NOBODY = "none yet: `newsletter subscribers add` adds one, `newsletter subscribers import` many"

subscribers.add_command(set_)
subscribers.add_command(import_)
subscribers.add_command(export)


def _address_of_token(token: str, config_path: Path | None) -> str:
    from newsletter.app import App
    from newsletter.audience.standing import person_of_token

    app = App.open(config_path)
    app.must_have_database()
    with app.subscribers() as store:
        return person_of_token(store, app.link_tokens(store.database), token).address


def _step(address: str, status: Status, config_path: Path | None) -> None:
    from newsletter.app import App
    from newsletter.audience.standing import change_standing
    from newsletter.mailing.addresses import masked

    app = App.open(config_path)
    app.must_have_database()
    with app.subscribers() as store:
        answer = change_standing(store, address, status, at=datetime.now(UTC))
    click.echo(f"{masked(address)} is {status}{'' if answer.done else ' already'}")
