"""What a run found, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.output import counted, print_json, print_table
from newsletter.errors import EXIT_DONE, EXIT_FOUND_ERRORS, SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from newsletter.store.run_values import RunRecord
    from newsletter.work.run_rehearsal import Foreseen


def print_record(record: RunRecord, *, as_json: bool) -> None:
    """Print the verdict on a day."""
    if as_json:
        print_json(as_data(record))
        return
    click.echo(f"{record.day}: {record.words}")


def print_records(records: Sequence[RunRecord], *, as_json: bool) -> None:
    """Print the verdicts, a line per day."""
    if as_json:
        print_json([as_data(record) for record in records])
    elif records:
        rows = [(str(record.day), record.verdict, _plain(record)) for record in records]
        print_table(("Day", "Verdict", "In words"), rows)
    else:
        click.echo("there was no run yet; `newsletter run` makes and sends the issue of today", err=True)


def as_data(record: RunRecord) -> dict[str, Any]:
    """Give a run as one object."""
    return {
        "day": record.day,
        "verdict": record.verdict,
        "words": record.words,
        "exit_code": record.exit_code,
        "step": record.step,
        "begun_at": record.begun_at,
        "ended_at": record.ended_at,
        "sources": record.findings.answers,
        "issues": record.findings.issues,
    }


def print_foreseen(found: Foreseen, day: date, way: str, *, as_json: bool) -> int:
    """Say what a run would do, and give the exit code it would end with, as far as anybody knows."""
    from newsletter.cli.send_outlook import outlook_as_data, print_outlook
    from newsletter.work.verdicts import every_source_failed, told_of

    notes = [note for note in found.findings.issues if note.papers]
    code = EXIT_DONE
    if any(note.faults for note in notes):
        code = EXIT_FOUND_ERRORS
    elif not notes and every_source_failed(found.findings.answers):
        code = SourceError.exit_code
    if as_json:
        data = {"day": day, "dry_run": True, "exit_code": code, "sources": found.findings.answers}
        outlooks = [outlook_as_data(one, way) for one in found.outlooks]
        print_json({**data, "issues": found.findings.issues, "outlooks": outlooks})
        return code
    for answer in found.findings.answers:
        click.echo(told_of(answer, day))
    for note in found.findings.issues:
        if note.verdict == "sent":
            click.echo(f"{note.slug}: frozen already, {note.accepted:,} of {note.audience:,} have it")
        elif not note.papers:
            click.echo(f"{note.slug}: no paper for it, so nothing would be sent")
        else:
            waits = "; it waits for approval" if note.verdict == "waiting for approval" else ""
            click.echo(f"{note.slug}: {counted(note.papers, 'paper')}{waits}")
        for fault in note.faults:
            click.echo(f"  its check finds: {fault}")
    for outlook in found.outlooks:
        print_outlook(outlook, way, as_json=False)
    return code


def _plain(record: RunRecord) -> str:
    """The verdict stands beside the words: do not say it twice."""
    return record.words.removeprefix(f"{record.verdict}: ")
