"""Units for systemd, as systemd reads them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from newsletter.work.schedule.command import command_for
from newsletter.work.schedule.systemd import calendar, systemd_units
from newsletter.work.schedule.timetable import Timetable

ODD_NAMES = ("plain", "with blanks", "100% sure", "it's", 'a "quote"', "ünï→cödé", "$HOME", "a\\b", "%i", ";")
AT = Timetable(at=time(6, 30), timezone="Europe/Berlin")
HOURLY = Timetable(at=time(6, 5), timezone="Europe/Berlin", is_hourly=True)
KNOWN = {
    "Unit": {"Description", "StartLimitIntervalSec", "StartLimitBurst"},
    "Service": {
        "Type",
        "WorkingDirectory",
        "Environment",
        "EnvironmentFile",
        "ExecStart",
        "Restart",
        "RestartSec",
        "RestartPreventExitStatus",
    },
    "Timer": {"OnCalendar", "AccuracySec", "Persistent"},
    "Install": {"WantedBy"},
}
has_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


def settings(unit: str) -> dict[str, dict[str, str]]:
    """Read a unit; only sections and settings that systemd has are taken."""
    found: dict[str, dict[str, str]] = {}
    for line in unit.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            here = found.setdefault(line.strip("[]"), {})
            continue
        name, _, value = line.partition("=")
        assert name in KNOWN[list(found)[-1]], line
        assert name not in here
        here[name] = value
    return found


def words(value: str) -> Iterator[str]:
    """Part a command line as systemd does: quotes, backslashes, %% and $$."""
    word, signs, is_quoted = "", iter(value), False
    for sign in signs:
        if sign == '"':
            if is_quoted:
                yield word
            word, is_quoted = "", not is_quoted
        elif is_quoted and sign == "\\":
            word += next(signs)
        elif is_quoted:
            if sign in "%$" and (sign == "%" or word_is_argument(value, word)):
                assert next(signs) == sign
            word += sign
    assert not is_quoted


def word_is_argument(value: str, word: str) -> bool:
    return not value.startswith(f'"{word}')


@pytest.mark.parametrize("timetable", [AT, HOURLY], ids=("daily", "hourly"))
@pytest.mark.parametrize("name", ODD_NAMES)
def test_units_name_this_program_and_this_configuration(
    tmp_path: Path, name: str, timetable: Timetable
) -> None:
    command = command_for(tmp_path / name / "newsletter.toml", "/usr/bin/python3")
    units = systemd_units(command, timetable)
    service = settings(units.service)
    assert service["Service"]["WorkingDirectory"].replace("%%", "%") == str(tmp_path / name)
    assert tuple(words(service["Service"]["ExecStart"])) == command.words
    timer = settings(units.timer)
    assert timer["Timer"]["OnCalendar"] == calendar(timetable)
    assert set(timer) == {"Unit", "Timer", "Install"}
    assert all(text.splitlines()[0] == units.mark for text in units.files.values())


def test_a_daily_run_that_fails_is_repeated_and_an_hourly_one_comes_again_anyway(tmp_path: Path) -> None:
    command = command_for(tmp_path / "newsletter.toml")
    assert settings(systemd_units(command, AT).service)["Service"]["Restart"] == "on-failure"
    hourly = settings(systemd_units(command, HOURLY).service)
    assert "Restart" not in hourly["Service"]
    assert "StartLimitBurst" not in hourly["Unit"]


def test_two_newsletters_have_units_of_their_own(tmp_path: Path) -> None:
    names = {systemd_units(command_for(tmp_path / one / "n.toml"), AT).name for one in ("a", "b")}
    assert len(names) == 2


@has_systemd
@pytest.mark.parametrize("timetable", [AT, HOURLY], ids=("daily", "hourly"))
def test_systemd_reads_the_time_as_it_is_meant(timetable: Timetable) -> None:
    words = ["systemd-analyze", "calendar", "--iterations=1", calendar(timetable)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "Europe/Berlin" in done.stdout


@has_systemd
@pytest.mark.parametrize("timetable", [AT, HOURLY], ids=("daily", "hourly"))
def test_systemd_has_nothing_to_say_against_the_units(tmp_path: Path, timetable: Timetable) -> None:
    files = []
    for number, name in enumerate(ODD_NAMES):
        folder = tmp_path / name
        folder.mkdir()
        program = folder / f"py {name}"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        units = systemd_units(command_for(folder / "newsletter.toml", str(program)), timetable)
        where = tmp_path / f"units{number}"
        where.mkdir()
        for file, text in units.files.items():
            (where / file).write_text(text, "utf-8")
            files.append(str(where / file))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "newsletter-" in line]
    assert said == []
