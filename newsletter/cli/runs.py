"""`newsletter runs` and `newsletter approve`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option, json_option
from newsletter.cli.output import print_json, today

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--limit", type=click.IntRange(1, 1000), default=14, show_default=True, help="So many days.")
@json_option
@config_option
def runs(*, limit: int, as_json: bool, config_path: Path | None) -> None:
    """List the verdicts of the last days, in words; a day without a run is shown as missed."""
    from newsletter.app import App
    from newsletter.cli.run_output import print_records
    from newsletter.store.runs import RunStore
    from newsletter.work.missed import history

    with App.open(config_path).ledger_to_read() as ledger:
        records = RunStore(ledger.database).latest(limit) if ledger else ()
    print_records(history(records, today(), limit), as_json=as_json)


@click.command()
@click.argument("issue")
@click.option("--withdraw", is_flag=True, help="Take the approval back.")
@json_option
@config_option
def approve(*, issue: str, withdraw: bool, as_json: bool, config_path: Path | None) -> None:
    """Approve ISSUE as it is now, so that the next run (or `newsletter send`) sends it.

    Asked for by `approval = true` in a [run] table. What is changed after that has to be approved again.
    """
    from newsletter.app import App
    from newsletter.store.approvals import ApprovalStore
    from newsletter.work.approving import approve as approve_issue
    from newsletter.work.at_hand import look_up

    app = App.open(config_path)
    if withdraw and not app.has_database:
        _tell_approval(look_up(issue, None, root=app.issues).slug, None, _NEVER, as_json=as_json)
        return
    with app.issue_to_settle(issue) as (at_hand, ledger):
        store = ApprovalStore(ledger.database)
        if withdraw:
            digest = None
            said = "the approval is taken back" if store.withdraw(at_hand.slug) else _NEVER
        else:
            digest = approve_issue(at_hand, store, at=datetime.now(UTC))
            said = "approved as it is now; `newsletter run` or `newsletter send` sends it"
    _tell_approval(at_hand.slug, digest, said, as_json=as_json)


_NEVER = "it was not approved"


def _tell_approval(slug: str, digest: str | None, said: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"issue": slug, "approved": digest is not None, "digest": digest})
    else:
        click.echo(f"{slug}: {said}")
