"""`newsletter halt`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option, json_option
from newsletter.cli.output import counted, print_json

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("issue")
@click.option("--reason", default="", metavar="TEXT", help="Why, for those who look at it later.")
@json_option
@config_option
def halt(*, issue: str, reason: str, as_json: bool, config_path: Path | None) -> None:
    """Stop sending ISSUE everywhere, within seconds, and say how many people have it by then.

    `newsletter send ISSUE --resume` goes on with it. If it was wrong: build it again, and
    `newsletter send ISSUE --correction` reaches exactly those who have the wrong one.
    """
    from newsletter.app import App
    from newsletter.delivery.clock import SystemClock
    from newsletter.mailing.headers import header_text
    from newsletter.work.accounting import account
    from newsletter.work.at_hand import revisions_of
    from newsletter.work.halting import halt as halt_everywhere

    app = App.open(config_path)
    app.must_have_database()
    with app.ledger() as ledger:
        revisions = revisions_of(issue, ledger, root=app.issues)
        done = halt_everywhere(revisions, ledger, reason=header_text(reason)[:200], clock=SystemClock())
        found = [account(one, ledger, at=datetime.now(UTC)) for one in revisions]
    if as_json:
        print_json(found)
        return
    click.echo(f"halted {found[-1].issue}" if done else f"{found[-1].issue} had been halted before")
    if done:
        click.echo(
            f"`newsletter send {found[-1].issue} --resume` goes on; if it was wrong, build it again, then "
            f"`newsletter send {found[-1].issue} --correction`",
            err=True,
        )
    for one in found:
        counts = one.counts
        name = f"revision {one.revision}: " if len(found) > 1 else ""
        click.echo(f"{name}{counts['accepted']:,} of {counted(one.audience, 'subscriber')} have it")
        if held := counts["claimed"] + counts["in_flight"]:
            click.echo(f"a sender that does not answer still holds {counted(held, 'mail')}", err=True)
        if counts["in_doubt"]:
            click.echo(
                f"{counts['in_doubt']:,} in doubt: `newsletter reconcile {one.issue}` lists and settles them",
                err=True,
            )
