"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.errors import UsageError

if TYPE_CHECKING:
    from datetime import date, datetime

config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="NEWSLETTER_CONFIG",
    help="The configuration to use instead of ./newsletter.toml; issues are kept beside it.",
)

issue_option = click.option(
    "--issue", help="Look into this issue, a slug or a folder; by default the newest one there is."
)

date_option = click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of the page, where it does not say it.",
    metavar="YYYY-MM-DD",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


class OutputPath(click.Path):
    """A file or folder to write. Who says `-` means standard output, and would find a file of that name."""

    def __init__(self, **what: bool) -> None:
        super().__init__(path_type=Path, **what)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take a path; `./-` still names what is called so."""
        if value == "-":
            where = param.opts[0] if param else "path"
            raise UsageError(
                f"{where}: found -, but this does not go to standard output",
                hint="name a file or folder; ./- is one called -",
            )
        return super().convert(value, param, ctx)


def as_date(moment: datetime | None) -> date | None:
    """Take the day of what click parsed."""
    return moment.date() if moment else None
