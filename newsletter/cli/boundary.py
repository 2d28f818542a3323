"""The outermost boundary: the one place where every exception ends and becomes words and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from itertools import takewhile
from typing import Any, NoReturn

import click

from newsletter.errors import EXIT_BUG, EXIT_INTERRUPTED, EXIT_NOBODY_READS, NewsletterError, StoreError


class Boundary(click.Group):
    """A command group from which no traceback escapes, unless `--debug` asks for it."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and exit with the code that the outcome means. (click declares two overloads of it.)"""
        run: Callable[[], Any] = partial(
            super().main, args, prog_name, complete_var, standalone_mode=False, **extra
        )
        if not standalone_mode:
            return run()
        try:
            sys.exit(run() or 0)
        except NewsletterError as error:
            _say(error.message, error.hint)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            click.echo("interrupted", err=True)
            sys.exit(EXIT_INTERRUPTED)
        except OSError as error:
            _say(f"{error.filename or 'the output'}: {error.strerror or error}", None)
            sys.exit(StoreError.exit_code)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever else comes is a bug of ours
            _report_bug(error)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click would call it a failure that whoever read our output has left."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _leave_quietly()


def _say(message: str, hint: str | None) -> None:
    click.echo(f"{click.style('error:', fg='red', bold=True)} {message}", err=True)
    if hint:
        click.echo(f"{click.style('hint:', bold=True)} {hint}", err=True)


def _leave_quietly() -> NoReturn:
    """Whoever read our output has left; say nothing, not even at shutdown."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(EXIT_NOBODY_READS)


def _report_bug(error: Exception) -> NoReturn:
    if "--debug" in takewhile(lambda argument: argument.startswith("-"), sys.argv[1:]):
        traceback.print_exception(error)
    _say(
        f"this is a bug in newsletter: {type(error).__name__}: {error}",
        "run again with `newsletter --debug ...` for the traceback, and report it",
    )
    sys.exit(EXIT_BUG)
