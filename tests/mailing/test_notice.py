"""The mail to the operator: plain text, safe whatever is in it, and signed like any other."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from newsletter.mailing.dkim import Signer
from newsletter.mailing.dkim_keys import SigningKey
from newsletter.mailing.notice import notice_message
from newsletter.model import Letterhead, Mailbox

AT = datetime(2025, 11, 7, 6, 30, tzinfo=UTC)
OPERATOR = Mailbox(address="ops@example.org")
LETTERHEAD = Letterhead(
    sender=Mailbox(address="digest@example.org", name="Digest"),
    reply_to=None,
    list_id="digest.example.org",
    base_url="https://news.example.org",
)
FIELDS = [
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
]


def message(subject: str, text: str, signer: Signer | None = None) -> bytes:
    return notice_message(subject, text, LETTERHEAD, OPERATOR, dated=AT, signer=signer)


@given(subject=st.text(max_size=120), text=st.text(max_size=300))
def test_whatever_a_source_said_no_field_and_no_line_is_added(subject: str, text: str) -> None:
    made = message(subject, text)
    read = email.message_from_bytes(made, policy=email.policy.default)
    assert list(read.keys()) == FIELDS
    assert all(len(line) <= 998 for line in made.split(b"\r\n"))
    assert b"\n" not in made.replace(b"\r\n", b"")


def test_it_reads_as_it_was_written() -> None:
    read = email.message_from_bytes(message("Lärm", "arxiv fails: größer\nüber"), policy=email.policy.default)
    assert isinstance(read, email.message.EmailMessage)
    assert read["Subject"] == "Lärm"
    assert read.get_content().splitlines() == ["arxiv fails: größer", "über"]


def test_it_is_signed(
    dkim_keys: Callable[..., tuple[SigningKey, ...]], dkim_verdicts: Callable[..., list[bool]]
) -> None:
    signer = Signer("example.org", dkim_keys())
    assert dkim_verdicts(message("Trouble", "arxiv fails", signer)) == [True, True]
