"""`newsletter topics`: the tools for the person who configures sections."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option, json_option
from newsletter.errors import EXIT_DONE, EXIT_FOUND_ERRORS, ConfigError, UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from newsletter.app import App
    from newsletter.topics.difference import Sorting
    from newsletter.work.topics_explain import Explained
    from newsletter.work.topics_papers import PastPapers


def _complete_section(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the slugs of the sections in force; a configuration that cannot be read offers none."""
    from click.shell_completion import CompletionItem

    from newsletter.config import load_config
    from newsletter.errors import NewsletterError

    del parameter
    try:
        sections = load_config(context.params.get("config_path")).sections
    except NewsletterError:
        return []
    return [
        CompletionItem(section.slug, help=section.title)
        for section in sections
        if section.slug.startswith(incomplete)
    ]


_papers_option = click.option(
    "--papers",
    "places",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Past papers: a file, an issue folder or a folder of them; repeatable. By default ./issues.",
)
_page_option = click.option(
    "--page", type=click.Path(path_type=Path), help="Look into this saved page or file of papers."
)
_issue_option = click.option(
    "--issue", help="Look into this issue, a slug or a folder; by default the newest under ./issues."
)


@click.group()
def topics() -> None:
    """See, explain, check and improve the sections."""


@topics.command("list")
@_papers_option
@json_option
@config_option
def list_(*, places: tuple[Path, ...], as_json: bool, config_path: Path | None) -> None:
    """List the sections in force, with --papers also how many papers each would get."""
    from newsletter.app import App
    from newsletter.cli import topics_output as output
    from newsletter.topics.overview import overview

    app = App.open(config_path)
    papers = _past(app, places).papers if places else ()
    rows = overview(app.config.sections, papers, policy=app.placing())
    if as_json:
        output.print_json(rows)
    else:
        output.print_sections(rows, papers=len(papers))


@topics.command()
@click.argument("paper")
@_page_option
@_issue_option
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
    from newsletter.cli import topics_output as output
    from newsletter.topics.explanation import explain as lines_of

    app = App.open(config_path)
    found = _find(app, paper, page, issue, again=again)
    if as_json:
        output.print_json(found.placement)
        return
    for line in lines_of(found.placement, app.config.sections):
        click.echo(line)
    click.echo(f"as placed in {found.origin}", err=True)


@topics.command()
@_papers_option
@click.option(
    "--all", "everything", is_flag=True, help="Look at all papers, not only at those without a section."
)
@click.option(
    "--section",
    "slug",
    metavar="SLUG",
    shell_complete=_complete_section,
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
    path = _own_file(app) if write else None
    papers, sections, policy = _past(app, places).papers, app.config.sections, app.placing()
    if slug:
        section, phrases = work.new_keywords(papers, sections, policy, slug, most=most)
        if phrases:
            click.echo(work.keywords_toml(section, phrases), nl=False)
        if path and phrases:
            work.write_keywords(path, section, phrases)
        _say_suggested(len(phrases), "keyword", len(papers), path)
        return
    proposals = work.new_sections(papers, sections, policy, everything=everything, most=most)
    if proposals:
        click.echo(work.sections_toml(proposals, sections), nl=False)
    if path and proposals:
        work.write_sections(path, proposals)
    _say_suggested(len(proposals), "section", len(papers), path)


@topics.command()
@_papers_option
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
    from newsletter.work.topics_papers import ISSUES

    app = App.open(config_path)
    papers = _past(app, places).papers if places or ISSUES.is_dir() else ()
    findings = check_sections(app.config.sections, papers, policy=app.placing())
    if as_json:
        output.print_json(findings)
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
@_papers_option
@json_option
def diff(
    *, new_path: Path, old_path: Path | None, days: int, places: tuple[Path, ...], as_json: bool
) -> None:
    """Show which papers of the last days a changed configuration would move."""
    from newsletter.app import App
    from newsletter.cli import topics_output as output
    from newsletter.work.topics_diff import compare

    old, new = App.open(old_path), App.open(new_path)
    found = compare(_past(old, places), _sorting(old), _sorting(new), days=days)
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
    found = evaluate_file(
        papers,
        app.config.sections,
        app.placing(),
        app.shelf(),
        batch=batch,
        history=history,
        halves=halves,
    )
    if as_json:
        output.print_json(found)
    else:
        output.print_evaluation(found)


@topics.command()
@click.argument("paper")
@click.argument("section", shell_complete=_complete_section)
@_page_option
@_issue_option
@config_option
def move(*, paper: str, section: str, page: Path | None, issue: str | None, config_path: Path | None) -> None:
    """Make PAPER an example of SECTION ("more": of none) in newsletter.toml, so that others like it follow."""
    from newsletter.app import App
    from newsletter.topics.feedback import Feedback
    from newsletter.work.topics_move import record
    from newsletter.work.topics_suggest import find_section

    app = App.open(config_path)
    path = _own_file(app)
    liked = None if section == "more" else find_section(section, app.config.sections).slug
    found = _find(app, paper, page, issue, again=True).placement
    if found.section == liked:
        click.echo(f"{found.paper.title!r} is there already; nothing was changed")
        return
    record(Feedback(paper=found.paper, liked=liked, disliked=found.section), path, app.config.sections)
    click.echo(f"{found.paper.title!r}: from {found.section or 'more'} to {liked or 'more'}, in {path}")


def _past(app: App, places: tuple[Path, ...]) -> PastPapers:
    from newsletter.work.topics_papers import past_papers

    past = past_papers(places, app.shelf())
    for reason in past.skipped:
        click.echo(f"left out: {reason}", err=True)
    return past


def _find(app: App, paper: str, page: Path | None, issue: str | None, *, again: bool) -> Explained:
    from newsletter.work.topics_explain import explain_in_issue, explain_in_page

    if page and issue:
        raise UsageError("--page and --issue exclude each other")
    sections, policy = app.config.sections, app.placing()
    if page:
        return explain_in_page(paper, page, sections, policy, app.shelf())
    return explain_in_issue(paper, issue, sections, policy, again=again)


def _sorting(app: App) -> Sorting:
    from newsletter.topics.difference import Sorting

    return Sorting(sections=app.config.sections, policy=app.placing())


def _own_file(app: App) -> Path:
    if app.config.path is None:
        raise ConfigError(
            "there is no newsletter.toml here to write into", hint="`newsletter init` writes one"
        )
    return app.config.path


def _say_suggested(count: int, noun: str, papers: int, path: Path | None) -> None:
    nouns = noun if count == 1 else f"{noun}s"
    if not count:
        click.echo(f"no {noun} to suggest from {papers} papers", err=True)
    elif path:
        click.echo(f"wrote {count} {nouns} into {path}", err=True)
    else:
        click.echo(f"{count} {nouns} from {papers} papers; --write inserts what is above", err=True)
