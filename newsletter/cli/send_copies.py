"""`newsletter send ISSUE --to ADDRESS`: copies outside any ledger."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newsletter.cli.output import counted, print_json
from newsletter.errors import EXIT_DONE, EXIT_PARTLY_REFUSED, MailError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.app import App
    from newsletter.mailing.dkim import Signer
    from newsletter.model import Outcome, OutgoingMail
    from newsletter.ports import MailBackend
    from newsletter.store.issue_folder import StoredIssue

    Settled = tuple[OutgoingMail, Outcome]


def send_copies(
    app: App, issue: str, recipients: Sequence[str], *, backend: str | None, dry_run: bool, as_json: bool
) -> int:
    """Send one copy per address, tell what became of each, and give the exit code."""
    from newsletter.mailing.addresses import parse_mailbox
    from newsletter.store.issue_folder import find_issue, read_issue
    from newsletter.work.send import copies

    stored = read_issue(find_issue(issue, root=app.issues))
    mailboxes = list({box.address: box for box in map(parse_mailbox, recipients)}.values())
    way = app.backend(backend)
    refusal = app.refusal_to_reach_people() if way.reaches_people else None
    signer = app.signer()
    mails = copies(stored, mailboxes, app.letterhead(), now=datetime.now(UTC), signer=signer)
    name = backend or app.config.schema.sending.backend
    if doubt := app.doubt_about_signature():
        click.echo(f"warning: {doubt}", err=True)
    if dry_run:
        _print_plan(stored, mails, name, signer, as_json=as_json)
        if refusal:
            click.echo(f"not yet ready to send: {refusal.message}\n{refusal.hint}", err=True)
        return EXIT_DONE
    if refusal:
        raise refusal
    click.echo(f"sending {counted(len(mails), 'message')} through {name}", err=True)
    return _send(mails, way, as_json=as_json)


def _print_plan(
    stored: StoredIssue, mails: Sequence[OutgoingMail], name: str, signer: Signer | None, *, as_json: bool
) -> None:
    slug, subject = stored.issue.slug, stored.editions[0].subject
    if as_json:
        messages = [{"to": mail.recipient, "bytes": mail.size} for mail in mails]
        signed_by = signer.domain if signer else None
        print_json(
            {"issue": slug, "subject": subject, "backend": name, "dkim": signed_by, "messages": messages}
        )
        return
    count = counted(len(mails), "message")
    click.echo(f"would send {count} of issue {slug} through {name}: {subject}")
    for mail in mails:
        click.echo(f"  {mail.recipient}  {mail.size:,} bytes")
    if signer:
        kinds = " and ".join(key.algorithm for key in signer.keys)
        click.echo(f"signed by {signer.domain} (DKIM, {kinds})")


def _send(mails: Sequence[OutgoingMail], way: MailBackend, *, as_json: bool) -> int:
    """Send, and tell each outcome when it is known; a terminal that went away stops no mail."""
    from newsletter.model import Accepted
    from newsletter.work.send import send as send_mails

    settled: list[Settled] = []
    try:
        for mail, outcome in send_mails(mails, way):
            settled.append((mail, outcome))
            if not as_json:
                with contextlib.suppress(OSError, UnicodeError):
                    click.echo(_line(mail, outcome))
    except MailError as error:
        untried = len(mails) - len(settled)
        raise MailError(f"{error.message}; {untried} of {len(mails)} not tried", hint=error.hint) from error
    finally:
        if as_json:
            print_json([_as_data(mail, outcome) for mail, outcome in settled])
    return EXIT_DONE if all(isinstance(o, Accepted) for _, o in settled) else EXIT_PARTLY_REFUSED


def _line(mail: OutgoingMail, outcome: Outcome) -> str:
    from newsletter.work.send import in_words

    word, said = in_words(outcome)
    return f"{word}  {mail.recipient}" + (f"  ({said})" if said else "")


def _as_data(mail: OutgoingMail, outcome: Outcome) -> dict[str, str]:
    from newsletter.work.send import in_words

    return {"to": mail.recipient, "outcome": type(outcome).__name__.lower(), "said": in_words(outcome)[1]}
