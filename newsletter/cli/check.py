"""`newsletter check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option, json_option
from newsletter.errors import EXIT_DONE, EXIT_FOUND_ERRORS

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("issue")
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@click.option("--notes", is_flag=True, help="Show known limits too, such as what some mail clients lose.")
@json_option
@config_option
@click.pass_context
def check(
    context: click.Context, *, issue: str, strict: bool, notes: bool, as_json: bool, config_path: Path | None
) -> None:
    """Check the mail of ISSUE (a folder, or a slug such as 2025-11-07) before it goes out.

    Looks at the final HTML, text and message: standards, size, links, colours, accessibility, headers, the
    plain text, and what mail clients support. Nothing is fetched. Exit code 8 says that there are errors;
    warnings alone end with 0, unless --strict.
    """
    from newsletter.app import App
    from newsletter.cli import check_output as output
    from newsletter.store.issue_folder import find_issue, read_issue

    app = App.open(config_path)
    stored = read_issue(find_issue(issue, root=app.issues))
    findings = app.check(stored)
    if as_json:
        output.print_json_findings(stored.issue.slug, findings)
    else:
        output.print_findings(stored.issue.slug, findings, notes=notes)
    fatal = ("error", "warning") if strict else ("error",)
    failed = any(finding.severity in fatal for finding in findings)
    context.exit(EXIT_FOUND_ERRORS if failed else EXIT_DONE)
