"""`newsletter papers`: the archive."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.options import as_date, config_option, date_option, json_option
from newsletter.cli.output import counted, print_json
from newsletter.cli.papers_export import export
from newsletter.cli.papers_options import within
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from newsletter.model import Paper


@click.group()
def papers() -> None:
    """Search, show, export and add to what the archive knows of papers."""


@papers.command()
@click.argument("query", nargs=-1)
@within
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many.")
@json_option
@config_option
def search(
    *, query: tuple[str, ...], limit: int, as_json: bool, config_path: Path | None, **where: Any
) -> None:
    """Find papers by their words, the best first; without QUERY the newest.

    QUERY is words, all of which a paper must have; "words in a row" in quotes, begin* for all that begins so,
    and -word for what must not be there (in one argument: 'sparse -attention'). The days are those on which
    papers first came.
    """
    from newsletter.app import App
    from newsletter.citing.json_records import as_data
    from newsletter.cli.papers_output import print_hits

    with App.open(config_path).archive_to_read() as archive:
        hits = archive.search(" ".join(query), limit=limit, **where) if archive else ()
    if as_json:
        print_json([{"day": hit.day, **as_data(hit.paper)} for hit in hits])
    else:
        print_hits(hits)
    if not hits:
        click.echo("nothing found" if archive else "nothing found: there is no archive yet", err=True)
    elif len(hits) == limit:
        click.echo(f"the best {limit}; --limit shows more", err=True)


@papers.command()
@click.argument("paper")
@json_option
@config_option
def show(*, paper: str, as_json: bool, config_path: Path | None) -> None:
    """Show PAPER (an id of any kind, an address, a key, a title or a part of one): what is known of it, who
    said so since when, in which versions, and which issues showed it."""
    from newsletter.app import App
    from newsletter.cli.papers_output import history_data, print_history

    with App.open(config_path).archive_to_read() as archive:
        found = archive.matching(paper, limit=6) if archive else ()
        history = archive.history(found[0].key) if archive and found else None
    if history is None:
        raise UsageError(
            f"no paper {_shown(paper)!r} in the archive", hint="`newsletter papers search WORDS` finds papers"
        )
    if as_json:
        print_json(history_data(history))
        return
    print_history(history)
    if others := found[1:]:
        click.echo(f"\nalso named so: {_listed(others)}", err=True)


@papers.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--source", default="file", show_default=True, metavar="NAME", help="Who said it.")
@date_option
@json_option
@config_option
def add(
    *, files: tuple[str, ...], source: str, day: datetime | None, as_json: bool, config_path: Path | None
) -> None:
    """Add the papers of saved documents: whatever `newsletter inspect` can read (- is standard input)."""
    from newsletter import plugins
    from newsletter.app import App, read_document
    from newsletter.work.papers_add import add_document

    app, parsers, now = App.open(config_path), plugins.load_parsers(), datetime.now(UTC)
    told = []
    with ExitStack() as stack:
        archive = None
        for file in files:
            document = read_document(file, as_date(day))
            archive = archive or stack.enter_context(app.archive())  # once there is something to add
            told.append(add_document(archive, document, parsers, source=source, at=now))
    if as_json:
        print_json(
            [
                {"origin": one.origin, "added": one.added, "updated": one.updated, "known": one.known}
                for one in told
            ]
        )
        return
    for one in told:
        total = counted(len(one.parsed.papers), "paper")
        news = f"{len(one.added):,} new, {len(one.updated):,} updated, {len(one.known):,} known"
        click.echo(f"{one.origin}: {total}: {news}")
        if one.parsed.problems:
            problems = counted(len(one.parsed.problems), "problem")
            click.echo(f"{problems}; `newsletter inspect {one.origin}` lists them", err=True)


@papers.command()
@config_option
def reindex(*, config_path: Path | None) -> None:
    """Make the index of words anew, should `newsletter db check` find it out of step."""
    from newsletter.app import App

    app = App.open(config_path)
    app.must_have_database()
    with app.archive() as archive:
        click.echo(f"indexed {counted(archive.reindex(), 'paper')}")


papers.add_command(export)


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004


def _listed(others: tuple[Paper, ...]) -> str:
    from newsletter.cli.papers_output import name_of

    return "; ".join(f"{one.title} ({name_of(one)})" for one in others)
