"""What `newsletter topics` prints."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from newsletter.cli.output import counted, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Section
    from newsletter.topics.difference import Difference
    from newsletter.topics.evaluation import Evaluation
    from newsletter.topics.findings import Finding
    from newsletter.topics.overview import Overview

_FIGURES = ("accuracy", "acceptable", "macro_f1", "macro_f1_with_more", "coverage", "auroc_more")
_TITLE_CHARS = 60


def print_sections(rows: Sequence[Overview], *, papers: int) -> None:
    """Print a line per section."""
    heads = ["Slug", "Section", "Keywords", "Examples", "Threshold", "At most"]
    table = [
        [
            row.slug or "",
            row.title,
            str(row.keywords),
            str(row.examples),
            _or_dash(row.min_score),
            _or_dash(row.max_papers),
            *([str(row.papers)] if papers else []),
        ]
        for row in rows
    ]
    print_table([*heads, *(["Papers"] if papers else [])], table, numbers=range(2, 7))


def print_findings(findings: Sequence[Finding], *, sections: int, papers: int) -> None:
    """Print each finding with what to change."""
    for finding in findings:
        colour = "red" if finding.severity == "error" else "yellow"
        click.echo(f"{click.style(finding.severity + ':', fg=colour)} {finding.message}")
        click.echo(textwrap.indent(finding.advice, "  -> "))
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    click.echo(
        f"{sections} sections, {papers} papers: {counted(errors, 'error')}, {counted(warnings, 'warning')}"
    )


def print_difference(found: Difference, old: Sequence[Section], new: Sequence[Section]) -> None:
    """Print every move, and how many go which way."""
    titles: dict[str | None, str] = {section.slug: section.title for section in (*old, *new)}
    titles[None] = "More papers"
    rows = [
        [
            textwrap.shorten(move.paper.title, _TITLE_CHARS, placeholder="…"),
            titles[move.old],
            titles[move.new],
        ]
        for move in found.moves
    ]
    if rows:
        print_table(["Paper", "From", "To"], rows)
    for slug, to, count in found.counts():
        click.echo(f"{count:5}  {titles[slug]} -> {titles[to]}")
    click.echo(f"{len(found.moves)} of {found.papers} papers would move")


def print_json_difference(found: Difference) -> None:
    """Print the moves for programs, without the papers' texts."""
    moves = [
        {
            "key": move.paper.key,
            "title": move.paper.title,
            "old": move.old,
            "new": move.new,
            "score": move.score,
        }
        for move in found.moves
    ]
    print_json({"papers": found.papers, "moves": moves})


def print_evaluation(found: Evaluation) -> None:
    """Print the figures, the sections and the worst confusions."""
    click.echo(f"{'papers':<20}{found.papers:6}   ({found.none} of them fit no section)")
    for name in _FIGURES:
        click.echo(f"{name:<20}{_figure(getattr(found, name)):>6}")
    print_table(
        ["Section", "Papers", "Precision", "Recall", "F1"],
        [
            [row.slug, str(row.papers), _figure(row.precision), _figure(row.recall), _figure(row.f1)]
            for row in found.sections
        ],
        numbers=range(1, 5),
    )
    if found.confusions:
        print_table(
            ["Belongs to", "Was placed in", "Papers", "Share"],
            [[pair.label, pair.placed, str(pair.papers), f"{pair.share:.0%}"] for pair in found.confusions],
            numbers=range(2, 4),
        )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
