"""`newsletter papers export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.options import config_option
from newsletter.cli.output import counted
from newsletter.cli.papers_options import within
from newsletter.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.citing import Form
    from newsletter.model import Paper

_FORMATS = ("bibtex", "ris", "json", "jsonl", "csv")


@click.command()
@click.argument("what", nargs=-1, metavar="[ISSUE | QUERY]")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="Else as FILE ends; else bibtex.")
@within
@click.option(
    "--out",
    type=click.Path(allow_dash=True),
    default="-",
    metavar="FILE",
    help="Instead of standard output (-).",
)
@click.option("--force", is_flag=True, help="Replace the file.")
@config_option
def export(
    *,
    what: tuple[str, ...],
    form: Form | None,
    out: str,
    force: bool,
    config_path: Path | None,
    **where: Any,
) -> None:
    """Write papers for a reference manager, a spreadsheet or a program: those of ISSUE, or all that QUERY
    finds, or all there are.

    In CSV, a cell that a spreadsheet would take for a formula has an apostrophe in front.
    """
    from newsletter.app import App
    from newsletter.citing import FORMS
    from newsletter.store.papers import Wanted
    from newsletter.work.papers_export import papers_to_export

    file = None if out == "-" else Path(out)
    form = form or (FORMS.get(file.suffix.lower()) if file else None) or "bibtex"
    wanted = Wanted(query=" ".join(what), limit=None, **where)
    app = App.open(config_path)
    with app.archive_to_read() as archive:
        papers = papers_to_export(archive, wanted, root=app.issues)
        count = _to_file(papers, form, file, force=force) if file else _to_standard_output(papers, form)
    click.echo(f"{f'wrote {file}: ' if file else ''}{counted(count, 'paper')}", err=True)


def _to_standard_output(papers: Iterable[Paper], form: Form) -> int:
    from newsletter.citing import cited

    counting = _Counting(papers)
    output = sys.stdout.buffer  # as bytes: nothing may translate line ends, or drop letters
    output.writelines(piece.encode("utf-8", "replace") for piece in cited(counting, form))
    output.flush()
    return counting.count


def _to_file(papers: Iterable[Paper], form: Form, out: Path, *, force: bool) -> int:
    from newsletter.citing import cited
    from newsletter.store.files import write_at_once

    if out.exists() and not force:
        raise StoreError(f"{out}: exists already", hint="choose another name, or replace it with --force")
    counting = _Counting(papers)
    body = "".join(cited(counting, form)).encode("utf-8", "replace")
    try:
        write_at_once(out, body)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror})") from error
    return counting.count


class _Counting:
    """Counts what goes through."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._papers, self.count = papers, 0

    def __iter__(self) -> Iterator[Paper]:
        for paper in self._papers:
            self.count += 1
            yield paper
