"""What a send is going to be, shown before it begins or instead of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.accounting_output import in_hours
from newsletter.cli.output import counted, local_time, print_json, print_table
from newsletter.cli.send_watching import print_event

if TYPE_CHECKING:
    from newsletter.work.outlook import Outlook, Share, Stage

_SHOWN = 30
_HOURS = "each gets it at the hour they chose, where they live; whose hour is over, at once"


def announce(found: Outlook, way: str, *, as_json: bool) -> None:
    """Say what begins now, on standard error, or as the first event."""
    if as_json:
        print_event("begin", backend=way, **_as_data(found))
        return
    click.echo(f"issue {found.issue}: {found.subject}", err=True)
    for stage in found.stages:
        click.echo(_sentence(stage, way), err=True)
    empty = sum(share.people for share in found.shares if share.is_empty)
    if empty:
        click.echo(f"{counted(empty, 'subscriber')} will get none: nothing is in their sections", err=True)
    if found.mails:
        click.echo(_timing(found), err=True)


def print_outlook(found: Outlook, way: str, *, as_json: bool) -> None:
    """Say on standard output who would get what."""
    if as_json:
        print_json(outlook_as_data(found, way))
        return
    click.echo(f"would send issue {found.issue}: {found.subject}")
    for stage in () if found.is_for_nobody else found.stages:
        click.echo(_sentence(stage, way))
    if found.shares:
        heads = ("Sections", "Language", "People", "HTML", "Text", "Some of them")
        print_table(heads, map(_row, found.shares[:_SHOWN]), numbers=(2, 3, 4))
        if len(found.shares) > _SHOWN:
            click.echo(f"and {len(found.shares) - _SHOWN} more sets of sections (--json shows all)")
    if found.is_for_nobody:
        click.echo("no active subscriber takes it; `newsletter subscribers add` adds one")
    elif found.mails:
        click.echo(_timing(found))


def outlook_as_data(found: Outlook, way: str) -> dict[str, Any]:
    """Give it for programs."""
    return {**_as_data(found), "backend": way, "editions": [_share_as_data(share) for share in found.shares]}


def _sentence(stage: Stage, way: str) -> str:
    people = counted(stage.left, "subscriber")
    if stage.revision is not None:
        name = f"revision {stage.revision}" if stage.corrects else "it"
        left = f"{people} of {stage.of:,}, through {way}"
        if not stage.left:
            return f"nothing is left to send of {name}"
        later = f"; {in_hours(stage.waiting, stage.last_hour)}" if stage.last_hour else ""
        return f"{name} still has to reach {left}{later}"
    match stage.audience:
        case "corrected":
            return f"as a correction to {people} with revision {stage.corrects}, through {way}"
        case "missed":
            return f"to {people} whom revision {stage.corrects} has not reached, through {way}"
        case _:
            return f"to {people}, through {way}"


def _timing(found: Outlook) -> str:
    return f"{_duration(found)}\n{_HOURS}" if found.keeps_hours else _duration(found)


def _duration(found: Outlook) -> str:
    from newsletter.delivery.pacing import shown

    limit, lasts = found.time.limit, found.time.lasts
    if limit is None:
        return "no limit is set: the mail server alone decides how long it takes"
    used = f", {found.time.used:,} of them used" if found.time.used else ""
    bound = f"{limit.mails:,} per {limit.name}{used}"
    if lasts.total_seconds() < 1:
        return f"all of it fits into the limits ({bound})"
    return f"it takes {shown(lasts)} at least, until {local_time(datetime.now(UTC) + lasts)}: {bound}"


def _row(share: Share) -> tuple[str, ...]:
    sections = "all" if share.sections is None else ", ".join(share.sections) or "none"
    edition = share.edition
    sizes = (_size(edition.html), _size(edition.text)) if edition else ("no mail", "")
    some = share.addresses[0] + (f" and {share.people - 1:,} more" if share.people > 1 else "")
    return (
        "nothing in their sections" if share.is_empty else sections,
        "" if share.is_empty else share.language,
        f"{share.people:,}",
        *sizes,
        some,
    )


def _size(text: str) -> str:
    return f"{len(text.encode('utf-8')) / 1000:,.1f} kB"


def _as_data(found: Outlook) -> dict[str, Any]:
    limit, lasts = found.time.limit, found.time.lasts
    return {
        "issue": found.issue,
        "subject": found.subject,
        "mails": found.mails,
        "stages": found.stages,
        "keeps_hours": found.keeps_hours,
        "seconds": lasts.total_seconds() if limit else None,
        "ends_at": datetime.now(UTC) + lasts if limit else None,
        "limit": {"mails": limit.mails, "per": limit.name, "used": found.time.used} if limit else None,
    }


def _share_as_data(share: Share) -> dict[str, Any]:
    edition = share.edition
    return {
        "sections": share.sections,
        "language": share.language,
        "people": share.people,
        "mail": not share.is_empty,
        "html_bytes": len(edition.html.encode("utf-8")) if edition else None,
        "text_bytes": len(edition.text.encode("utf-8")) if edition else None,
        "subject": edition.subject if edition else None,
        "some": share.addresses,
    }
