"""`newsletter status`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option, json_option
from newsletter.cli.output import print_json

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("issue", required=False)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="So many issues.")
@json_option
@config_option
def status(*, issue: str | None, limit: int, as_json: bool, config_path: Path | None) -> None:
    """Say what became of ISSUE, or of the latest ones: how many people have it, and why others do not.

    Every person of the audience is counted once. Looks only, and changes nothing.
    """
    from newsletter.app import App
    from newsletter.cli.accounting_output import print_accounting, print_list
    from newsletter.work.accounting import account
    from newsletter.work.at_hand import revisions_of

    now = datetime.now(UTC)
    app = App.open(config_path)
    with app.ledger_to_read() as ledger:
        if issue:
            frozen = revisions_of(issue, ledger, root=app.issues)
        else:
            frozen = ledger.issues(limit) if ledger else ()
        found = [account(one, ledger, at=now) for one in frozen] if ledger else []
    if as_json:
        print_json(found)
    elif issue:
        for number, one in enumerate(found):
            click.echo("", nl=number > 0)
            print_accounting(one)
    elif found:
        print_list(found)
    else:
        click.echo("no issue was sent to subscribers yet", err=True)
