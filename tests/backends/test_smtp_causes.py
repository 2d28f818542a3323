"""What real replies are about, as the programs and services that give them write them."""

from __future__ import annotations

import pytest

from newsletter.backends.smtp_replies import Reply, outcome_of
from newsletter.model import Deferred, Refused


def judged(reply: str) -> Deferred | Refused:
    code, _, text = reply.partition(" ")
    outcome = outcome_of(Reply(code=int(code), lines=(text,)), about="recipient")
    assert isinstance(outcome, Deferred | Refused)
    return outcome


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (
            "450 4.2.0 <a@b.c>: Recipient address rejected: Greylisted, see http://postgrey.example",
            "greylisting",
        ),
        ("451 4.7.1 Greylisting in action, please come back in 00:05:00", "greylisting"),
        ("451 4.7.1 Try again later (graylisted)", "greylisting"),
        ("454 Throttling failure: Maximum sending rate exceeded.", "throttling"),
        ("454 Throttling failure: Daily message quota exceeded.", "throttling"),
        ("421 4.7.0 mx.example Error: too many connections from 192.0.2.1", "throttling"),
        ("421 4.7.28 Our system has detected an unusual rate of unsolicited mail", "throttling"),
        ("450 4.2.1 The user you are trying to contact is receiving mail too quickly.", "throttling"),
        ("550 5.4.5 Daily user sending limit exceeded.", "throttling"),
        ("451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited", "throttling"),
        ("530 5.7.0 Authentication required", "authentication"),
        ("535 5.7.8 Username and Password not accepted.", "authentication"),
        ("554 5.7.1 <a@b.c>: Relay access denied", "authentication"),
        ("550 5.7.26 This mail has been blocked because the sender is unauthenticated.", "authentication"),
        ("550 5.7.515 Access denied, sending domain example.org does not meet the level", "authentication"),
        ("554 Message rejected: Email address is not verified.", "authentication"),
        ("550 5.7.606 Access denied, banned sending IP [192.0.2.1]", "reputation"),
        ("554 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org", "reputation"),
        ("550 5.7.1 Message considered spam", "reputation"),
        ("552 5.2.2 Mailbox full", "mailbox-full"),
        ("452 4.2.2 The recipient's inbox is out of storage space.", "mailbox-full"),
        ("552 Mailbox is full / over quota", "mailbox-full"),
        ("550 5.1.1 The email account that you tried to reach does not exist.", "unknown-mailbox"),
        ("550 5.2.1 The email account that you tried to reach is disabled.", "unknown-mailbox"),
        ("550 User unknown", "unknown-mailbox"),
        ("550 No such user here", "unknown-mailbox"),
        ("556 5.1.10 Recipient address has null MX", "unknown-mailbox"),
        ("552 5.3.4 Message size exceeds fixed limit", "too-large"),
        ("552 5.2.3 Message length exceeds administrative limit", "too-large"),
        ("550 No", None),
        ("451 4.3.0 Temporary lookup failure", None),
    ],
)
def test_a_well_known_reply_is_told(reply: str, cause: str | None) -> None:
    assert judged(reply).cause == cause


@pytest.mark.parametrize(
    "address", ["dkim@example.org", "a@spf.example.org", "throttle@b.c", "greylist+x@b.c", "a@dmarc.org"]
)
def test_what_people_are_called_is_no_cause(address: str) -> None:
    """Or whoever subscribes could stop the sending to all others."""
    assert judged(f"550 5.1.1 <{address}>: Recipient address rejected").cause == "unknown-mailbox"
    assert judged(f"550 {address}... User unknown").cause == "unknown-mailbox"
    assert judged(f"550 <{address}> no").cause is None


def test_a_limit_that_is_reached_condemns_nobody_whatever_its_code() -> None:
    assert isinstance(judged("550 5.4.5 Daily user sending limit exceeded."), Deferred)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("554 Message rejected: Email address is not verified.", "policy"),
        ("550 Message considered spam", "policy"),
        ("552 Message too large", "message"),
        ("550 5.7.1 <a@b.c>: User unknown", "recipient"),
        ("550 No", "recipient"),
    ],
)
def test_whom_a_refusal_is_about_follows_from_its_cause(reply: str, kind: str) -> None:
    outcome = judged(reply)
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4.2.0 Greylisted, try again in 300 seconds", 300),
        ("Greylisted for 5 minutes", 300),
        ("please come back in 00:05:30", 330),
        ("wait 60s and retry", 60),
        ("retry after 2 hours", 7200),
        ("try again in 99999 hours", 86_400),
        ("try again in 0 seconds", None),
        ("try again later", None),
        ("error in 300 cases", None),
        ("4.7.0 [192.0.2.1] too many messages in 192", None),
    ],
)
def test_a_time_that_is_named_is_heard(text: str, seconds: int | None) -> None:
    outcome = judged(f"451 {text}")
    assert isinstance(outcome, Deferred)
    assert outcome.after_seconds == seconds


def test_a_refusal_waits_for_nothing_and_a_huge_reply_takes_no_time() -> None:
    reply = Reply(code=550, lines=tuple("try again in " + "9" * 5000 for _ in range(10)))
    assert isinstance(outcome_of(reply, about="message"), Refused)
