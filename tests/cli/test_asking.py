"""Whether anybody can be asked."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.cli.asking import is_somebody_there, must_agree
from newsletter.errors import UsageError

ERASE = [sys.executable, "-m", "newsletter", "subscribers", "erase", "me@example.org"]
Erase = Callable[[bytes], tuple[int, str]]


@pytest.fixture
def erase(tmp_path: Path) -> Erase:
    """Run a command that asks, and give its exit code and what it tells somebody whose answer is piped."""

    def run(answer: bytes) -> tuple[int, str]:
        done = subprocess.run(ERASE, cwd=tmp_path, input=answer, capture_output=True, timeout=60, check=False)
        return done.returncode, done.stderr.decode()

    return run


def test_nobody_is_there_where_standard_input_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert not is_somebody_there()
    with pytest.raises(UsageError, match="nobody can be asked") as caught:
        must_agree("erase all?")
    assert "--yes" in (caught.value.hint or "")


@pytest.mark.parametrize("answer", [b"", b"perhaps\n"])
def test_where_the_input_ends_without_an_answer_the_option_that_answers_is_named(
    erase: Erase, answer: bytes
) -> None:
    code, told = erase(answer)
    assert code == 2
    assert told.splitlines()[-2:] == [
        "error: standard input is at its end, so nobody can be asked",
        "hint: --yes is an answer",
    ]


def test_an_answer_may_come_through_a_pipe(erase: Erase) -> None:
    assert erase(b"y\n")[0] == 0


def test_who_says_no_reads_that_it_was_not_done(erase: Erase) -> None:
    code, told = erase(b"n\n")
    assert (code, told.splitlines()[-1]) == (130, "not done")


def test_who_ends_the_input_at_a_terminal_interrupts(tmp_path: Path) -> None:
    person, terminal = pty.openpty()
    os.write(person, b"\x04")  # Ctrl-D
    done = subprocess.run(ERASE, cwd=tmp_path, stdin=terminal, capture_output=True, timeout=60, check=False)
    os.close(person)
    os.close(terminal)
    assert (done.returncode, done.stderr.endswith(b"interrupted\n")) == (130, True)
