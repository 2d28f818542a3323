"""`newsletter build`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.options import OutputPath, as_date, config_option, date_option, json_option
from newsletter.cli.output import counted, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from newsletter.app import App
    from newsletter.mailing.transfer_encoding import Encoded
    from newsletter.rendering.checks import Finding
    from newsletter.store.past import Past
    from newsletter.work.build import Built, Recipe


@click.command()
@click.argument("pages", metavar="PAGE", nargs=-1)
@date_option
@click.option("--weekly", is_flag=True, help="The week up to --date, of its issues, or of several pages.")
@click.option("--out", type=OutputPath(file_okay=False), help="The folder to write.")
@click.option("--force", is_flag=True, help="Overwrite files that were changed by hand.")
@json_option
@config_option
def build(
    *,
    pages: tuple[str, ...],
    day: datetime | None,
    weekly: bool,
    out: Path | None,
    force: bool,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Make an issue from PAGE, a saved page of papers (- for standard input).

    Writes issues/SLUG/ beside the configuration (here, if there is none) with issue.html, issue.txt,
    issue.eml and issue.json, and nothing else.

    With --weekly an issue of the seven days up to --date (else up to the newest day there is), for those who
    read weekly: of the issues of those days, or of the pages, issue folders and folders that are named.
    """
    from newsletter.app import App
    from newsletter.rendering.checks.findings import counts
    from newsletter.work.check import check_issue

    app = App.open(config_path)
    recipe = app.recipe()
    if weekly:
        built = _of_a_week(app, recipe, pages, as_date(day), out=out, overwrite=force)
    else:
        built = _of_a_page(app, recipe, pages, as_date(day), out=out, overwrite=force)
    findings = check_issue(built.stored, recipe.theme, size_budget=recipe.budget.html_bytes)
    if as_json:
        print_json({**_as_data(built), "checks": counts(findings)})
        return
    _print_table(built)
    _print_talk(built, pages[0] if len(pages) == 1 and not weekly else "-")
    _print_findings(built, findings)


def _of_a_page(
    app: App, recipe: Recipe, pages: Sequence[str], day: date | None, *, out: Path | None, overwrite: bool
) -> Built:
    from newsletter.app import read_document
    from newsletter.work.build import build as build_issue

    if not pages:
        raise click.UsageError("Missing argument 'PAGE'.")
    if len(pages) > 1:
        raise click.UsageError("An issue is made of one PAGE; one of several days needs --weekly.")
    return build_issue(read_document(pages[0], day), recipe, root=app.issues, out=out, overwrite=overwrite)


def _of_a_week(
    app: App, recipe: Recipe, pages: Sequence[str], day: date | None, *, out: Path | None, overwrite: bool
) -> Built:
    from newsletter.work.weekly import build_week

    places = [Path(page) for page in pages]
    return build_week(places, app.shelf(), recipe, root=app.issues, day=day, out=out, overwrite=overwrite)


def _rows(built: Built) -> list[tuple[str, int]]:
    issue = built.stored.issue
    rows = [(section.title, len(section.entries)) for section in issue.sections]
    return [*rows, ("More papers", len(issue.more))] if issue.more else rows


def _print_table(built: Built) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    issue = built.stored.issue
    table = Table(box=SIMPLE_HEAD, show_footer=True)
    table.add_column("Section", footer=f"{escape(issue.title)}, {issue.slug}")
    table.add_column("Papers", justify="right", footer=str(len(issue.entries)))
    for title, count in _rows(built):
        table.add_row(escape(title), str(count))
    Console(highlight=False).print(table)
    click.echo(f"wrote {built.folder}/ with {', '.join(sorted(_sizes(built)))}")


def _print_talk(built: Built, page: str) -> None:
    from newsletter.parsing.coverage import describe

    edition, encoded = built.stored.editions[0], _encoded(built)
    click.echo(f"subject: {edition.subject}", err=True)
    click.echo(
        f"the HTML is {len(built.stored.html):,} bytes, {len(encoded.body):,} as {encoded.name}", err=True
    )
    if edition.shortened:
        click.echo(
            f"shortened to stay small enough for mail programs: {'; '.join(edition.shortened)}", err=True
        )
    click.echo(describe(built.parsed.coverage), err=True)
    _print_past(built.past)
    problems = len(built.parsed.problems)
    if problems:
        advice = "" if page == "-" else f"; `newsletter inspect {shlex.quote(page)}` lists them"
        click.echo(f"{counted(problems, 'problem')} while reading{advice}", err=True)
    click.echo(f"look at it: newsletter preview {shlex.quote(str(built.folder))}", err=True)


def _print_past(past: Past) -> None:
    kinds = {"earlier issue": past.issues, "archived day": past.days}
    if told := [counted(count, kind) for kind, count in kinds.items() if count]:
        click.echo(f"learnt from {' and '.join(told)} with {counted(past.papers, 'paper')}", err=True)
    for reason in past.skipped:
        click.echo(f"not learnt from: {reason}", err=True)


def _encoded(built: Built) -> Encoded:
    from newsletter.mailing.transfer_encoding import encode

    return encode(built.stored.html.decode("utf-8"))


def _print_findings(built: Built, findings: Sequence[Finding]) -> None:
    """Name the worst finding, if any: a build tells, and `newsletter check` judges."""
    from newsletter.rendering.checks.findings import in_short

    grave = [finding for finding in findings if finding.severity != "info"]
    if grave:
        command = f"newsletter check {shlex.quote(str(built.folder))}"
        click.echo(f"checks: {in_short(findings)} ({command}); the first: {grave[0].message}", err=True)


def _sizes(built: Built) -> dict[str, int]:
    names = ("issue.html", "issue.txt", "issue.eml", "issue.json")
    return {name: (built.folder / name).stat().st_size for name in names}


def _as_data(built: Built) -> dict[str, Any]:
    issue, edition, encoded = built.stored.issue, built.stored.editions[0], _encoded(built)
    sections = [{"slug": s.slug, "title": s.title, "papers": len(s.entries)} for s in issue.sections]
    return {
        "slug": issue.slug,
        "folder": str(built.folder),
        "subject": edition.subject,
        "papers": len(issue.entries),
        "sections": sections,
        "more": len(issue.more),
        "left_out": len(issue.left_out),
        "problems": len(built.parsed.problems),
        "bytes": _sizes(built),
        "encoded_html": {"encoding": encoded.name, "bytes": len(encoded.body)},
        "shortened": list(edition.shortened),
    }
