"""`newsletter preview`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.options import as_date, config_option, date_option
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command()
@click.argument("page_or_issue", metavar="[PAGE | ISSUE]", required=False)
@date_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; 0 takes a free one.")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; see the next option.")
@click.option(
    "--i-know-others-can-reach-it",
    "is_public",
    is_flag=True,
    help="Listen on an interface that others reach.",
)
@config_option
def preview(
    *,
    page_or_issue: str | None,
    day: datetime | None,
    port: int,
    open_browser: bool,
    host: str,
    is_public: bool,
    config_path: Path | None,
) -> None:
    """Show in the browser what will be sent, and follow every change of your files.

    PAGE is a saved page of papers (- for standard input): it is built in memory with the configuration in
    force, and nothing is written. ISSUE is a folder or a slug such as 2025-11-07. Without either it is the
    latest issue beside the configuration.

    The address ends in a key and works on this machine only. Saving newsletter.toml, a template, a style
    sheet or the page shows the new issue within a second; a mistake is shown beside the last good one.
    """
    from newsletter.app import App, issues_beside
    from newsletter.preview.server import PreviewServer
    from newsletter.preview.subjects import subject_of
    from newsletter.preview.workshop import Workshop

    _refuse_the_public(host, is_public=is_public)
    subject = subject_of(page_or_issue, as_date(day), issues_beside(config_path))
    workshop = Workshop(subject, lambda: App.open(config_path), config_path)
    try:
        server = PreviewServer(workshop, host=host, port=port)
    except OSError as error:
        raise UsageError(
            f"{host}, port {port} cannot be listened on ({error.strerror})",
            hint="leave --port out to take a free one, and --host to stay on this machine",
        ) from error
    click.echo(server.url)
    click.echo("stop it with Ctrl-C", err=True)
    if open_browser:
        click.launch(server.url_for_once())  # a command line, which everybody on this machine can read
    server.run()


def _refuse_the_public(host: str, *, is_public: bool) -> None:
    from newsletter.http.serving import is_loopback

    if not is_public and not is_loopback(host):
        raise UsageError(
            f"{host} can be reached from other machines, by people who could read this issue and mail it",
            hint="leave --host out; or add --i-know-others-can-reach-it, on a network that you trust",
        )
