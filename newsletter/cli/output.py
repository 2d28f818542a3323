"""What a command prints for programs and for people."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

_WIDTH = 100


def print_json(data: Any) -> None:
    """Print values, ours or plain ones, as JSON; beyond ASCII only where the output takes UTF-8."""
    from newsletter import codec

    click.echo(json.dumps(codec.encode(data), ensure_ascii=ascii_only(), indent=2))


def ascii_only() -> bool:
    """Tell whether the output takes no more than ASCII for sure."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    return encoding != "utf8"


def local_time(moment: datetime) -> str:
    """Write a moment as the clock on the wall shows it: "14:05" today, else with its day."""
    here = moment.astimezone()
    return f"{here:%H:%M}" if here.date() == today() else f"{here:%Y-%m-%d %H:%M}"


def today() -> date:
    """Give the day that it is where this machine stands."""
    return datetime.now(UTC).astimezone().date()


def counted(count: int, noun: str) -> str:
    """Write "1 message" and "2 messages"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[int] = ()) -> None:
    """Print a table; numbers stand right, in the columns named by place."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    right = set(numbers)
    table = Table(box=SIMPLE_HEAD)
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place in right else "left")
    for row in rows:
        table.add_row(*map(escape, row))
    console = Console(highlight=False)
    # a file or a pipe has no width: nothing is cut for it
    console.width = console.width if console.is_terminal else max(console.width, _WIDTH)
    console.print(table)
