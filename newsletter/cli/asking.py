"""Questions to whoever sits at the terminal."""

from __future__ import annotations

import sys

import click

from newsletter.errors import EXIT_INTERRUPTED, UsageError


def is_somebody_there() -> bool:
    """Whether standard input is a terminal; a program that runs in the background may have none at all."""
    return sys.stdin is not None and sys.stdin.isatty()


def must_agree(question: str) -> None:
    """Ask; a no ends the command, as Ctrl-C does. Raises `UsageError` where nobody can answer."""
    if sys.stdin is None:
        raise _nobody("closed")
    try:
        agrees = click.confirm(question, err=True)
    except click.Abort as abort:
        # click makes the same of Ctrl-C and of an end of the input, which at a terminal is Ctrl-D.
        if isinstance(abort.__context__, EOFError) and not is_somebody_there():
            _end_line()
            raise _nobody("at its end") from abort
        raise
    if not agrees:
        _end_line()
        click.echo("not done", err=True)
        sys.exit(EXIT_INTERRUPTED)


def _end_line() -> None:
    """Begin a new line behind a question, unless it was ended by whoever answered at a terminal."""
    if not is_somebody_there():
        click.echo(err=True)


def _nobody(why: str) -> UsageError:
    return UsageError(f"standard input is {why}, so nobody can be asked", hint="--yes is an answer")
