"""Events of a send, for programs."""

from __future__ import annotations

import errno
import os
import sys

import pytest

from newsletter.cli.send_watching import print_event


class Stdout:
    """A standard output that cannot be written to."""

    encoding = "utf-8"

    def __init__(self, code: int) -> None:
        self._code = code

    def write(self, text: str) -> int:
        del text
        raise OSError(self._code, os.strerror(self._code))

    def flush(self) -> None:
        """Nothing was kept."""


def test_a_full_disk_stops_no_mail_and_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", Stdout(errno.ENOSPC))
    print_event("begin")
    print_event("finished")
    assert capsys.readouterr().err.count("cannot be written down (No space left on device)") == 1


def test_nobody_is_told_that_nobody_reads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", Stdout(errno.EPIPE))
    print_event("begin")
    assert capsys.readouterr().err == ""
