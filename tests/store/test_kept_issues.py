"""Which of the issues in a folder is the newest."""

from __future__ import annotations

import json
import os
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.store import kept_issues
from newsletter.store.issue_folder import DATA, Span, read_span
from newsletter.store.kept_issues import newest_first, newest_folder
from newsletter.week import name_of

_CLOCK = count(1)


def keep(root: Path, name: str, day: str, cadence: str = "daily", *, made: int | None = None) -> Path:
    """Put an issue into a folder of issues, made later than the one before unless it is said when."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    data = {"format": 1, "issue": {"title": "Papers", "day": day, "cadence": cadence}}
    (folder / DATA).write_text(json.dumps(data), "utf-8")
    moment = next(_CLOCK) if made is None else made
    os.utime(folder / DATA, (moment, moment))
    return folder


def names(root: Path) -> list[str]:
    return [kept.folder.name for kept in newest_first(root)]


def test_a_week_is_as_new_as_the_last_of_its_seven_days(tmp_path: Path) -> None:
    keep(tmp_path, "2025-11-06", "2025-11-06")
    keep(tmp_path, "2025-W45", "2025-11-07", "weekly")  # made on Friday
    assert newest_folder(tmp_path) == tmp_path / "2025-W45"
    keep(tmp_path, "2025-11-08", "2025-11-08")  # Saturday of the same week
    assert names(tmp_path) == ["2025-11-08", "2025-W45", "2025-11-06"]


def test_a_week_that_ends_in_the_next_one_is_newer_than_its_sunday(tmp_path: Path) -> None:
    keep(tmp_path, "2025-11-09", "2025-11-09")
    keep(tmp_path, "2025-W45", "2025-11-10", "weekly")  # sent on Monday, about the week before
    keep(tmp_path, "2025-11-11", "2025-11-11")
    assert names(tmp_path) == ["2025-11-11", "2025-W45", "2025-11-09"]


@pytest.mark.parametrize("made", [("2025-11-07", "2025-W45"), ("2025-W45", "2025-11-07")])
def test_of_two_issues_up_to_the_same_day_it_is_the_one_made_last(
    tmp_path: Path, made: tuple[str, str]
) -> None:
    for name in made:
        keep(tmp_path, name, "2025-11-07", "weekly" if "W" in name else "daily")
    assert newest_folder(tmp_path) == tmp_path / made[1]


def test_a_folder_of_another_name_counts_by_the_day_of_its_issue(tmp_path: Path) -> None:
    keep(tmp_path, "special", "2025-11-08")
    for name in ("2025-11-07", "2025-11-07-weekdays"):
        keep(tmp_path, name, "2025-11-07")
    assert names(tmp_path) == ["special", "2025-11-07-weekdays", "2025-11-07"]


def test_an_issue_that_cannot_be_read_counts_by_its_name(tmp_path: Path) -> None:
    keep(tmp_path, "2025-W45", "2025-11-07", "weekly")
    for name in ("2025-W44", "2025-W46", "2025-13-40", "2025-W99", "draft"):
        (tmp_path / name).mkdir()
        (tmp_path / name / DATA).write_text("{}", "utf-8")
    assert names(tmp_path)[:3] == ["2025-W46", "2025-W45", "2025-W44"]
    assert len(names(tmp_path)) == 6


def test_what_is_no_issue_is_passed_over(tmp_path: Path) -> None:
    assert newest_folder(tmp_path / "nowhere") is None
    (tmp_path / "2025-11-09").mkdir()  # a build that was interrupted
    (tmp_path / "notes.txt").write_text("not an issue", "utf-8")
    keep(tmp_path, ".past", "2025-11-10")
    assert newest_folder(tmp_path) is None


def test_the_name_of_a_day_is_believed_so_that_years_of_issues_need_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in range(1, 13):
        keep(tmp_path, f"2025-{month:02}-15", f"2025-{month:02}-15")
        keep(tmp_path, name_of(date(2025, month, 14)), f"2025-{month:02}-14", "weekly")
    looked: list[str] = []

    def watched(folder: Path) -> Span:
        looked.append(folder.name)
        return read_span(folder)

    monkeypatch.setattr(kept_issues, "read_span", watched)
    assert newest_folder(tmp_path) == tmp_path / "2025-12-15"
    assert looked == ["2025-W50"]


DAYS = st.dates(date(2025, 10, 20), date(2025, 11, 20))


@given(days=st.lists(st.tuples(DAYS, st.sampled_from(["daily", "weekly", "named"])), max_size=12))
def test_the_order_is_that_of_the_last_days_then_of_the_making(
    tmp_path_factory: pytest.TempPathFactory, days: list[tuple[date, str]]
) -> None:
    root = tmp_path_factory.mktemp("issues")
    wanted: dict[str, tuple[date, int]] = {}
    for number, (day, kind) in enumerate(days):
        name = {"daily": day.isoformat(), "weekly": name_of(day), "named": f"issue-{number}"}[kind]
        keep(root, name, day.isoformat(), "weekly" if kind == "weekly" else "daily", made=number)
        wanted[name] = (day, number)
    assert names(root) == sorted(wanted, key=lambda name: wanted[name], reverse=True)
