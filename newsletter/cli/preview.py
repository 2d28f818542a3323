"""`newsletter preview`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsletter.rendering.checks import Finding
    from newsletter.store.issue_folder import StoredIssue


@click.command()
@click.argument("issue")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; 0 takes a free one.")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
@config_option
def preview(*, issue: str, port: int, open_browser: bool, config_path: Path | None) -> None:
    """Show ISSUE (a folder, or a slug such as 2025-11-07) in the browser, on this machine only.

    Beside the mail stands what `newsletter check` finds in it.
    """
    from newsletter.app import App
    from newsletter.preview.server import PreviewServer
    from newsletter.store.issue_folder import find_issue, read_issue

    def check(stored: StoredIssue) -> Sequence[Finding]:
        return App.open(config_path).check(stored)

    folder = find_issue(issue)
    read_issue(folder)
    try:
        server = PreviewServer(folder, port=port, check=check)
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be used ({error.strerror})", hint="leave --port out to take a free one"
        ) from error
    click.echo(server.url)
    click.echo("stop it with Ctrl-C", err=True)
    if open_browser:
        click.launch(server.url)
    server.run()
