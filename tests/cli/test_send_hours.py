"""`newsletter send` where readers get an issue at the hour they chose."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
SLUG = "2099-11-07"
READERS = ["ann@example.com", "bob@example.com", "cid@example.net"]


@pytest.fixture(scope="module")
def built_ahead(tmp_path_factory: pytest.TempPathFactory, seed_page: Path, newsletter: Run) -> Path:
    """An issue of a day far ahead, so that nobody's hour has come."""
    folder = tmp_path_factory.mktemp("ahead") / SLUG
    done = newsletter("build", str(seed_page), "--date", SLUG, "--out", str(folder))
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def ahead(newsroom: Any, built_ahead: Path) -> Any:
    shutil.copytree(built_ahead, newsroom.folder / "issues" / SLUG)
    newsroom.subscribe(*READERS)
    return newsroom


def let_the_hour_come(folder: Path, address: str) -> None:
    with sqlite3.connect(folder / "newsletter.db") as database:
        database.execute(
            "UPDATE deliveries SET not_before = '2025-11-07 06:00:00.000000' WHERE subscriber_id ="
            " (SELECT id FROM subscribers WHERE address = ?)",
            (address,),
        )


def test_without_being_told_everybody_gets_it_now(ahead: Any, newsletter: Run) -> None:
    assert newsletter("send", SLUG).exit_code == 0
    assert ahead.mailbox.addresses == READERS


def test_readers_wait_for_their_hour_and_that_is_no_failure(ahead: Any, newsletter: Run) -> None:
    first = newsletter("send", SLUG, "--hours")
    assert first.exit_code == 0, first.output
    assert f"issue {SLUG}: waiting for its readers' hours" in first.stdout
    assert "3 subscribers wait for their hour, the last until 2099-11-07" in first.stderr
    let_the_hour_come(ahead.folder, "bob@example.com")
    second = newsletter("send", SLUG)
    assert second.exit_code == 0, second.output
    assert ahead.mailbox.addresses == ["bob@example.com"]
    assert "2 subscribers wait for their hour" in second.stderr


@pytest.mark.usefixtures("ahead")
def test_hours_are_told_before_anything_is_frozen(newsletter: Run) -> None:
    told = "each gets it at the hour they chose"
    assert told in newsletter("send", SLUG, "--hours", "--dry-run").stdout
    assert told not in newsletter("send", SLUG, "--dry-run").stdout
    assert json.loads(newsletter("send", SLUG, "--hours", "--dry-run", "--json").stdout)["keeps_hours"]
    assert told in newsletter("send", SLUG, "--hours").stderr


@pytest.mark.usefixtures("ahead")
def test_status_says_how_many_wait_and_until_when(newsletter: Run) -> None:
    newsletter("send", SLUG, "--hours")
    shown = newsletter("status", SLUG)
    assert shown.exit_code == 0
    assert "3  pending" in shown.stdout
    assert "3 subscribers wait for their hour, the last until 2099-11-07" in shown.stderr
    [data] = json.loads(newsletter("status", SLUG, "--json").stdout)
    due = datetime(2099, 11, 7, 7, tzinfo=UTC).isoformat()
    assert (data["standing"], data["waiting"], data["put_off"]) == ("waiting", 3, 0)
    assert data["next_due"] == data["last_hour"] == due


def test_now_does_not_wait(ahead: Any, newsletter: Run) -> None:
    newsletter("send", SLUG, "--hours")
    plan = newsletter("send", SLUG, "--now", "--dry-run")
    assert "still has to reach 3 subscribers of 3, through smtp" in plan.stdout
    assert "wait" not in plan.stdout
    assert newsletter("send", SLUG, "--now").exit_code == 0
    assert ahead.mailbox.addresses == READERS
    assert newsletter("send", SLUG, "--now").exit_code == 0
    assert ahead.mailbox.addresses == READERS


def test_a_dry_run_says_who_waits(ahead: Any, newsletter: Run) -> None:
    newsletter("send", SLUG, "--hours")
    let_the_hour_come(ahead.folder, "bob@example.com")
    plan = newsletter("send", SLUG, "--dry-run")
    assert "3 subscribers of 3, through smtp; 2 subscribers wait for their hour" in plan.stdout


def test_a_mail_that_was_refused_counts_although_others_wait(ahead: Any, newsletter: Run) -> None:
    ahead.mailbox.answers["bob@example.com"] = "550 5.1.1 no such user"
    newsletter("send", SLUG, "--hours")
    let_the_hour_come(ahead.folder, "bob@example.com")
    assert newsletter("send", SLUG).exit_code == 7


def test_mail_that_was_put_off_is_told_apart_from_readers_who_wait(ahead: Any, newsletter: Run) -> None:
    ahead.mailbox.answers["bob@example.com"] = "451 4.7.1 try again later"
    newsletter("send", SLUG, "--hours")
    let_the_hour_come(ahead.folder, "bob@example.com")
    result = newsletter("send", SLUG)
    assert result.exit_code == 7
    assert "1 mail put off" in result.stderr
    assert "2 subscribers wait for their hour" in result.stderr


@pytest.mark.parametrize("other", ["--now", "--correction"])
def test_hours_and_haste_exclude_each_other(newsletter: Run, other: str) -> None:
    result = newsletter("send", SLUG, "--hours", other)
    assert result.exit_code == 2
    assert "choose one of them" in result.stderr


def test_a_correction_reaches_those_at_once_who_waited(ahead: Any, newsletter: Run) -> None:
    newsletter("send", SLUG, "--hours")
    let_the_hour_come(ahead.folder, "bob@example.com")
    newsletter("send", SLUG)
    newsletter("halt", SLUG)
    ahead.configure(name="Daily Papers, put right")
    assert newsletter("build", str(ahead.page), "--date", SLUG).exit_code == 0
    assert newsletter("send", SLUG, "--correction").exit_code == 0
    assert newsletter("send", SLUG).exit_code == 0
    assert ahead.mailbox.addresses == sorted([*READERS, "bob@example.com"])
