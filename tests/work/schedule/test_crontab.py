"""Lines for cron, as cron reads them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import ConfigError
from newsletter.work.schedule.command import RunCommand, command_for
from newsletter.work.schedule.crontab import crontab_block, markers, with_block, without_block
from newsletter.work.schedule.timetable import Timetable

ODD_NAMES = (
    "plain",
    "with blanks",
    "100% sure",
    "it's",
    'a "quote"',
    "ünï→cödé",
    "$HOME `id`",
    "a\\%b",
    "%%",
    "-n",
)
AT = Timetable(at=time(6, 30), timezone="Europe/Berlin")
SIMPLE = RunCommand(python=Path("/usr/bin/python3"), config=Path("/srv/news/newsletter.toml"))


def block(
    command: RunCommand = SIMPLE,
    timetable: Timetable = AT,
    *,
    zone: str | None = "Europe/Berlin",
    knows_zones: bool = False,
) -> str:
    return crontab_block(command, timetable, machine_zone=zone, knows_zones=knows_zones)


def entries(crontab: str) -> list[tuple[str, str]]:
    """Read it as cron does: skip comments and settings, part five fields from the command, end that at a %
    without a backslash, and take the backslash away from the others."""
    found = []
    for line in crontab.splitlines():
        if line.startswith("#") or re.match(r"[A-Z_]+=", line):
            continue
        *fields, command = line.split(None, 5)
        assert len(fields) == 5
        for field, (low, high) in zip(fields, [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)], strict=True):
            assert field == "*" or all(low <= int(one) <= high for one in field.split(","))
        found.append((" ".join(fields), as_cron_reads(command)))
    return found


def as_cron_reads(command: str) -> str:
    text, is_escaped = "", False
    for sign in command:
        if is_escaped:
            text = text[:-1] + sign if sign == "%" else text + sign
            is_escaped = False
        elif sign == "%":
            return text
        else:
            text += sign
            is_escaped = sign == "\\"
    return text


@pytest.mark.parametrize("name", ODD_NAMES)
def test_what_cron_starts_is_this_program_on_this_configuration_whatever_they_are_called(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    program = folder / f"py {name}"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "print(os.getcwd(), os.environ['TZ'], *sys.argv[1:], sep='\\n')\n"
    )
    program.chmod(0o755)
    command = command_for(folder / "newsletter.toml", str(program))
    [(fields, call)] = entries(block(command))
    assert fields == "30 6 * * *"
    subprocess.run(["/bin/sh", "-c", call], check=True, timeout=30)
    config = str(folder / "newsletter.toml")
    words = ["-P", "-m", "newsletter", "run", "--yes", "--config", config]
    told = (folder / "newsletter-run.log").read_text().splitlines()
    assert told == [str(folder), "Europe/Berlin", *words]


def test_every_hour_is_every_hour_in_any_zone() -> None:
    hourly = Timetable(at=time(6, 30), timezone="Asia/Tokyo", is_hourly=True)
    [(fields, _)] = entries(block(timetable=hourly, zone="America/New_York"))
    assert fields == "30 * * * *"
    nepal = Timetable(at=time(6, 0), timezone="Asia/Kathmandu", is_hourly=True)
    minutes = [entries(block(timetable=nepal, zone=zone))[0][0] for zone in ("UTC", "Asia/Kathmandu", None)]
    assert minutes == ["15 * * * *", "0 * * * *", "0 * * * *"]


def test_a_cron_that_knows_zones_is_told_and_other_peoples_lines_keep_theirs() -> None:
    lines = block(zone="America/New_York", knows_zones=True).splitlines()
    assert lines[1] == "CRON_TZ=Europe/Berlin"
    assert lines[2].startswith("30 6 * * * ")
    assert lines[3] == "CRON_TZ=America/New_York"
    assert block(zone=None, knows_zones=True).splitlines()[3] == "CRON_TZ=:/etc/localtime"


@pytest.mark.parametrize("is_hourly", [False, True])
def test_a_zone_that_somebody_set_above_is_not_ours(*, is_hourly: bool) -> None:
    timetable = Timetable(at=time(6, 30), timezone="Europe/Berlin", is_hourly=is_hourly)
    lines = block(timetable=timetable, zone="Europe/Berlin", knows_zones=True).splitlines()
    assert lines[1] == "CRON_TZ=Europe/Berlin"


@pytest.mark.parametrize(
    ("zone", "there", "minutes"),
    [
        ("America/New_York", "Europe/Berlin", "30"),
        ("Asia/Kolkata", "Europe/Berlin", "0,15,30,45"),
        ("Europe/Berlin", "Australia/Lord_Howe", "0,15,30,45"),
        (None, "Europe/Berlin", "0,15,30,45"),
    ],
)
def test_another_cron_asks_every_hour_what_time_it_is_there(
    tmp_path: Path, zone: str | None, there: str, minutes: str
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    command = command_for(folder / "newsletter.toml", "/bin/true")
    [(fields, call)] = entries(block(command, Timetable(at=time(6, 30), timezone=there), zone=zone))
    assert fields == f"{minutes} * * * *"
    date = tmp_path / "bin" / "date"
    date.parent.mkdir()
    for shown, is_called in (("06:30", True), ("07:30", False), ("06:45", False)):
        date.write_text(f'#!/bin/sh\n[ "$TZ" = {there} ] && [ "$1" = +%H:%M ] && echo {shown}\n')
        date.chmod(0o755)
        (folder / "newsletter-run.log").unlink(missing_ok=True)
        environ = {**os.environ, "PATH": f"{date.parent}:{os.environ['PATH']}"}
        subprocess.run(["/bin/sh", "-c", call], env=environ, timeout=30, check=False)
        assert (folder / "newsletter-run.log").exists() == is_called


def test_a_command_too_long_for_cron_is_refused() -> None:
    command = command_for(Path("/" + "/".join(["x" * 200] * 3)) / "newsletter.toml", "/usr/bin/python3")
    with pytest.raises(ConfigError, match="bytes long, and cron takes"):
        block(command)


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", "a\u2028b"])
def test_a_path_that_no_schedule_can_hold_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be written into a schedule"):
        command_for(Path("/srv") / name / "newsletter.toml")


def test_without_a_configuration_there_is_nothing_to_schedule() -> None:
    with pytest.raises(ConfigError, match=r"no newsletter\.toml here"):
        command_for(None)


LINES = st.lists(
    st.one_of(
        st.sampled_from(["0 0 * * * true", "MAILTO=me", "# a comment", "", markers(SIMPLE)[1], "@daily x"]),
        st.text(st.characters(exclude_characters="\n\r", codec="utf-8"), max_size=20),
    ),
    max_size=8,
).filter(lambda lines: markers(SIMPLE)[0] not in lines)


@given(LINES, st.booleans())
def test_nobodys_line_is_ever_lost(lines: list[str], ends: bool) -> None:
    before = "\n".join(lines) + ("\n" if lines and ends else "")
    ours = block()
    after = with_block(before, SIMPLE, ours)
    assert after.startswith(before)
    assert after.endswith(ours)
    assert with_block(after, SIMPLE, ours) == after
    left = without_block(after, SIMPLE)
    assert left in (before, before + "\n")
    other = RunCommand(python=SIMPLE.python, config=Path("/srv/other/newsletter.toml"))
    both = with_block(after, other, block(other))
    assert without_block(both, SIMPLE) == with_block(left, other, block(other))


def test_a_beginning_without_its_end_is_left_alone() -> None:
    torn = f"{markers(SIMPLE)[0]}\n0 0 * * * somebody else's\n"
    with pytest.raises(ConfigError, match="without its end"):
        without_block(torn, SIMPLE)
