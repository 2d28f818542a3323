"""A run in a process of its own: what it uses it gives back, and what kills it does not end the waiting."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from newsletter.errors import EXIT_INTERRUPTED, StoreError

if TYPE_CHECKING:
    from datetime import date

    from newsletter.delivery.clock import Clock
    from newsletter.delivery.stopping import StopRequest
    from newsletter.work.schedule.command import RunCommand
    from newsletter.work.schedule.foreground import DayRun

_LOOK_SECONDS = 0.2
# A send that is stopped waits fifteen seconds for replies to what it had begun.
_PATIENCE_SECONDS = 25.0


def child_run(command: RunCommand, clock: Clock) -> DayRun:
    """Give what runs a day by calling the command; it ends when the process does."""

    def run(day: date, stop: StopRequest, /) -> int:
        child = _started(command, day)
        try:
            while child.poll() is None and not stop.is_asked:
                clock.pause(_LOOK_SECONDS, lambda: stop.is_asked)
            return _ended(child, stop, clock)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()

    return run


def _started(command: RunCommand, day: date) -> subprocess.Popen[bytes]:
    """Start it where Ctrl-C does not reach it: it is told once, by us."""
    words = [*command.words, "--date", day.isoformat()]
    try:
        return subprocess.Popen(words, cwd=command.folder, process_group=0 if os.name == "posix" else None)  # noqa: S603 - our own program
    except OSError as error:
        raise StoreError(f"{command.python}: cannot be started ({error.strerror})") from error


def _ended(child: subprocess.Popen[bytes], stop: StopRequest, clock: Clock) -> int:
    if child.poll() is None:
        child.terminate()
    was_urgent = False
    end = clock.monotonic() + _PATIENCE_SECONDS
    while child.poll() is None and clock.monotonic() < end:
        if stop.is_urgent and not was_urgent:
            was_urgent = True
            child.terminate()
        clock.pause(_LOOK_SECONDS, lambda: False)
    code = child.poll()
    return EXIT_INTERRUPTED if code is None or code < 0 else code
