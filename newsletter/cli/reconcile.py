"""`newsletter reconcile`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.options import config_option, json_option
from newsletter.cli.output import counted, print_json
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.store.ledger import Settlement
    from newsletter.work.reconcile import Doubtful, Proof
    from newsletter.work.relay_logs import RelayLog

_VERDICTS: dict[str, Settlement] = {"accepted": "accepted", "resend": "pending", "drop": "dropped"}
_DONE = {"accepted": "counted as accepted", "resend": "to be sent again", "drop": "dropped: they get none"}

_NOTHING = "nothing is in doubt"


@click.command()
@click.argument("issue")
@click.option("--accepted", is_flag=True, help="They arrived: count them as accepted.")
@click.option("--resend", is_flag=True, help="Send them again; who has it gets it twice.")
@click.option("--drop", is_flag=True, help="Let them go; who has not got it gets none.")
@click.option("--from-log", "log", metavar="FILE", help="A Postfix log, or events of a relay; - is stdin.")
@click.option("--only", "numbers", type=int, multiple=True, metavar="N", help="Only this one; repeatable.")
@click.option("--show-addresses", is_flag=True, help="Do not mask addresses.")
@click.option("--dry-run", is_flag=True, help="Say what would be settled, and change nothing.")
@json_option
@config_option
def reconcile(
    *,
    issue: str,
    log: str | None,
    numbers: tuple[int, ...],
    show_addresses: bool,
    dry_run: bool,
    as_json: bool,
    config_path: Path | None,
    **verdicts: bool,
) -> None:
    """List mails of ISSUE that may or may not have arrived, and settle them: by choice, or by a log.

    A mail is in doubt when the connection was lost, or the program died, after the mail server may have taken
    it and before it said so. The server's own log knows: --from-log takes Postfix's mail.log, or events of
    Amazon SES (with the original headers), Mailgun, SendGrid, Brevo or Resend (a JSON list, or one per line).
    What it names was taken; what it does not name stays in doubt. Postmark's events do not name the
    Message-ID that we write: look there by address, and settle by choice.
    """
    from newsletter.app import App
    from newsletter.cli.opening import opened
    from newsletter.work.at_hand import revisions_of
    from newsletter.work.reconcile import chosen, doubtful, proof, settle, settle_by
    from newsletter.work.relay_logs import RelayLog

    verdict = _only_one(verdicts, log)
    now = datetime.now(UTC)
    app = App.open(config_path)
    app.must_have_database()
    with app.ledger() as ledger:
        doubts = chosen(doubtful(revisions_of(issue, ledger, root=app.issues), ledger), numbers)
        if log:
            with opened(log) as stream:
                told = RelayLog(stream, "standard input" if log == "-" else log)
                found = proof(doubts, told.sightings({one.message_id for one in doubts}))
            settled = len(found.fates) if dry_run else settle_by(ledger, doubts, found, at=now)
            _tell_proof(issue, doubts, found, told, settled=settled, dry_run=dry_run, as_json=as_json)
        elif verdict:
            reason = f"reconciled: {_DONE[verdict]}"
            settled = (
                len(doubts) if dry_run else settle(ledger, doubts, _VERDICTS[verdict], at=now, reason=reason)
            )
            _tell_choice(issue, verdict, settled, dry_run=dry_run, as_json=as_json)
        else:
            _print_list(issue, doubts, show_addresses=show_addresses, as_json=as_json)


def _only_one(verdicts: Mapping[str, bool], log: str | None) -> str | None:
    """Give what was chosen; what contradicts it must not settle anything."""
    chosen = [verdict for verdict in _VERDICTS if verdicts[verdict]]
    if len(chosen) > 1:
        raise UsageError(f"--{chosen[0]} and --{chosen[1]} exclude each other", hint="choose one of them")
    if chosen and log:
        raise UsageError(f"--{chosen[0]} and --from-log exclude each other", hint="settle by the log first")
    return chosen[0] if chosen else None


def _print_list(issue: str, doubts: Sequence[Doubtful], *, show_addresses: bool, as_json: bool) -> None:
    from newsletter.mailing.addresses import masked

    def shown(address: str | None) -> str:
        return "(erased)" if address is None else address if show_addresses else masked(address)

    if as_json:
        print_json([_as_data(one, shown(one.doubt.address)) for one in doubts])
        return
    if not doubts:
        click.echo(_NOTHING, err=True)
        return
    for one in doubts:
        since = f"{one.doubt.since.astimezone():%Y-%m-%d %H:%M}"
        click.echo(f"{one.doubt.delivery:>6}  {shown(one.doubt.address)}, since {since}")
        click.echo(f"        {one.message_id}\n        {one.doubt.reason}")
    click.echo(
        f"`newsletter reconcile {issue} --from-log FILE` settles them by the mail server's log; by choice: "
        "--accepted, --resend or --drop, with --only N for one of them",
        err=True,
    )


def _as_data(one: Doubtful, address: str) -> dict[str, Any]:
    return {
        "number": one.doubt.delivery,
        "revision": one.frozen.revision,
        "address": address,
        "message_id": one.message_id,
        "attempt": one.doubt.attempt,
        "since": one.doubt.since,
        "reason": one.doubt.reason,
    }


def _tell_choice(issue: str, verdict: str, settled: int, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json({"issue": issue, "settled": settled, "as": _VERDICTS[verdict], "dry_run": dry_run})
        return
    if not settled:
        click.echo(_NOTHING, err=True)
        return
    word = "would settle" if dry_run else "settled"
    click.echo(f"{word} {counted(settled, 'mail')}: {_DONE[verdict]}")
    if verdict == "resend" and not dry_run:
        click.echo(f"`newsletter send {issue}` sends them", err=True)


def _tell_proof(
    issue: str,
    doubts: Sequence[Doubtful],
    found: Proof,
    log: RelayLog,
    *,
    settled: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    left = len(doubts) - len(found.fates)
    if as_json:
        data = {"issue": issue, "settled": settled, "as": "accepted", "dry_run": dry_run}
        told = {"fates": found.counts, "left": left, "contradicted": found.contradicted}
        print_json({**data, **told, "lines": log.lines, "strange_lines": log.strange})
        return
    if not doubts:
        click.echo(_NOTHING, err=True)
        return
    word = "would settle" if dry_run else "settled"
    fates = ", ".join(f"{count:,} {_FATES[fate]}" for fate, count in found.counts.items())
    click.echo(f"{word} {counted(settled, 'mail')} as accepted{f': {fates}' if fates else ''}")
    if left:
        click.echo(f"{counted(left, 'mail')} not named in {log.name}: still in doubt", err=True)
        click.echo(
            f"if the log is whole, they were not taken: `newsletter reconcile {issue} --resend` lets them be "
            "sent again",
            err=True,
        )
    if found.contradicted:
        click.echo(f"{counted(found.contradicted, 'line')} passed over: for another recipient", err=True)
    if log.strange:
        click.echo(f"{counted(log.strange, 'line')} passed over: no JSON, or too long", err=True)


_FATES = {"delivered": "delivered", "waiting": "on their way", "returned": "returned or thrown away"}
