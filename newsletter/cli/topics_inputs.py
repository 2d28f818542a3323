"""What the commands of `newsletter topics` are given: options, papers, a paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.errors import ConfigError, NewsletterError, UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from newsletter.app import App
    from newsletter.work.topics_explain import Explained
    from newsletter.work.topics_papers import PastPapers


papers_option = click.option(
    "--papers",
    "places",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Past papers: a file, an issue folder or a folder of them; repeatable. By default all issues.",
)
page_option = click.option(
    "--page", type=click.Path(path_type=Path), help="Look into this saved page or file of papers."
)


def complete_section(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the slugs of the sections in force; a configuration that cannot be read offers none."""
    from click.shell_completion import CompletionItem

    from newsletter.config import load_config

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


def past_of(app: App, places: tuple[Path, ...]) -> PastPapers:
    """Read the past papers, and tell what was left out."""
    from newsletter.work.topics_papers import past_papers

    past = past_papers(places, app.shelf(), root=app.issues)
    for reason in past.skipped:
        click.echo(f"left out: {reason}", err=True)
    return past


def find(app: App, paper: str, page: Path | None, issue: str | None, *, again: bool) -> Explained:
    """Find a paper in a page, or in an issue."""
    from newsletter.work.topics_explain import explain_in_issue, explain_in_page

    if page and issue:
        raise UsageError("--page and --issue exclude each other")
    if page:
        return explain_in_page(paper, page, app.sorting, app.shelf())
    return explain_in_issue(paper, issue, app.sorting, root=app.issues, again=again)


def own_file(app: App) -> Path:
    """Give the file that can be written. Raises `ConfigError` where the defaults are in force."""
    if app.config.path is None:
        raise ConfigError(
            "there is no newsletter.toml here to write into", hint="`newsletter init` writes one"
        )
    return app.config.path
