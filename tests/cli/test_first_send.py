"""Before anybody has had mail, the doctor is asked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
SLUG = "2025-11-07"


@pytest.fixture
def too_large(newsroom: Any) -> Any:
    """A newsroom whose issue is over a budget that was lowered since it was built."""
    newsroom.subscribe("ann@example.com")
    newsroom.configure(sending="[issue]\nsize_budget = 30000")
    return newsroom


def test_an_error_keeps_the_first_mail_back_and_says_how_to_mend_it(too_large: Any, newsletter: Run) -> None:
    result = newsletter("send", SLUG)
    assert result.exit_code == 8
    assert "error M7" in result.stderr
    assert "--anyway" in result.stderr
    assert too_large.mailbox.mails == []
    assert "was not sent" in newsletter("status", SLUG).output
    too_large.configure()
    assert newsletter("send", SLUG).exit_code == 0
    assert too_large.mailbox.addresses == ["ann@example.com"]


def test_anyway_begins_all_the_same(too_large: Any, newsletter: Run) -> None:
    assert newsletter("send", SLUG, "--anyway").exit_code == 0
    assert too_large.mailbox.addresses == ["ann@example.com"]


def test_once_somebody_has_mail_it_is_not_asked_again(too_large: Any, newsletter: Run) -> None:
    too_large.configure()
    too_large.mailbox.answers["bob@example.com"] = "451 4.3.2 not now"
    too_large.subscribe("ann@example.com", "bob@example.com")
    assert newsletter("send", SLUG).exit_code == 7
    too_large.configure(sending="[issue]\nsize_budget = 30000")
    assert newsletter("send", SLUG).exit_code == 7


@pytest.mark.usefixtures("too_large")
def test_a_program_hears_it_as_an_event(newsletter: Run) -> None:
    result = newsletter("send", SLUG, "--json")
    last = json.loads(result.stdout.splitlines()[-1])
    assert last["event"] == "not begun"
    assert [one["code"] for one in last["findings"]] == ["M7"]
    assert last["findings"][0]["fix"]


def test_a_dry_run_and_a_copy_are_not_kept_back(too_large: Any, newsletter: Run) -> None:
    assert newsletter("send", SLUG, "--dry-run").exit_code == 0
    assert newsletter("send", SLUG, "--to", "me@example.org").exit_code == 0
    assert too_large.mailbox.addresses == ["me@example.org"]


def test_a_server_that_does_not_know_our_sender_is_found_before_anything_is_frozen(
    newsroom: Any, newsletter: Run
) -> None:
    newsroom.mailbox.answers["d@example.org"] = "550 5.7.1 relaying denied"
    newsroom.subscribe("ann@example.com")
    result = newsletter("send", SLUG)
    assert result.exit_code == 8
    assert "error S3" in result.stderr
    assert "was not sent" in newsletter("status", SLUG).output


def test_a_way_that_reaches_nobody_is_not_kept_back(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe("ann@example.com")
    newsroom.configure(sending='backend = "eml"\n[issue]\nsize_budget = 30000')
    assert newsletter("send", SLUG).exit_code == 0


def test_a_first_send_that_died_is_no_reason_against_the_next(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe("ann@example.com")
    newsroom.mailbox.answers["ann@example.com"] = "451 4.3.2 not now"
    assert newsletter("send", SLUG).exit_code == 7
    with sqlite3.connect(newsroom.folder / "newsletter.db") as connection:
        connection.execute("UPDATE deliveries SET state = 'claimed', sender_id = 99, not_before = NULL")
    newsroom.mailbox.answers.clear()
    again = newsletter("send", SLUG)
    assert again.exit_code == 7
    assert "1  in doubt" in again.stdout
