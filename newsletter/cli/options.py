"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

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


def as_date(moment: datetime | None) -> date | None:
    """Take the day of what click parsed."""
    return moment.date() if moment else None
