"""An issue that turned out wrong: halted, and put right for exactly those who have it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
SLUG = "2025-11-07"
READERS = ["ann@example.com", "bob@example.com", "cid@example.net"]


@pytest.fixture
def half_sent(newsroom: Any, newsletter: Run) -> Any:
    """Ann and Bob have the issue, Cid was put off; then it was halted."""
    newsroom.mailbox.answers["cid@example.net"] = "451 4.3.2 not now"
    newsroom.subscribe(*READERS)
    assert newsletter("send", SLUG).exit_code == 7
    done = newsletter("halt", SLUG, "--reason", "wrong title")
    assert done.exit_code == 0, done.output
    newsroom.mailbox.answers.clear()
    return newsroom


def test_a_halted_issue_is_not_sent_and_says_how_many_have_it(half_sent: Any, newsletter: Run) -> None:
    again = newsletter("halt", SLUG)
    assert "had been halted before" in again.stdout
    assert "2 of 3 subscribers have it" in again.stdout
    result = newsletter("send", SLUG)
    assert result.exit_code == 2
    assert "wrong title" in result.stderr
    assert "--resume" in result.stderr
    assert "--correction" in result.stderr
    assert half_sent.mailbox.addresses == READERS[:2]


def test_a_halt_can_be_lifted(half_sent: Any, newsletter: Run) -> None:
    newsletter("send", SLUG, "--resume")
    status = json.loads(newsletter("status", SLUG, "--json").stdout)
    assert status[0]["standing"] == "put off"
    assert half_sent.mailbox.addresses == READERS[:2]


def test_the_same_folder_again_is_no_correction(half_sent: Any, newsletter: Run) -> None:
    result = newsletter("send", SLUG, "--correction")
    assert result.exit_code == 2
    assert "still holds what was halted" in result.stderr
    assert half_sent.mailbox.addresses == READERS[:2]


def test_an_address_of_the_post_is_nothing_to_be_corrected(half_sent: Any, newsletter: Run) -> None:
    half_sent.configure(postal_address="1 New Street")
    assert "still holds what was halted" in newsletter("send", SLUG, "--correction").stderr


@pytest.mark.parametrize(
    ("wrong", "right", "header"),
    [
        ("https://news.example.org", "https://new.example.org", "List-Unsubscribe"),
        ("<d@example.org>", "<right@example.org>", "From"),
    ],
)
def test_a_wrong_link_or_sender_of_the_configuration_can_be_put_right(
    half_sent: Any, newsletter: Run, wrong: str, right: str, header: str
) -> None:
    configuration = half_sent.folder / "newsletter.toml"
    configuration.write_text(configuration.read_text("utf-8").replace(wrong, right), "utf-8")
    half_sent.mailbox.mails.clear()
    assert "still holds" not in newsletter("send", SLUG, "--correction", "--dry-run").output
    result = newsletter("send", SLUG, "--correction")
    assert result.exit_code == 0, result.output
    assert half_sent.mailbox.addresses == READERS[:2]
    assert all(right.strip("<>") in message[header] for _, message in half_sent.mailbox.mails)


def test_a_correction_reaches_exactly_those_who_have_the_wrong_one(half_sent: Any, newsletter: Run) -> None:
    half_sent.rebuild()
    half_sent.mailbox.mails.clear()
    result = newsletter("send", SLUG, "--correction")
    assert result.exit_code == 0, result.output
    assert half_sent.mailbox.addresses == READERS[:2]
    assert newsletter("send", SLUG, "--correction").exit_code == 0
    assert half_sent.mailbox.addresses == READERS[:2]


def test_afterwards_the_others_get_the_right_one(half_sent: Any, newsletter: Run) -> None:
    half_sent.rebuild()
    newsletter("send", SLUG, "--correction")
    half_sent.mailbox.mails.clear()
    result = newsletter("send", SLUG)
    assert result.exit_code == 0, result.output
    assert half_sent.mailbox.addresses == ["cid@example.net"]
    [message] = half_sent.mailbox.of("cid@example.net")
    assert message["Subject"].startswith("Daily Papers, put right")
    assert newsletter("send", SLUG).exit_code == 0
    assert half_sent.mailbox.addresses == ["cid@example.net"]


def test_the_subject_of_a_correction_says_so(half_sent: Any, newsletter: Run) -> None:
    half_sent.rebuild()
    half_sent.mailbox.mails.clear()
    newsletter("send", SLUG, "--correction")
    [message] = half_sent.mailbox.of("ann@example.com")
    assert message["Subject"].startswith("Correction: Daily Papers, put right")


def test_a_correction_of_a_correction_reaches_those_who_have_that(half_sent: Any, newsletter: Run) -> None:
    half_sent.rebuild()
    newsletter("send", SLUG, "--correction")
    assert newsletter("halt", SLUG).exit_code == 0
    half_sent.rebuild("Daily Papers, at last")
    half_sent.mailbox.mails.clear()
    assert newsletter("send", SLUG, "--correction").exit_code == 0
    assert half_sent.mailbox.addresses == READERS[:2]
    assert newsletter("send", SLUG).exit_code == 0
    assert half_sent.mailbox.addresses == READERS


def test_a_changed_folder_is_refused_with_the_way_out(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe(*READERS)
    newsletter("send", SLUG)
    newsroom.rebuild()
    for wanted in ([], ["--dry-run"]):
        result = newsletter("send", SLUG, *wanted)
        assert result.exit_code == 2
        assert f"newsletter halt {SLUG}" in result.stderr
    assert newsroom.mailbox.addresses == READERS


@pytest.mark.parametrize("is_sent", [True, False])
def test_what_was_not_halted_cannot_be_corrected(newsroom: Any, newsletter: Run, is_sent: bool) -> None:
    newsroom.subscribe(*READERS)
    if is_sent:
        newsletter("send", SLUG)
    result = newsletter("send", SLUG, "--correction")
    assert result.exit_code == 2
    assert len(newsroom.mailbox.mails) == (3 if is_sent else 0)


def test_what_was_never_sent_cannot_be_halted(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe(*READERS)
    result = newsletter("halt", SLUG)
    assert result.exit_code == 5
    assert "was not sent to subscribers yet" in result.stderr


def test_status_balances_over_all_revisions(half_sent: Any, newsletter: Run) -> None:
    half_sent.rebuild()
    newsletter("send", SLUG, "--correction")
    newsletter("send", SLUG)
    found = json.loads(newsletter("status", SLUG, "--json").stdout)
    assert [(one["revision"], one["corrects"], one["audience"]) for one in found] == [
        (1, None, 3),
        (2, 1, 2),
        (3, 1, 1),
    ]
    for one in found:
        assert one["is_balanced"]
        assert sum(one["counts"].values()) == one["audience"]
    shown = newsletter("status").stdout
    assert shown.count(SLUG) == 3
    assert "halted" in shown
