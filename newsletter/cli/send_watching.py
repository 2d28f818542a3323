"""How a send looks to whoever watches: a bar on a terminal, plain lines elsewhere, events for programs."""

from __future__ import annotations

import contextlib
import functools
import json
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.output import ascii_only, local_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress as Bar

    from newsletter.delivery.watching import Notice, Progress, Watch

# Plain lines and events of progress are at least so far apart.
_LINE_SECONDS = 10
_EVENT_SECONDS = 1


@contextmanager
def watching(*, as_json: bool) -> Iterator[Watch]:
    """Give whatever suits those who look."""
    if as_json:
        yield Events()
    elif sys.stderr.isatty():
        with _bar() as bar:
            yield Bars(bar)
    else:
        yield Lines(say)


class Events:
    """Prints events as they come, one JSON object per line, on standard output."""

    def __init__(self) -> None:
        self._last: timedelta | None = None

    def progress(self, progress: Progress, /) -> None:
        """Print how far it is, once a second."""
        if _is_due(progress, self._last, _EVENT_SECONDS):
            self._last = progress.elapsed
            print_event("progress", **counts(progress), rate=round(progress.rate, 1), ends_at=_end(progress))

    def notice(self, notice: Notice, /) -> None:
        """Print what happened."""
        print_event("notice", topic=notice.topic, text=notice.text, until=notice.until)


class Lines:
    """Says how far it is every ten seconds, if it is any farther: what a log of a nightly job can bear."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._last: timedelta | None = timedelta()
        self._told = 0

    def progress(self, progress: Progress, /) -> None:
        """Say how far it is."""
        is_farther = progress.settled + progress.put_off != self._told
        if is_farther and _is_due(progress, self._last, _LINE_SECONDS):
            self._last, self._told = progress.elapsed, progress.settled + progress.put_off
            self._say(f"{progress.settled:,} of {progress.audience:,}: {in_words(progress)}")

    def notice(self, notice: Notice, /) -> None:
        """Say what happened."""
        self._say(notice_line(notice))


class Bars:
    """Shows a bar, with what happens above it."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("sending", total=None, said="")

    def progress(self, progress: Progress, /) -> None:
        """Move the bar."""
        self._bar.update(
            self._task, total=progress.audience, completed=progress.settled, said=in_words(progress)
        )

    def notice(self, notice: Notice, /) -> None:
        """Say what happened, above the bar."""
        self._bar.console.print(notice_line(notice), markup=False, highlight=False)


@contextmanager
def drawing_progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how many wishes are drawn, where somebody watches and there are many."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with _bar() as bar:
        task = bar.add_task("drawing", total=None, said="sets of sections drawn")
        yield lambda done, total: bar.update(task, completed=done, total=total)


def counts(progress: Progress) -> dict[str, int]:
    """Give the figures of a run as data."""
    names = ("audience", "before", "accepted", "refused", "put_off", "in_doubt", "suppressed")
    return {name: getattr(progress, name) for name in names}


def in_words(progress: Progress) -> str:
    """Tell the figures of a run that are worth a look."""
    odd = {"refused": progress.refused, "put off": progress.put_off, "in doubt": progress.in_doubt}
    said = [f"{progress.rate:,.0f} a second" if progress.rate >= 10 else f"{progress.rate:.1f} a second"]  # noqa: PLR2004 - below ten, a tenth matters
    said += [f"{count:,} {name}" for name, count in odd.items() if count]
    if progress.left is not None:
        said.append(f"done {local_time(datetime.now(UTC) + progress.left)}")
    return ", ".join(said)


def notice_line(notice: Notice) -> str:
    """Write what happened on one line."""
    return f"{notice.text} until {local_time(notice.until)}" if notice.until else notice.text


def print_event(event: str, **fields: Any) -> None:
    """Print one event on a line of its own, at once."""
    from newsletter import codec

    data = codec.encode({"event": event, "at": datetime.now(UTC), **fields})
    try:
        click.echo(json.dumps(data, ensure_ascii=ascii_only()))
    except BrokenPipeError:
        pass  # whoever read them has left: that stops no mail
    except OSError as error:  # neither does a full disk
        _tell_once(f"warning: what happens cannot be written down ({error.strerror})")


@functools.cache
def _tell_once(line: str) -> None:
    say(line)


def say(line: str) -> None:
    """Print a line on standard error, if anybody is there."""
    with contextlib.suppress(OSError):  # the same for a terminal that went away
        click.echo(line, err=True)


def _is_due(progress: Progress, last: timedelta | None, seconds: float) -> bool:
    return last is None or progress.elapsed - last >= timedelta(seconds=seconds)


def _end(progress: Progress) -> datetime | None:
    return None if progress.left is None else datetime.now(UTC) + progress.left


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
    return Progress(*columns, console=Console(stderr=True), transient=True)
