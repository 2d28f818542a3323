"""Mail servers to measure against: Postfix's smtp-sink, and our own in C where there is a compiler."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

SOURCE = Path(__file__).with_name("sink.c")
ROUND_TRIP_MICROSECONDS = 20_000
# name: (how long each reply takes, whether it offers CHUNKING)
CHEAP = {
    "cheap": (0, False),
    "cheap, chunking": (0, True),
    "cheap, 20 ms": (ROUND_TRIP_MICROSECONDS, False),
    "cheap, chunking, 20 ms": (ROUND_TRIP_MICROSECONDS, True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a sink has accepted since its start, and the processor time that it took for it."""

    mails: int
    octets: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """A running mail server on the loopback."""

    port: int
    counts: bool
    pid: int

    def cpu_seconds(self) -> float:
        """Say what it has used of the processor; 0 where there is no /proc."""
        try:
            words = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def count(self) -> Count:
        """Ask it what it has accepted."""
        with socket.create_connection(("127.0.0.1", self.port)) as sock, sock.makefile("rb") as replies:
            replies.readline()
            sock.sendall(b"XCOUNT\r\n")
            mails, octets, microseconds = (int(word) for word in replies.readline().split()[1:])
        return Count(mails=mails, octets=octets, cpu_seconds=microseconds / 1e6)


def program(name: str) -> str | None:
    """Find a program of Postfix, which Debian keeps where not every user looks."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/libexec/postfix")


@contextmanager
def sinks(folder: Path) -> Iterator[Mapping[str, Sink]]:
    """Run every sink that this machine can run, by name."""
    with ExitStack() as stack:
        running: dict[str, Sink] = {}
        compiled = _compiled(folder)
        for name, (delay, chunking) in (CHEAP if compiled else {}).items():
            command = [str(compiled), str(delay), str(int(chunking))]
            process = stack.enter_context(_running(command, stdout=subprocess.PIPE))
            assert process.stdout is not None
            running[name] = Sink(port=int(process.stdout.readline()), counts=True, pid=process.pid)
        postfix = program("smtp-sink")
        if postfix:
            port = free_port()
            # it will not be root, so it needs somebody else to be
            user = ["-u", "nobody"] if os.geteuid() == 0 else []
            process = stack.enter_context(_running([postfix, *user, f"127.0.0.1:{port}", "1000"]))
            _wait_for(port)
            running["smtp-sink"] = Sink(port=port, counts=False, pid=process.pid)
        yield running


@contextmanager
def _running(command: list[str], *, stdout: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=stdout) as process:
        try:
            yield process
        finally:
            process.kill()


def _compiled(folder: Path) -> Path | None:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    done = subprocess.run([compiler, "-O2", "-o", str(folder / "sink"), str(SOURCE)], check=False)
    return folder / "sink" if done.returncode == 0 else None


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError("smtp-sink does not listen")
