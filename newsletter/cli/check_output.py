"""What a check of a mail prints."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING

import click

from newsletter.cli.output import counted, print_json
from newsletter.rendering.checks.findings import counts, in_short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.rendering.checks import Finding

# More of one check say little that is new; --json has them all.
_OF_A_CHECK = 5
_WIDTH = 100
_COLOURS = {"error": "bold red", "warning": "yellow", "info": "dim"}


def print_findings(slug: str, findings: Sequence[Finding], *, notes: bool) -> None:
    """Print a table of errors and warnings, with `notes` of everything, and a line that sums up."""
    shown = [finding for finding in findings if notes or finding.severity != "info"]
    if shown:
        _print_table(shown)
    hidden = len(findings) - len(shown)
    click.echo(
        f"{slug}: {in_short(findings)}" + (f"; {counted(hidden, 'note')}, shown by --notes" if hidden else "")
    )


def print_json_findings(slug: str, findings: Sequence[Finding]) -> None:
    """Print all findings for programs."""
    print_json({"issue": slug, **counts(findings), "findings": findings})


def _print_table(findings: Sequence[Finding]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD)
    for head in ("", "Check", "What, where, and what to change"):
        table.add_column(head)
    for row in _without_repetition(findings):
        if isinstance(row, str):
            table.add_row("", "", Text(row, "dim"))
            continue
        first = row[0]
        said = Text(first.message)
        if first.where:
            others = f", and in {counted(len(row) - 1, 'more place')}" if len(row) > 1 else ""
            said.append(f"\n{first.where}{others}", "dim")
        said.append(f"\n→ {first.hint}" if _can_draw_arrows() else f"\n-> {first.hint}")
        table.add_row(Text(first.severity, _COLOURS[first.severity]), first.check, said)
    console = Console(highlight=False)
    # a file or a pipe has no width of its own
    console.width = console.width if console.is_terminal else max(console.width, _WIDTH)
    console.print(table)


def _can_draw_arrows() -> bool:
    return (sys.stdout.encoding or "ascii").lower().startswith("utf")


def _without_repetition(findings: Sequence[Finding]) -> Iterator[list[Finding] | str]:
    """Put together what says the same of several places; keep the first few of a check, count the others."""
    for (_, check), group in groupby(findings, lambda finding: (finding.severity, finding.check)):
        alike: dict[str, list[Finding]] = {}
        for finding in group:
            alike.setdefault(finding.message, []).append(finding)
        limit = len(alike) if check == "clients" else _OF_A_CHECK
        yield from list(alike.values())[:limit]
        if len(alike) > limit:
            yield f"... and {len(alike) - limit} more of {check} (--json lists them all)"
