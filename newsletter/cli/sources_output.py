"""What `newsletter sources` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.output import counted, print_table
from newsletter.cli.problems import problem_line
from newsletter.parsing.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsletter.work.source_trial import Got, Trial

_MAX_PROBLEMS = 10


def failed(trials: Sequence[Trial]) -> bool:
    """Tell whether one of them failed."""
    return any(trial.error is not None for trial in trials)


def print_check(trial: Trial) -> None:
    """Print a line about what the first document was, or why there is none."""
    if trial.error is not None:
        click.echo(f"{click.style('error:', fg='red')} {trial.source}: {clean(trial.error)}")
        if trial.hint:
            click.echo(f"  {clean(trial.hint)}")
        return
    origin = f" in {clean(trial.got[0].document.origin)}" if trial.got else ""
    click.echo(f"{trial.source}: {counted(trial.papers, 'paper')}{origin}{_note(trial)}")


def print_trials(trials: Sequence[Trial]) -> None:
    """Print a line per source, and below what could not be read."""
    rows = [
        [one.source, one.kind, f"{len(one.got):,}", f"{one.papers:,}", f"{one.problems:,}", _state(one)]
        for one in trials
    ]
    print_table(["Source", "Kind", "Documents", "Papers", "Problems", ""], rows, numbers=(2, 3, 4))
    for one in (got for trial in trials for got in trial.got):
        _print_problems(one)


def print_errors(trials: Sequence[Trial]) -> None:
    """Say on stderr what ended sources, and what to do."""
    for trial in trials:
        if trial.error is not None:
            error = click.style("error:", fg="red", bold=True)
            click.echo(f"{error} {trial.source}: {clean(trial.error)}", err=True)
            if trial.hint:
                click.echo(f"{click.style('hint:', bold=True)} {clean(trial.hint)}", err=True)


def as_data(trial: Trial, saved: Sequence[Path] = ()) -> dict[str, Any]:
    """Give all that is known as plain values."""
    paths: Sequence[str | None] = [str(path) for path in saved] or [None] * len(trial.got)
    return {
        "source": trial.source,
        "kind": trial.kind,
        "papers": trial.papers,
        "silence": trial.silence,
        "error": trial.error,
        "hint": trial.hint,
        "documents": [_document(got, path) for got, path in zip(trial.got, paths, strict=True)],
    }


def _document(got: Got, path: str | None) -> dict[str, Any]:
    document = got.document
    return {
        "origin": document.origin,
        "media_type": document.media_type,
        "bytes": len(document.body),
        "fetched_at": document.fetched_at,
        "unchanged": document.unchanged,
        "day": got.parsed.day,
        "papers": len(got.parsed.papers),
        "problems": got.parsed.problems,
        "saved": path,
    }


def _state(trial: Trial) -> str:
    return "failed" if trial.error is not None else _note(trial).lstrip(", ")


def _note(trial: Trial) -> str:
    silence = f", {clean(trial.silence)}" if trial.silence else ""
    return f"{', unchanged' if trial.is_unchanged else ''}{silence}"


def _print_problems(got: Got) -> None:
    origin = clean(got.document.origin)
    problems = got.parsed.problems
    for problem in problems[:_MAX_PROBLEMS]:
        place = origin if problem.line is None else f"{origin}, line {problem.line}"
        click.echo(problem_line(place, problem))
    if len(problems) > _MAX_PROBLEMS:
        click.echo(f"{origin}: {len(problems) - _MAX_PROBLEMS:,} problems more; --json lists all")
