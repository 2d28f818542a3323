"""Processes that send, started within milliseconds: one program loads everything once and forks for each job.

As a program, it reads jobs from its standard input, a line each, and writes lines of JSON: `{"job", "pid"}`
when a process has begun, `{"job", "code", "report"}` when it has ended; a negative code is a signal.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import Queue
from typing import Any

from tests.delivery.sending import Job, decoded, encoded, run

ROOT = Path(__file__).parents[2]
# A whole run: only one that never ends is waited for this long, however busy the machine is.
RUN_SECONDS = 280.0


@dataclass
class Running:
    """A process at its job."""

    pid: int
    _end: Queue[dict[str, Any]] = field(default_factory=Queue)

    def wait(self, seconds: float = RUN_SECONDS) -> Ended:
        """Wait for its end."""
        said = self._end.get(timeout=seconds)
        return Ended(code=said["code"], report=said["report"])


@dataclass(frozen=True)
class Ended:
    """How a process ended: its code (negative: the signal), and the report if it lived to make one."""

    code: int
    report: dict[str, Any]


class Nursery:
    """Starts processes."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.delivery.processes"]
        self._program = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._numbers = count()
        self._begun: dict[int, Queue[int]] = {}
        self._ended: dict[int, Queue[dict[str, Any]]] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def start(self, job: Job) -> Running:
        """Start one and wait until it has begun."""
        number = next(self._numbers)
        self._begun[number], self._ended[number] = Queue(), Queue()
        assert self._program.stdin
        self._program.stdin.write(f"{number} {encoded(job)}\n")
        self._program.stdin.flush()
        return Running(self._begun[number].get(timeout=RUN_SECONDS), self._ended[number])

    def stop(self) -> None:
        assert self._program.stdin
        self._program.stdin.close()
        self._program.wait(timeout=RUN_SECONDS)
        self._listener.join(timeout=RUN_SECONDS)
        assert self._program.stdout
        self._program.stdout.close()

    def _listen(self) -> None:
        assert self._program.stdout
        for line in self._program.stdout:
            said = json.loads(line)
            if "pid" in said:
                self._begun[said["job"]].put(said["pid"])
            else:
                self._ended[said["job"]].put(said)


@contextmanager
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.stop()


def _say(**words: object) -> None:
    """Write a line at once: several processes share the pipe."""
    os.write(1, json.dumps(words).encode() + b"\n")


def _attend(number: int, job: Job) -> None:
    """Fork the process that sends, and tell how it ends; the report comes through a pipe."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _send(writing, job)
    os.close(writing)
    _say(job=number, pid=pid)
    with os.fdopen(reading) as stream:
        said = stream.read()
    _, status = os.waitpid(pid, 0)
    _say(job=number, code=os.waitstatus_to_exitcode(status), report=json.loads(said or "{}"))
    os._exit(0)


def _send(writing: int, job: Job) -> None:
    try:
        report = run(job)
    except BaseException:  # noqa: BLE001 - whatever it is, the test shall see it
        report = {"ending": "bug", "message": traceback.format_exc()}
    os.write(writing, json.dumps(report).encode())
    os._exit(0)


def main() -> None:
    """Fork a pair for each job; nobody waits for them here."""
    for line in sys.stdin:
        number, _, text = line.partition(" ")
        if os.fork() == 0:
            os.close(0)
            if os.fork() == 0:
                _attend(int(number), decoded(text))
            os._exit(0)
        os.wait()


if __name__ == "__main__":
    main()
