"""`newsletter reconcile`: what may have arrived, settled by choice or by a log."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
SLUG = "2025-11-07"
DOUBTFUL = ["ann@example.com", "bob@example.com"]
OTHERS = ["cid@example.net", "dan@example.net", "eve@example.net"]


@pytest.fixture
def in_doubt(newsroom: Any, newsletter: Run) -> Any:
    """The server took the mails of Ann and Bob, and was gone before it said so."""
    newsroom.mailbox.silent = set(DOUBTFUL)
    newsroom.configure(sending="connections = 1")
    # one connection lost is an accident, two in a row would stop the run
    newsroom.subscribe(OTHERS[0], DOUBTFUL[0], OTHERS[1], DOUBTFUL[1], OTHERS[2])
    result = newsletter("send", SLUG)
    assert result.exit_code == 7, result.output
    newsroom.mailbox.silent = set()
    return newsroom


def doubts(newsletter: Run, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(newsletter("reconcile", SLUG, "--json", *arguments).stdout)
    return found


def counts(newsletter: Run) -> dict[str, int]:
    [found] = json.loads(newsletter("status", SLUG, "--json").stdout)
    return {state: count for state, count in found["counts"].items() if count}


def test_the_list_names_each_by_its_message_id_and_masks_addresses(in_doubt: Any, newsletter: Run) -> None:
    shown = newsletter("reconcile", SLUG)
    found = doubts(newsletter)
    assert [one["address"] for one in found] == ["a…@example.com", "b…@example.com"]
    sent = {message["Message-ID"] for to, message in in_doubt.mailbox.mails if to in DOUBTFUL}
    assert {one["message_id"] for one in found} == sent
    assert all(one["message_id"] in shown.stdout for one in found)
    assert "ann@" not in shown.output
    assert [one["address"] for one in doubts(newsletter, "--show-addresses")] == DOUBTFUL


@pytest.mark.parametrize(
    ("choices", "complaint"),
    [
        (("--drop", "--accepted"), "--accepted and --drop exclude each other"),
        (("--resend", "--from-log", "log"), "--resend and --from-log exclude each other"),
    ],
)
@pytest.mark.usefixtures("in_doubt")
def test_choices_that_contradict_each_other_settle_nothing(
    newsletter: Run, choices: tuple[str, ...], complaint: str
) -> None:
    refused = newsletter("reconcile", SLUG, *choices)
    assert refused.exit_code == 2
    assert complaint in refused.stderr
    assert len(doubts(newsletter)) == len(DOUBTFUL)


def test_nothing_in_doubt_is_sent_again_by_itself(in_doubt: Any, newsletter: Run) -> None:
    assert newsletter("send", SLUG).exit_code == 7
    assert in_doubt.mailbox.addresses == DOUBTFUL + OTHERS


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("--accepted", {"accepted": 5}),
        ("--drop", {"accepted": 3, "dropped": 2}),
        ("--resend", {"accepted": 3, "pending": 2}),
    ],
)
def test_a_choice_settles_all(in_doubt: Any, newsletter: Run, choice: str, expected: dict[str, int]) -> None:
    del in_doubt
    assert newsletter("reconcile", SLUG, choice, "--dry-run").exit_code == 0
    assert counts(newsletter) == {"accepted": 3, "in_doubt": 2}
    result = newsletter("reconcile", SLUG, choice)
    assert result.exit_code == 0, result.output
    assert "settled 2 mails" in result.stdout
    assert counts(newsletter) == expected


def test_a_choice_can_be_about_one(in_doubt: Any, newsletter: Run) -> None:
    number = doubts(newsletter)[0]["number"]
    newsletter("reconcile", SLUG, "--resend", "--only", str(number))
    in_doubt.mailbox.mails.clear()
    assert newsletter("send", SLUG).exit_code == 7
    assert in_doubt.mailbox.addresses == ["ann@example.com"]
    assert counts(newsletter) == {"accepted": 4, "in_doubt": 1}


def test_a_number_that_is_not_in_doubt_is_told(in_doubt: Any, newsletter: Run) -> None:
    del in_doubt
    result = newsletter("reconcile", SLUG, "--accepted", "--only", "999")
    assert result.exit_code == 2
    assert "999" in result.stderr


def logs(found: list[dict[str, Any]]) -> dict[str, str]:
    """The first of two doubts, as each kind of log tells of it."""
    message_id, to = found[0]["message_id"], "ann@example.com"
    bare = message_id.strip("<>")
    line = "Nov  7 06:00:01 mx postfix/{}[1]: 4F2A1B3C4D: {}\n"
    delivery = f"to=<{to}>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)"
    return {
        "postfix": line.format("cleanup", f"message-id={message_id}") + line.format("smtp", delivery),
        "ses": json.dumps(
            {
                "eventType": "Delivery",
                "mail": {"destination": [to], "commonHeaders": {"messageId": message_id}},
            }
        ),
        "mailgun": json.dumps(
            {"event": "delivered", "recipient": to, "message": {"headers": {"message-id": bare}}}
        ),
        "sendgrid": json.dumps([{"event": "delivered", "email": to, "smtp-id": message_id}]),
        "brevo": json.dumps({"event": "delivered", "email": to, "message-id": message_id}),
        "resend": json.dumps({"type": "email.delivered", "data": {"to": [to], "message_id": message_id}}),
    }


@pytest.mark.parametrize("kind", ["postfix", "ses", "mailgun", "sendgrid", "brevo", "resend"])
def test_a_log_settles_what_it_names_and_nothing_else(in_doubt: Any, newsletter: Run, kind: str) -> None:
    log = in_doubt.folder / "log"
    log.write_text(logs(doubts(newsletter))[kind], "utf-8")
    dry = newsletter("reconcile", SLUG, "--from-log", str(log), "--dry-run")
    assert "would settle 1 mail as accepted: 1 delivered" in dry.stdout
    assert counts(newsletter) == {"accepted": 3, "in_doubt": 2}
    result = newsletter("reconcile", SLUG, "--from-log", str(log))
    assert "settled 1 mail as accepted: 1 delivered" in result.stdout
    assert "1 mail not named" in result.stderr
    assert counts(newsletter) == {"accepted": 4, "in_doubt": 1}


def test_a_log_about_another_recipient_proves_nothing(in_doubt: Any, newsletter: Run) -> None:
    log = in_doubt.folder / "log"
    log.write_text(logs(doubts(newsletter))["sendgrid"].replace("ann@", "eve@"), "utf-8")
    result = newsletter("reconcile", SLUG, "--from-log", str(log))
    assert "for another recipient" in result.stderr
    assert counts(newsletter) == {"accepted": 3, "in_doubt": 2}


def test_a_log_can_come_by_standard_input(in_doubt: Any, newsletter: Run) -> None:
    del in_doubt
    log = logs(doubts(newsletter))["postfix"]
    result = newsletter("reconcile", SLUG, "--from-log", "-", input=log)
    assert result.exit_code == 0, result.output
    assert counts(newsletter) == {"accepted": 4, "in_doubt": 1}


def test_where_nothing_is_in_doubt_nothing_is_called_settled(newsroom: Any, newsletter: Run) -> None:
    newsroom.subscribe("ann@example.com")
    newsletter("send", SLUG)
    (newsroom.folder / "log").write_text("Nov  7 06:00:01 mx postfix/smtpd[1]: connect\n", "utf-8")
    for settling in (["--accepted"], ["--resend"], ["--from-log", "log"]):
        result = newsletter("reconcile", SLUG, *settling)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nothing is in doubt\n")


def test_a_log_that_is_not_there_is_told(in_doubt: Any, newsletter: Run) -> None:
    del in_doubt
    assert newsletter("reconcile", SLUG, "--from-log", "no-such-file").exit_code == 3


def test_an_issue_in_doubt_cannot_be_corrected_before_it_is_settled(in_doubt: Any, newsletter: Run) -> None:
    newsletter("halt", SLUG)
    in_doubt.rebuild()
    result = newsletter("send", SLUG, "--correction")
    assert result.exit_code == 5
    assert f"newsletter reconcile {SLUG}" in result.stderr
