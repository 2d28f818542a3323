"""The `newsletter` command. Importing it costs little more than click: a command loads what it needs."""

from __future__ import annotations

import io
import sys

import click

import newsletter
from newsletter.cli.boundary import Boundary
from newsletter.cli.build import build
from newsletter.cli.check import check
from newsletter.cli.completion import completion
from newsletter.cli.config import config
from newsletter.cli.db import db
from newsletter.cli.dkim import dkim
from newsletter.cli.doctor import doctor
from newsletter.cli.explain import explain
from newsletter.cli.halt import halt
from newsletter.cli.init import init
from newsletter.cli.inspect import inspect
from newsletter.cli.links import links
from newsletter.cli.papers import papers
from newsletter.cli.preview import preview
from newsletter.cli.reconcile import reconcile
from newsletter.cli.run import run
from newsletter.cli.runs import approve, runs
from newsletter.cli.schedule import schedule
from newsletter.cli.send import send
from newsletter.cli.sources import sources
from newsletter.cli.status import status
from newsletter.cli.subscribers import subscribers
from newsletter.cli.theme import theme
from newsletter.cli.topics import topics

_GUIDE = f"""\
newsletter {newsletter.__version__}: a daily e-mail digest of research papers.

First three steps:
  1. newsletter build PAGE           make an issue from a saved page of papers
  2. newsletter preview ISSUE        look at it in the browser
  3. newsletter init                 write newsletter.toml: your sections, your sender
     newsletter doctor               see what could keep your mail from arriving
     newsletter send ISSUE --to YOU  then mail yourself a copy
     newsletter send ISSUE           and later your subscribers (newsletter subscribers add)

`newsletter --help` lists all commands, `newsletter COMMAND --help` explains one.
"""


@click.group(
    cls=Boundary, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(newsletter.__version__, "-V", "--version", prog_name="newsletter")
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
@click.pass_context
def cli(context: click.Context, *, debug: bool) -> None:
    """Turn a day's research papers into an e-mail digest, sorted into your sections."""
    del debug  # the boundary looks for it: it must work even where reading the options fails
    if context.invoked_subcommand is None:
        click.echo(_GUIDE, nl=False)


for _command in (
    build,
    inspect,
    preview,
    explain,
    check,
    doctor,
    run,
    runs,
    approve,
    send,
    status,
    halt,
    schedule,
    reconcile,
    dkim,
    links,
    subscribers,
    papers,
    topics,
    sources,
    theme,
    init,
    config,
    db,
    completion,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command line; the exit codes are those of `newsletter.errors`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without a character is no bug
    cli(prog_name="newsletter")
