"""`newsletter inspect`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from newsletter.cli.options import as_date, config_option, date_option, json_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from newsletter.model import Problem


@click.command()
@click.argument("file")
@date_option
@json_option
@config_option
def inspect(*, file: str, day: datetime | None, as_json: bool, config_path: Path | None) -> None:
    """Show what can be read in FILE (- for standard input): coverage and problems."""
    from newsletter import codec, plugins
    from newsletter.app import App
    from newsletter.parsing import parse
    from newsletter.parsing.coverage import describe

    parsed = parse(App.open(config_path).read(file, as_date(day)), plugins.load_parsers())
    if as_json:
        data = {name: codec.encode(getattr(parsed, name)) for name in ("papers", "problems", "coverage")}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    click.echo(describe(parsed.coverage))
    for problem in parsed.problems:
        click.echo(_line(file, problem))


def _line(file: str, problem: Problem) -> str:
    place = file if problem.line is None else f"{file}:{problem.line}"
    expected = f"; expected {problem.expected}" if problem.expected else ""
    found = f"; found {problem.found!r}" if problem.found else ""
    return f"{place}: {problem.message}{expected}{found}"
