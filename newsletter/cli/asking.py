"""Questions to whoever sits at the terminal."""

from __future__ import annotations

import sys

import click

from newsletter.errors import UsageError


def is_somebody_there() -> bool:
    """Whether standard input is a terminal; a program that runs in the background may have none at all."""
    return sys.stdin is not None and sys.stdin.isatty()


def must_agree(question: str) -> None:
    """Ask; whatever is not a yes ends the command. Raises `UsageError` where nobody can answer."""
    if sys.stdin is None:
        raise UsageError("standard input is closed, so nobody can be asked", hint="--yes is an answer")
    click.confirm(question, abort=True, err=True)
