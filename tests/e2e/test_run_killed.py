"""The daily run as a process of its own, killed where it hurts, in front of a mail server that is slow."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import cli
from newsletter.store.checking import faults
from newsletter.store.database import open_database
from tests.conftest import add_people
from tests.delivery.sink import Sink
from tests.work.newsroom import CONFIGURATION, empty_database, paper

DAY = "2025-11-06"
PEOPLE = 40
SETTINGS = """
[sending]
backend = "smtp"
connections = 2
in_doubt = "hold"
[backends.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
[sources.saved]
kind = "folder"
path = "in/{{date}}"
"""


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(delay=0.02) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sink: Sink) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsletter.toml").write_text(CONFIGURATION + SETTINGS.format(port=sink.port), "utf-8")
    (tmp_path / "in" / DAY).mkdir(parents=True)
    papers = json.dumps([paper(number) for number in range(1, 6)])
    (tmp_path / "in" / DAY / "papers.json").write_text(papers, "utf-8")
    empty_database(tmp_path / "newsletter.db")
    database = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    add_people(database, PEOPLE)
    database.close()
    return tmp_path


def start() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "newsletter", "run", "--date", DAY, "--anyway"]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kill_when_it_says(words: str) -> None:
    """Start a run, and kill it as soon as a line of its talk begins so."""
    with start() as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(words):
                process.send_signal(signal.SIGKILL)
                break
        process.kill()


def test_whoever_kills_a_run_nobody_is_mailed_twice_and_nobody_is_forgotten(folder: Path, sink: Sink) -> None:
    kill_when_it_says("saved:")
    kill_when_it_says("composing")
    with start() as sending:
        sink.wait_for(5)
        sending.kill()
    result = CliRunner().invoke(cli, ["run", "--date", DAY, "--json", "--anyway"])
    found = json.loads(result.stdout)
    [issue] = found["issues"]
    assert issue["papers"] == 5
    assert issue["accepted"] + issue["in_doubt"] == PEOPLE
    assert issue["in_doubt"] <= 2  # the connections
    assert max(sink.counts.values()) == 1
    assert len(sink.counts) >= issue["accepted"]
    database = open_database(f"sqlite:///{folder / 'newsletter.db'}")
    assert faults(database) == ()
    database.close()
