"""What is said when the first send is not begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.output import counted

if TYPE_CHECKING:
    from newsletter.app import App
    from newsletter.store.ledger import Ledger


def stopped_before_the_first(app: App, ledger: Ledger, issue: str, way: str, *, as_json: bool) -> int | None:
    """Say what speaks against the first mail to people, and give the exit code; None if nothing does."""
    from newsletter.cli.doctor_output import as_data, lines_of
    from newsletter.cli.send_watching import print_event
    from newsletter.work.doctor.first_send import exit_code_of, objections

    found = objections(app, ledger, issue=issue, way=way)
    if not found:
        return None
    if as_json:
        print_event("not begun", findings=[as_data(finding) for finding in found])
    for finding in found:
        click.echo(lines_of(finding), err=True)
    click.echo(
        f"not begun: {counted(len(found), 'error')} before anybody has had mail\n"
        "hint: `newsletter doctor` shows it all; --anyway begins all the same",
        err=True,
    )
    return exit_code_of(found)
