"""What the doctor prints."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from newsletter.cli.output import print_json
from newsletter.work.doctor.findings import AREAS, SEVERITIES, counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

    from newsletter.work.doctor.findings import Area, Finding

_WIDTH = 100
_COLOURS = {"error": "bold red", "warning": "yellow", "info": "cyan", "ok": "green"}


def print_report(findings: Sequence[Finding]) -> None:
    """Print a table for each area, the worst area and the worst finding first, and a line that sums up."""
    from rich.console import Console

    console = Console(highlight=False)
    # a file or a pipe has no width of its own
    console.width = console.width if console.is_terminal else max(console.width, _WIDTH)
    for area in _by_worst(findings):
        console.print(AREAS[area], style="bold")
        console.print(_table([finding for finding in findings if finding.area == area]))
        console.print()
    click.echo(in_short(findings))


def print_json_report(findings: Sequence[Finding]) -> None:
    """Print all findings for programs."""
    print_json({**counts(findings), "findings": [as_data(finding) for finding in findings]})


def as_data(finding: Finding) -> dict[str, str]:
    """Give a finding as plain values."""
    return {
        "code": finding.code,
        "area": AREAS[finding.area],
        "severity": finding.severity,
        "message": finding.message,
        "why": finding.why,
        "source": finding.source,
        "fix": finding.fix,
    }


def lines_of(finding: Finding) -> str:
    """Write a finding as lines of plain text."""
    fix = f"\n  {_arrow()} {_printable(finding.fix)}" if finding.fix else ""
    said = f"{finding.severity} {finding.code}: {_printable(finding.message)}{fix}"
    return f"{said}\n  {finding.why} ({finding.source})"


def in_short(findings: Sequence[Finding]) -> str:
    """Write "1 error, no warnings; 12 things are well"."""
    number = counts(findings)
    parts = [_counted(number["errors"], "error"), _counted(number["warnings"], "warning")]
    notes = f", {_counted(number['notes'], 'note')}" if number["notes"] else ""
    return f"{', '.join(parts)}{notes}; {number['ok']} things are well"


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun if number == 1 else f'{noun}s'}"


def _by_worst(findings: Iterable[Finding]) -> list[Area]:
    worst: dict[Area, int] = {}
    for finding in findings:
        rank = SEVERITIES.index(finding.severity)
        worst[finding.area] = min(worst.get(finding.area, rank), rank)
    return sorted(worst, key=lambda area: (worst[area], list(AREAS).index(area)))


def _table(findings: Sequence[Finding]) -> Table:
    """Lay findings out; why a check is made is said once, behind the first that it found something wrong."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 1))
    for width in (7, 3, None):
        table.add_column(min_width=width)
    explained: set[str] = set()
    for finding in findings:
        said = Text(_printable(finding.message), "dim" if finding.severity == "ok" else "")
        if finding.fix:
            said.append(f"\n{_arrow()} {_printable(finding.fix)}")
        if finding.severity in ("error", "warning") and finding.code not in explained:
            said.append(f"\n{finding.why} ({finding.source})", "dim")
            explained.add(finding.code)
        table.add_row(Text(finding.severity, _COLOURS[finding.severity]), finding.code, said)
    return table


def _arrow() -> str:
    return "→" if (sys.stdout.encoding or "ascii").lower().startswith("utf") else "->"


def _printable(text: str) -> str:
    """Let no control character of a stranger's record reach the terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)
