"""A send that is stopped: by a signal, or everywhere by `newsletter halt`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
SLUG = "2025-11-07"
READERS = sorted(f"reader{number}@example.com" for number in range(60))


@contextmanager
def sending(newsroom: Any) -> Iterator[subprocess.Popen[str]]:
    """A send to a slow server, in a process of its own, which has begun."""
    newsroom.mailbox.think_seconds = 0.2
    newsroom.subscribe(*READERS)
    command = [sys.executable, "-m", "newsletter", "send", SLUG, "--json"]
    with subprocess.Popen(command, cwd=newsroom.folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line).get("accepted", 0) > 0:
                break
        yield process
        if process.poll() is None:
            process.kill()


def last_event(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, _ = process.communicate(timeout=60)
    event: dict[str, Any] = json.loads(output.splitlines()[-1])
    return event


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_what_is_in_flight_and_the_next_run_goes_on(
    newsroom: Any, newsletter: Run, number: signal.Signals
) -> None:
    with sending(newsroom) as process:
        process.send_signal(number)
        event = last_event(process)
    assert process.returncode == 130
    assert event["ending"] == "interrupted"
    counts = event["accounting"]["counts"]
    assert counts["accepted"] == len(newsroom.mailbox.mails) < len(READERS)
    assert (counts["in_doubt"], counts["claimed"], counts["in_flight"]) == (0, 0, 0)
    newsroom.mailbox.think_seconds = 0
    assert newsletter("send", SLUG).exit_code == 0
    assert newsroom.mailbox.addresses == READERS


def test_a_halt_stops_a_send_that_runs_elsewhere(newsroom: Any, newsletter: Run) -> None:
    with sending(newsroom) as process:
        halted = newsletter("halt", SLUG, "--reason", "wrong links", "--json")
        reached = len(newsroom.mailbox.mails)
        event = last_event(process)
    assert process.returncode == 7
    assert event["ending"] == "halted"
    [found] = json.loads(halted.stdout)
    assert found["standing"] == "halted"
    assert found["counts"]["accepted"] == reached == len(newsroom.mailbox.mails) < len(READERS)
    assert found["counts"]["pending"] == len(READERS) - reached
