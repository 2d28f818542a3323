"""`newsletter topics`: the tools for the person who configures sections."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.options import config_option, issue_option, json_option
from newsletter.cli.output import print_json
from newsletter.cli.topics_inputs import find, page_option, papers_option, past_of
from newsletter.cli.topics_writing import move, suggest
from newsletter.errors import EXIT_DONE, EXIT_FOUND_ERRORS, UsageError


@click.group()
def topics() -> None:
    """See, explain, check and improve the sections."""


@topics.command("list")
@papers_option
@json_option
@config_option
def list_(*, places: tuple[Path, ...], as_json: bool, config_path: Path | None) -> None:
    """List the sections in force, with --papers also how many papers each would get."""
    from newsletter.app import App
    from newsletter.cli import topics_output as output
    from newsletter.topics.overview import overview

    app = App.open(config_path)
    papers = past_of(app, places).papers if places else ()
    background = app.past().background if papers else None
    rows = overview(app.config.sections, papers, policy=app.placing(), background=background)
    if as_json:
        print_json(rows)
    else:
        output.print_sections(rows, papers=len(papers))


@topics.command()
@click.argument("paper")
@page_option
@issue_option
@click.option("--again", is_flag=True, help="Place an issue's papers again, with the sections of today.")
@json_option
@config_option
def explain(
    *,
    paper: str,
    page: Path | None,
    issue: str | None,
    again: bool,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Say why PAPER (an id, a title or part of it) is where it is: terms, keywords, the nearest section."""
    from newsletter.app import App
    from newsletter.topics.explanation import explain as lines_of

    app = App.open(config_path)
    found = find(app, paper, page, issue, again=again)
    if as_json:
        print_json(found.placement)
        return
    for line in lines_of(found.placement, app.config.sections):
        click.echo(line)
    if found.overflowed:
        click.echo("  shown in     More papers: its section had as many papers as it may show")
    click.echo(f"as placed in {found.origin}", err=True)


@topics.command()
@papers_option
@json_option
@config_option
@click.pass_context
def check(
    context: click.Context, *, places: tuple[Path, ...], as_json: bool, config_path: Path | None
) -> None:
    """Warn of sections that never match, overlap or swallow others, and say what to change.

    Exit code 8 says that there are errors; warnings alone end with 0.
    """
    from newsletter.app import App
    from newsletter.cli import topics_output as output
    from newsletter.topics.checking import MIN_PAPERS
    from newsletter.topics.checking import check as check_sections

    app = App.open(config_path)
    papers = past_of(app, places).papers if places or app.issues.is_dir() else ()
    background = app.past().background if papers else None
    findings = check_sections(app.config.sections, papers, policy=app.placing(), background=background)
    if as_json:
        print_json(findings)
    else:
        output.print_findings(findings, sections=len(app.config.sections), papers=len(papers))
    if len(papers) < MIN_PAPERS:
        click.echo(
            f"only the configuration itself was checked: that takes {MIN_PAPERS} past papers (--papers),"
            f" and there are {len(papers)}",
            err=True,
        )
    has_errors = any(finding.severity == "error" for finding in findings)
    context.exit(EXIT_FOUND_ERRORS if has_errors else EXIT_DONE)


@topics.command()
@click.option(
    "--config", "new_path", type=click.Path(path_type=Path), required=True, help="The changed configuration."
)
@click.option(
    "--from",
    "old_path",
    type=click.Path(path_type=Path),
    envvar="NEWSLETTER_CONFIG",
    help="The configuration to compare with instead of ./newsletter.toml.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 3660),
    default=7,
    show_default=True,
    help="Days of papers, back from the newest one.",
)
@papers_option
@json_option
def diff(
    *, new_path: Path, old_path: Path | None, days: int, places: tuple[Path, ...], as_json: bool
) -> None:
    """Show which papers of the last days a changed configuration would move."""
    from newsletter.app import App
    from newsletter.cli import topics_output as output
    from newsletter.work.topics_diff import compare

    old, new = App.open(old_path), App.open(new_path)
    found = compare(past_of(old, places), old.sorting, new.sorting, days=days)
    if as_json:
        output.print_json_difference(found)
    else:
        output.print_difference(found, old.config.sections, new.config.sections)


@topics.command()
@click.argument("papers", type=click.Path(path_type=Path))
@click.option("--batch", type=click.IntRange(1), help="Place so many at a time, in the order of sha1(id).")
@click.option("--history", type=click.Path(path_type=Path), help="Unlabelled earlier papers to learn from.")
@click.option(
    "--history-halves", "halves", is_flag=True, help="Place each half with the other as its history."
)
@json_option
@config_option
def evaluate(
    *,
    papers: Path,
    batch: int | None,
    history: Path | None,
    halves: bool,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Score the sections on PAPERS, JSON Lines with a `label` each: a section's slug, or "none".

    `acceptable` may list slugs that would be right as well. Papers without a label are left out.
    """
    from newsletter.app import App
    from newsletter.cli import topics_output as output
    from newsletter.work.topics_evaluate import evaluate_file

    if history and halves:
        raise UsageError("--history and --history-halves exclude each other")
    app = App.open(config_path)
    scored = evaluate_file(
        papers,
        app.config.sections,
        app.placing(),
        app.shelf(),
        batch=batch,
        history=history,
        halves=halves,
    )
    for problem in scored.skipped:
        click.echo(f"left out: {papers}, line {problem.line}: {problem.message}", err=True)
    if as_json:
        print_json(scored.evaluation)
    else:
        output.print_evaluation(scored.evaluation)


for _command in (suggest, move):
    topics.add_command(_command)
