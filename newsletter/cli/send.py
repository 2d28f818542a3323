"""`newsletter send`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option, json_option
from newsletter.errors import EXIT_DONE, EXIT_PARTLY_REFUSED, MailError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newsletter.model import Outcome, OutgoingMail
    from newsletter.store.issue_folder import StoredIssue


@click.command()
@click.argument("issue")
@click.option("--to", "recipients", multiple=True, required=True, help="Whom to send a copy; repeatable.")
@click.option("--backend", help="How: smtp, eml, maildir, console or a plug-in's; else the configured one.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@json_option
@config_option
@click.pass_context
def send(
    context: click.Context,
    *,
    issue: str,
    recipients: tuple[str, ...],
    backend: str | None,
    dry_run: bool,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Send copies of ISSUE (a folder, or a slug such as 2025-11-07) to the addresses given.

    One message each. Exit code 7 says that some were refused, put off or are in doubt, 6 that the mail
    system serves nobody now.
    """
    from newsletter.app import App
    from newsletter.mailing.addresses import parse_mailbox
    from newsletter.store.issue_folder import find_issue, read_issue
    from newsletter.work.send import copies

    app = App.open(config_path)
    stored = read_issue(find_issue(issue))
    mailboxes = list({box.address: box for box in map(parse_mailbox, recipients)}.values())
    way = app.backend(backend)
    refusal = app.refusal_to_reach_people() if way.reaches_people else None
    mails = copies(stored, mailboxes, app.letterhead(), now=datetime.now(UTC))
    if dry_run:
        _print_plan(stored, mails, as_json=as_json)
        if refusal:
            click.echo(f"not yet ready to send: {refusal.message}\n{refusal.hint}", err=True)
        return
    if refusal:
        raise refusal
    context.exit(_send(mails, way, as_json=as_json))


def _print_plan(stored: StoredIssue, mails: list[OutgoingMail], *, as_json: bool) -> None:
    plan = {
        "issue": stored.issue.slug,
        "subject": stored.editions[0].subject,
        "messages": [{"to": mail.recipient, "bytes": len(mail.message)} for mail in mails],
    }
    if as_json:
        click.echo(json.dumps(plan, ensure_ascii=False, indent=2))
        return
    noun = "message" if len(mails) == 1 else "messages"
    click.echo(f"would send {len(mails)} {noun} of issue {plan['issue']}: {plan['subject']}")
    for mail in mails:
        click.echo(f"  {mail.recipient}  {len(mail.message):,} bytes")


def _send(mails: list[OutgoingMail], way: object, *, as_json: bool) -> int:
    from newsletter.model import Accepted
    from newsletter.work.send import send as send_mails

    settled = []
    try:
        for mail, outcome in send_mails(mails, way):  # type: ignore[arg-type]
            settled.append((mail, outcome))
            if not as_json:
                click.echo(_line(mail, outcome))
    except MailError as error:
        missed = len(mails) - len(settled)
        raise MailError(f"{error.message}; {missed} of {len(mails)} not sent", hint=error.hint) from error
    finally:
        if as_json:
            click.echo(json.dumps([_as_data(*pair) for pair in settled], ensure_ascii=False, indent=2))
    return EXIT_DONE if _all(settled, Accepted) else EXIT_PARTLY_REFUSED


def _all(settled: Iterable[tuple[OutgoingMail, Outcome]], kind: type) -> bool:
    return all(isinstance(outcome, kind) for _, outcome in settled)


def _line(mail: OutgoingMail, outcome: Outcome) -> str:
    words = {"Accepted": "accepted", "Deferred": "put off", "Refused": "refused", "InDoubt": "in doubt"}
    said = _said(outcome)
    return f"{words[type(outcome).__name__]}  {mail.recipient}" + (f"  ({said})" if said else "")


def _as_data(mail: OutgoingMail, outcome: Outcome) -> dict[str, str]:
    return {"to": mail.recipient, "outcome": type(outcome).__name__.lower(), "said": _said(outcome)}


def _said(outcome: Outcome) -> str:
    return str(getattr(outcome, "reply", "") or getattr(outcome, "reason", ""))
