"""The `[schedule]` table."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from newsletter.config import load_config
from newsletter.config.schedule import ScheduleTable
from newsletter.errors import ConfigError


def table(folder: Path, text: str) -> ScheduleTable:
    (folder / "newsletter.toml").write_text(f"[schedule]\n{text}\n", "utf-8")
    return load_config(folder / "newsletter.toml").schema.schedule


@pytest.mark.parametrize("written", ['"6:30"', '"06:30"', '"06:30:00"', "06:30:00"])
def test_a_time_may_be_written_in_any_usual_way(tmp_path: Path, written: str) -> None:
    assert table(tmp_path, f"at = {written}").at == time(6, 30)


@pytest.mark.parametrize(
    "written", ['"24:00"', '"6:60"', '"6.30"', '"06:30:15"', "630", '"\\uff16:30"', "true"]
)
def test_what_is_no_time_of_day_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(ConfigError, match=r"schedule\.at"):
        table(tmp_path, f"at = {written}")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "Etc/UTC", "Asia/Kathmandu"])
def test_a_zone_that_there_is_is_taken(tmp_path: Path, zone: str) -> None:
    assert table(tmp_path, f'timezone = "{zone}"').timezone == zone


@pytest.mark.parametrize("zone", ["Europe/Berln", "Europe", "", "../etc/localtime", "UTC+1"])
def test_a_zone_that_there_is_not_is_refused(tmp_path: Path, zone: str) -> None:
    with pytest.raises(ConfigError, match=r"schedule\.timezone"):
        table(tmp_path, f'timezone = "{zone}"')


def test_readers_have_no_hours_of_their_own_unless_it_is_said(tmp_path: Path) -> None:
    assert table(tmp_path, "") == ScheduleTable()
    assert not ScheduleTable().reader_hours
