"""`newsletter inspect`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.options import as_date, date_option, json_option
from newsletter.cli.output import print_json
from newsletter.cli.problems import problem_line

if TYPE_CHECKING:
    from datetime import datetime


@click.command()
@click.argument("file")
@date_option
@json_option
def inspect(*, file: str, day: datetime | None, as_json: bool) -> None:
    """Show what can be read in FILE (- for standard input): coverage and problems."""
    from newsletter import plugins
    from newsletter.app import read_document
    from newsletter.parsing import parse
    from newsletter.parsing.coverage import describe

    parsed = parse(read_document(file, as_date(day)), plugins.load_parsers())
    if as_json:
        print_json(
            {
                "papers": parsed.papers,
                "problems": parsed.problems,
                "coverage": parsed.coverage,
                "beyond": parsed.beyond,
            }
        )
        return
    click.echo(describe(parsed.coverage))
    if parsed.beyond and parsed.beyond.token:
        total = "" if parsed.beyond.total is None else f" of {parsed.beyond.total:,} records"
        click.echo(f"one page{total}; the next one is asked for with {parsed.beyond.token!r}")
    for problem in parsed.problems:
        click.echo(problem_line(file if problem.line is None else f"{file}:{problem.line}", problem))
