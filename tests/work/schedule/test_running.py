"""A run in a process of its own."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from newsletter.delivery.clock import SystemClock
from newsletter.delivery.stopping import StopRequest
from newsletter.errors import StoreError
from newsletter.work.schedule import running
from newsletter.work.schedule.command import RunCommand
from newsletter.work.schedule.running import child_run

DAY = date(2025, 11, 7)
Program = Callable[[str], RunCommand]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Put a script in the place of Python: it is called with the words of the run."""

    def make(body: str) -> RunCommand:
        script = tmp_path / "python"
        script.write_text(f"#!{sys.executable}\nimport signal, sys, time\nfrom pathlib import Path\n{body}\n")
        script.chmod(0o755)
        return RunCommand(python=script, config=tmp_path / "newsletter.toml")

    return make


def run(command: RunCommand, stop: StopRequest | None = None) -> int:
    return child_run(command, SystemClock())(DAY, stop or StopRequest())


def test_it_is_called_for_the_day_where_the_configuration_is(program: Program, tmp_path: Path) -> None:
    command = program("Path('told').write_text(' '.join(sys.argv[1:])); sys.exit(3)")
    assert run(command) == 3
    told = (tmp_path / "told").read_text()
    assert told == f"-P -m newsletter run --yes --config {tmp_path}/newsletter.toml --date 2025-11-07"


def test_one_that_is_stopped_is_told_and_waited_for(program: Program, tmp_path: Path) -> None:
    stop = StopRequest()
    command = program(
        "def end(*_):\n    Path('told').write_text('yes'); sys.exit(130)\n"
        "signal.signal(signal.SIGTERM, end)\nPath('ready').write_text('')\ntime.sleep(60)"
    )
    watcher = threading.Thread(target=ask_when, args=(tmp_path / "ready", stop))
    watcher.start()
    assert run(command, stop) == 130
    watcher.join()
    assert (tmp_path / "told").read_text() == "yes"


def ask_when(there: Path, stop: StopRequest) -> None:
    SystemClock().pause(30, there.exists)
    stop.ask()


def test_one_that_does_not_listen_is_ended_for_good(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_PATIENCE_SECONDS", 0.5)
    stop = StopRequest()
    command = program(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nPath('ready').write_text('')\ntime.sleep(60)"
    )
    watcher = threading.Thread(target=ask_when, args=(tmp_path / "ready", stop))
    watcher.start()
    assert run(command, stop) == 130
    watcher.join()


def test_one_that_is_killed_counts_as_interrupted(program: Program) -> None:
    assert run(program(f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})")) == 130


def test_a_program_that_is_gone_is_told(tmp_path: Path) -> None:
    command = RunCommand(python=tmp_path / "gone", config=tmp_path / "newsletter.toml")
    with pytest.raises(StoreError, match="cannot be started"):
        run(command)
