"""`newsletter send ISSUE`: to subscribers, once each."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
SLUG = "2025-11-07"
READERS = ["ann@example.com", "bob@example.com", "cid@example.net"]


def last_event(result: Result) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return data


def test_everybody_gets_it_once_however_often_it_is_sent(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe(*READERS)
    first = newsletter("send", SLUG)
    assert first.exit_code == 0, first.output
    assert "3  accepted" in first.stdout
    assert newsletter("send", SLUG).exit_code == 0
    assert newsletter("send", f"issues/{SLUG}").exit_code == 0
    assert newsroom.mailbox.addresses == READERS


def test_what_is_sent_is_what_the_folder_shows(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe("Ann@example.com,Ann")
    newsletter("send", SLUG)
    [message] = newsroom.mailbox.of("Ann@example.com")
    built = (newsroom.folder / "issues" / SLUG / "issue.txt").read_text("utf-8")
    body = message.get_body(("plain",)).get_content()
    assert body.splitlines()[:12] == built.splitlines()[:12]
    assert "Ann" in message["To"]
    assert message["List-Unsubscribe"].startswith("<https://news.example.org/unsubscribe/")


def test_it_states_the_count_before_it_begins(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe(*READERS)
    result = newsletter("send", SLUG)
    assert "to 3 subscribers, through smtp" in result.stderr
    assert "no limit is set" in result.stderr


def test_without_subscribers_nothing_is_frozen(newsroom: Any, newsletter: Run) -> None:
    result = newsletter("send", SLUG)
    assert result.exit_code == 0
    assert "newsletter subscribers add" in result.stderr
    newsroom.subscribe(*READERS)
    newsletter("send", SLUG)
    assert newsroom.mailbox.addresses == READERS


def test_once_frozen_no_folder_is_needed(newsroom: Any, newsletter: Run) -> None:
    newsroom.mailbox.answers["bob@example.com"] = "451 4.7.1 try again later"
    newsroom.subscribe(*READERS)
    assert newsletter("send", SLUG).exit_code == 7
    (newsroom.folder / "issues" / SLUG).rename(newsroom.folder / "elsewhere")
    again = newsletter("send", SLUG)
    assert again.exit_code == 7, again.output
    assert newsroom.mailbox.addresses == ["ann@example.com", "cid@example.net"]


def test_who_left_between_freeze_and_send_gets_nothing(newsroom: Any, newsletter: Run) -> None:
    for reader in READERS:
        newsroom.mailbox.answers[reader] = "451 4.3.2 not now"
    newsroom.subscribe(*READERS, "dan@example.com")
    newsletter("send", SLUG)
    newsletter("subscribers", "unsubscribe", "ann@example.com")
    newsletter("subscribers", "erase", "bob@example.com", "--yes")
    newsroom.mailbox.answers.clear()
    make_due(newsroom.folder / "newsletter.db")
    result = newsletter("send", SLUG)
    assert result.exit_code == 0, result.output
    assert newsroom.mailbox.addresses == ["cid@example.net", "dan@example.com"]


def make_due(database: Path) -> None:
    """Let what was put off be due now, as if its time had come."""
    with sqlite3.connect(database) as connection:
        connection.execute(
            "UPDATE deliveries SET not_before = '2020-01-01 00:00:00.000000' WHERE not_before > ''"
        )


def test_a_refused_address_is_told_and_the_others_get_it(newsroom: Any, newsletter: Run) -> None:
    newsroom.mailbox.answers["bob@example.com"] = "550 5.1.1 no such user"
    newsroom.subscribe(*READERS)
    result = newsletter("send", SLUG)
    assert result.exit_code == 7
    assert "1  refused" in result.stdout
    assert "5.1.1" in result.stdout
    assert "bob@example.com" not in result.output
    assert newsroom.mailbox.addresses == ["ann@example.com", "cid@example.net"]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_runs_at_once_send_one_mail_each(
    newsroom: Any, newsletter: Run, engine: str, request: pytest.FixtureRequest
) -> None:
    if engine == "postgresql":
        url = request.getfixturevalue("postgres_url").replace("postgres:@", "postgres@")
        newsroom.configure(sending=f'[store]\nurl = "{url}"')
        assert newsletter("db", "migrate").exit_code == 0
    readers = [f"reader{number}@example.com" for number in range(40)]
    newsroom.subscribe(*readers)
    command = [sys.executable, "-m", "newsletter", "send", SLUG]
    running = [
        subprocess.Popen(
            command, cwd=newsroom.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(3)
    ]
    outputs = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], outputs
    assert newsroom.mailbox.addresses == sorted(readers)


# --- personal sections -----------------------------------------------------------------------------------


def test_each_reader_gets_their_sections(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe("ann@example.com,,robotics-rl", "bob@example.com,,science safety", "cid@example.net")
    assert newsletter("send", SLUG).exit_code == 0
    texts = {to: message.get_body(("plain",)).get_content() for to, message in newsroom.mailbox.mails}
    assert "Robotics & Reinforcement Learning" in texts["ann@example.com"]
    assert "Science & Dynamical Systems" not in texts["ann@example.com"]
    assert "Science & Dynamical Systems" in texts["bob@example.com"]
    assert "Robotics & Reinforcement Learning" not in texts["bob@example.com"]
    assert "Robotics & Reinforcement Learning" in texts["cid@example.net"]
    assert "Science & Dynamical Systems" in texts["cid@example.net"]


def test_who_has_nothing_in_their_sections_gets_no_mail(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe("ann@example.com,,speech-audio", "bob@example.com")
    result = newsletter("send", SLUG)
    assert result.exit_code == 0, result.output
    assert "1 subscriber will get none: nothing is in their sections" in result.stderr
    assert newsroom.mailbox.addresses == ["bob@example.com"]


def test_who_has_nothing_gets_a_note_where_that_is_wanted(newsroom: Any, newsletter: Run) -> None:
    newsroom.configure(sending='empty = "note"')
    newsroom.subscribe("ann@example.com,,speech-audio", "bob@example.com")
    assert newsletter("send", SLUG).exit_code == 0
    [note] = newsroom.mailbox.of("ann@example.com")
    [full] = newsroom.mailbox.of("bob@example.com")
    assert len(note.as_bytes()) < len(full.as_bytes()) / 3
    assert "https://news.example.org/unsubscribe/" in note.get_body(("plain",)).get_content()


def test_each_reader_gets_their_language_if_we_speak_it(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe("ann@example.com,,,,de", "bob@example.com,,,,en", "cid@example.net")
    assert newsletter("send", SLUG).exit_code == 0
    languages = {to: message["Content-Language"] for to, message in newsroom.mailbox.mails}
    assert languages == {"ann@example.com": "de", "bob@example.com": "en", "cid@example.net": "en"}


def test_who_wants_it_weekly_does_not_get_the_daily_issue(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe("ann@example.com,,,weekly", "bob@example.com,,,weekdays")
    newsletter("send", SLUG)
    assert newsroom.mailbox.addresses == ["bob@example.com"]


# --- looking first ---------------------------------------------------------------------------------------


def test_a_dry_run_tells_who_would_get_what_and_changes_nothing(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe("ann@example.com,,robotics-rl", "bob@example.com", "cid@example.net,,speech-audio")
    before = (newsroom.folder / "newsletter.db").read_bytes()
    files = sorted(newsroom.folder.rglob("*"))
    result = newsletter("send", SLUG, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "to 2 subscribers" in result.stdout
    assert "robotics-rl" in result.stdout
    assert "b…@example.com" in result.stdout
    assert "bob@example.com" not in result.stdout
    assert (newsroom.folder / "newsletter.db").read_bytes() == before
    assert sorted(newsroom.folder.rglob("*")) == files
    assert newsroom.mailbox.mails == []


def test_a_dry_run_without_a_database_makes_none(newsroom: Any, newsletter: Run) -> None:
    result = newsletter("send", SLUG, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "newsletter subscribers add" in result.stdout
    assert not (newsroom.folder / "newsletter.db").exists()


def test_a_dry_run_as_json_counts_each_edition(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe("ann@example.com,,robotics-rl", "bob@example.com", "dan@example.com")
    data = json.loads(newsletter("send", SLUG, "--dry-run", "--json").stdout)
    assert data["mails"] == 3
    assert [(share["sections"], share["people"]) for share in data["editions"]] == [
        (None, 2),
        (["robotics-rl"], 1),
    ]
    assert data["editions"][0]["html_bytes"] > data["editions"][1]["html_bytes"] > 1000


def test_events_as_json_are_lines_and_the_last_is_the_accounting(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe(*READERS)
    result = newsletter("send", SLUG, "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[0]["event"] == "begin"
    assert events[0]["mails"] == 3
    assert events[-1]["event"] == "finished"
    assert events[-1]["ending"] == "done"
    assert events[-1]["accounting"]["counts"]["accepted"] == 3


def test_it_does_not_begin_what_cannot_end_in_its_window(newsroom: Any, newsletter: Run) -> None:
    newsroom.configure(sending="finish_within_hours = 1\n[sending.limits]\nper_day = 2")
    newsroom.subscribe(*READERS)
    result = newsletter("send", SLUG)
    assert result.exit_code == 2
    assert "2 per day" in result.stderr
    assert "--anyway" in result.stderr
    assert newsroom.mailbox.mails == []
    assert json.loads(newsletter("status", "--json").stdout) == []


def test_the_end_is_foreseen_from_what_was_used_already(newsroom: Any, newsletter: Run) -> None:
    newsroom.configure(sending="[sending.limits]\nper_day = 4")
    newsroom.subscribe(*READERS)
    assert "all of it fits into the limits (4 per day)" in newsletter("send", SLUG).stderr
    other = newsroom.folder / "issues" / "other"
    newsletter("build", str(newsroom.page), "--date", "2025-11-08", "--out", str(other))
    result = newsletter("send", str(other), "--dry-run")
    assert "it takes 24 hours at least" in result.stdout
    assert "4 per day, 3 of them used" in result.stdout


# --- wrong use -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--correction", "--resume", "--anyway"])
def test_copies_take_no_options_about_subscribers(newsroom: Any, newsletter: Run, option: str) -> None:
    del newsroom
    result = newsletter("send", SLUG, "--to", "me@example.org", option)
    assert result.exit_code == 2
    assert option in result.stderr


def test_a_backend_that_reaches_nobody_is_no_way_to_try_it(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe(*READERS)
    result = newsletter("send", SLUG, "--backend", "console")
    assert result.exit_code == 2
    assert "--dry-run" in result.stderr
    assert newsletter("send", SLUG).exit_code == 0
    assert newsroom.mailbox.addresses == READERS


def test_an_issue_that_is_not_there_is_told(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe(*READERS)
    result = newsletter("send", "2025-11-08")
    assert result.exit_code == 5
    assert "newsletter build" in result.stderr


def test_nobody_at_the_server_is_the_mail_systems_exit_code(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe(*READERS)
    text = (newsroom.folder / "newsletter.toml").read_text("utf-8")
    (newsroom.folder / "newsletter.toml").write_text(
        text.replace(f"port = {newsroom.port}", "port = 1"), "utf-8"
    )
    result = newsletter("send", SLUG)
    assert result.exit_code == 6
    newsroom.configure()
    assert newsletter("send", SLUG).exit_code == 0
    assert newsroom.mailbox.addresses == READERS
