"""`newsletter topics suggest` and `move`, which write newsletter.toml."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.options import config_option, issue_option
from newsletter.cli.topics_inputs import (
    complete_section,
    find,
    own_file,
    page_option,
    papers_option,
    past_of,
)
from newsletter.errors import UsageError


@click.command()
@papers_option
@click.option(
    "--all", "everything", is_flag=True, help="Look at all papers, not only at those without a section."
)
@click.option(
    "--section",
    "slug",
    metavar="SLUG",
    shell_complete=complete_section,
    help="Suggest keywords for this section instead.",
)
@click.option(
    "--max", "most", type=click.IntRange(1, 50), default=5, show_default=True, help="At most so many."
)
@click.option("--write", is_flag=True, help="Insert them into newsletter.toml; comments and order stay.")
@config_option
def suggest(
    *,
    places: tuple[Path, ...],
    everything: bool,
    slug: str | None,
    most: int,
    write: bool,
    config_path: Path | None,
) -> None:
    """Suggest new sections from past papers that fit none, or keywords for a section, as ready TOML."""
    from newsletter.app import App
    from newsletter.work import topics_suggest as work

    if slug and everything:
        raise UsageError("--section and --all exclude each other")
    app = App.open(config_path)
    path = own_file(app) if write else None
    papers, sections, policy = past_of(app, places).papers, app.config.sections, app.placing()
    past = app.past().background
    if slug:
        section, phrases = work.new_keywords(papers, sections, policy, slug, most=most, background=past)
        if phrases:
            click.echo(work.keywords_toml(section, phrases), nl=False)
        if path and phrases:
            work.write_keywords(path, section, phrases)
        _say_suggested(len(phrases), "keyword", len(papers), path)
        return
    proposals = work.new_sections(papers, sections, policy, everything=everything, most=most, background=past)
    if proposals:
        click.echo(work.sections_toml(proposals, sections), nl=False)
    if path and proposals:
        work.write_sections(path, proposals)
    _say_suggested(len(proposals), "section", len(papers), path)


@click.command()
@click.argument("paper")
@click.argument("section", shell_complete=complete_section)
@page_option
@issue_option
@config_option
def move(*, paper: str, section: str, page: Path | None, issue: str | None, config_path: Path | None) -> None:
    """Make PAPER an example of SECTION in newsletter.toml, so that others like it follow.

    SECTION is a slug or a title; "more" makes it an example of none.
    """
    from newsletter.app import App
    from newsletter.topics.feedback import Feedback
    from newsletter.work.topics_move import is_judged, record
    from newsletter.work.topics_suggest import find_section

    app = App.open(config_path)
    path = own_file(app)
    liked = None if section == "more" else find_section(section, app.config.sections).slug
    found = find(app, paper, page, issue, again=True).placement
    if found.section == liked and not is_judged(found.paper, app.config.sections, liked):
        click.echo(f"{found.paper.title!r} is there already; nothing was changed")
        return
    disliked = None if found.section == liked else found.section
    record(Feedback(paper=found.paper, liked=liked, disliked=disliked), path, app.config.sections)
    click.echo(f"{found.paper.title!r}: from {found.section or 'more'} to {liked or 'more'}, in {path}")


def _say_suggested(count: int, noun: str, papers: int, path: Path | None) -> None:
    nouns = noun if count == 1 else f"{noun}s"
    if not count:
        click.echo(f"no {noun} to suggest from {papers} papers", err=True)
    elif path:
        click.echo(f"wrote {count} {nouns} into {path}", err=True)
    else:
        click.echo(f"{count} {nouns} from {papers} papers; --write inserts what is above", err=True)
