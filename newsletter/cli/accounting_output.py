"""The accounting of an issue, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.output import counted, local_time, print_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newsletter.store.ledger import State
    from newsletter.work.accounting import Accounting

_SHOWN_REASONS = 12
_NAMES: dict[State, str] = {
    "accepted": "accepted",
    "pending": "pending",
    "claimed": "claimed",
    "in_flight": "in flight",
    "in_doubt": "in doubt",
    "refused": "refused",
    "suppressed": "not sent: left, or nothing for them",
    "dropped": "dropped",
}


def print_accounting(found: Accounting) -> None:
    """Print the books: states that add up to the audience, why not all are accepted, and what to do."""
    click.echo(title(found))
    for state, name in _NAMES.items():
        if count := found.counts[state]:
            click.echo(f"  {count:>11,}  {name}")
    click.echo(
        f"  {found.audience:>11,}  in the audience{'' if found.is_balanced else ', WHICH DOES NOT ADD UP'}"
    )
    for reason in found.reasons[:_SHOWN_REASONS]:
        code = f"{reason.code} " if reason.code and reason.code not in reason.reason else ""
        click.echo(f"{reason.count:,} {_NAMES[reason.state].partition(':')[0]}: {code}{reason.reason}")
    if len(found.reasons) > _SHOWN_REASONS:
        click.echo(f"and {len(found.reasons) - _SHOWN_REASONS} more reasons (--json shows all)")
    for line in hints(found):
        click.echo(line, err=True)


def title(found: Accounting) -> str:
    """Name the revision, and how it stands."""
    name = f"issue {found.issue}"
    if found.revision > 1:
        name += f", revision {found.revision}"
    if found.corrects:
        name += f" (puts revision {found.corrects} right)"
    words = {
        "sending": f"being sent, {found.rate:,.1f} a second" if found.rate else "being sent",
        "left off": "left off",
        "put off": "waiting for mails that were put off",
        "waiting": "waiting for its readers' hours",
        "halted": f"halted{f' ({found.halt_reason})' if found.halt_reason else ''}",
        "in doubt": "finished, but some are in doubt",
        "finished": "finished",
    }
    return f"{name}: {words[found.standing]}"


def hints(found: Accounting) -> list[str]:
    """Say what happens next, or has to be done."""
    said = []
    if found.ends_at:
        said.append(f"at this pace it ends {local_time(found.ends_at)}")
    if found.put_off and found.next_due:
        said.append(f"{counted(found.put_off, 'mail')} put off, the first until {local_time(found.next_due)}")
    if found.waiting and found.last_hour:
        said.append(in_hours(found.waiting, found.last_hour))
    if found.standing in ("left off", "put off"):
        said.append(f"`newsletter send {found.issue}` goes on")
    if found.standing == "waiting":
        said.append(f"`newsletter send {found.issue}` sends what is due by then; --now does not wait")
    if found.counts["in_doubt"]:
        said.append(
            f"what is in doubt may have arrived: `newsletter reconcile {found.issue}` lists and settles it"
        )
    if not found.is_balanced:
        said.append("`newsletter db check` looks for damage")
    return said


def in_hours(people: int, last: datetime) -> str:
    """Say how many wait for their hour, and until when."""
    verb = "waits" if people == 1 else "wait"
    return f"{counted(people, 'subscriber')} {verb} for their hour, the last until {local_time(last)}"


def print_list(accountings: Iterable[Accounting]) -> None:
    """Print one line per revision."""
    heads = ("Issue", "Audience", "Accepted", "To send", "Refused", "In doubt", "Not sent", "")
    print_table(heads, map(_row, accountings), numbers=range(1, 7))


def _row(found: Accounting) -> tuple[str, ...]:
    counts = found.counts
    left = counts["pending"] + counts["claimed"] + counts["in_flight"]
    not_sent = counts["suppressed"] + counts["dropped"]
    numbers = (found.audience, counts["accepted"], left, counts["refused"], counts["in_doubt"], not_sent)
    name = found.issue if found.revision == 1 else f"{found.issue} ({found.revision})"
    standing = found.standing if found.is_balanced else "DOES NOT ADD UP"
    return (name, *(f"{number:,}" for number in numbers), standing)
