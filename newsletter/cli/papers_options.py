"""Options of `newsletter papers` that narrow a search."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.options import as_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_DAY = click.DateTime(["%Y-%m-%d"])


def within(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options, and hand over days as days."""

    @wraps(command)
    def narrowed(*, since: datetime | None, until: datetime | None, **rest: Any) -> None:
        command(since=as_date(since), until=as_date(until), **rest)

    for option in (
        click.option("--source", metavar="NAME", help="Only what this source gave."),
        click.option("--section", metavar="SLUG", help="Only what an issue showed in this section."),
        click.option("--until", type=_DAY, metavar="YYYY-MM-DD", help="The last day."),
        click.option("--since", type=_DAY, metavar="YYYY-MM-DD", help="The first day."),
    ):
        narrowed = option(narrowed)
    return narrowed
