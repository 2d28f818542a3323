"""Strangers' text in headers: it reads back as text, and the list of headers never grows."""

from __future__ import annotations

import email
import email.policy
import email.utils
import json
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.mailing.dkim import relaxed
from newsletter.mailing.head import plain_to_value, to_value
from newsletter.mailing.headers import header_text
from newsletter.mailing.message import address
from newsletter.model import Edition, Letterhead, Mailbox

NAMES = [
    "From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
    "Feedback-ID", "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "Content-Language",
    "MIME-Version", "Content-Type",
]  # fmt: skip
ATTACKS = [
    "=?utf-8?q?Hi=0D=0ABcc:_e@x?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?=",
    "=??Q?=0D",
    "a =?utf-8?q?b?= =?utf-8?q?=0ABcc:_x?=",
    "=\u200e?utf-8?q?=0D=0ABcc:_x?=",
    "Title\r\nBcc: evil@example.org",
    "Title\r\n\r\n<script>",
    "Title\n Bcc: evil@example.org",
    "Title\u2028Bcc: evil@example.org",
    "Title\x85Bcc: evil@example.org",
    "Title\x0bBcc: evil@example.org",
    "Title\0Bcc: evil@example.org",
    "\u202etxet desrever\u202c",
    '"><svg/onload=alert(1)>" <evil@example.org>, "',
    "\\" * 99 + '"',
    "\ud83d",
    "x" * 3000,
    "é" * 3000,
    "",
]
# Bits that combine into encoded words, folds and quoted strings.
BITS = st.sampled_from(
    [
        *(
            "=?",
            "?=",
            "=",
            "?",
            "utf-8",
            "?q?",
            "?b?",
            "=0D",
            "=0A",
            "\r",
            "\n",
            " ",
            "\t",
            '"',
            "\\",
            "<",
            ">",
        ),
        *(",", ":", "@", "(", ")", ";", "Bcc", "\x85", "\u2028", "\u200e", "\ufeff", "é", "中", "\ud800"),
        *("👩\u200d💻", "x" * 70),
    ]
)
HOSTILE = st.lists(BITS | st.text(max_size=4), max_size=40).map("".join) | st.text(max_size=300)


def message_with(text: str) -> bytes:
    edition = Edition(subject=text, preheader="", html="<p>", text="x", nonce="0" * 16, language="en")
    letterhead = Letterhead(
        sender=Mailbox(address="digest@example.org", name=text),
        reply_to=None,
        list_id="news.example.org",
        base_url="https://news.example.org",
    )
    return address(
        edition,
        Mailbox(address="me@example.org", name=text),
        letterhead,
        issue_slug="2025-11-07",
        date=datetime(2025, 11, 7, tzinfo=UTC),
        token="abc",
    )


def shown(value: str) -> str:
    return str(make_header(decode_header(value.replace("\r\n", ""))))


def check(text: str) -> None:
    raw = message_with(text)
    assert raw.isascii()
    head = raw.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 76
    parsed: Message = email.message_from_bytes(raw)
    expected = header_text(text)
    assert parsed.keys() == NAMES
    assert shown(str(parsed["Subject"])) == expected
    for name, box in (("From", "digest@example.org"), ("To", "me@example.org")):
        phrase, _, last = str(parsed[name]).rpartition(" ")
        assert last.strip("<>\r\n ") == box
        assert name_shown(phrase.strip()) == expected
    modern = email.message_from_bytes(raw, policy=email.policy.default)
    assert modern.keys() == NAMES
    assert [str(a.addr_spec) for a in modern["To"].addresses] == ["me@example.org"]


def name_shown(phrase: str) -> str:
    """A display name is one quoted string, or encoded words, or bare words."""
    return email.utils.unquote(phrase) if phrase.startswith('"') else shown(phrase)


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_comes_out_as_text(text: str) -> None:
    check(text)


@settings(max_examples=1500)
@given(HOSTILE)
def test_any_text_reads_back_and_adds_no_header(text: str) -> None:
    check(text)


@pytest.mark.slow
@settings(max_examples=20_000)
@given(HOSTILE)
def test_twenty_thousand_texts_read_back_and_add_no_header(text: str) -> None:
    check(text)


@given(HOSTILE)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert header_text(header_text(text)) == header_text(text)


@settings(max_examples=1000)
@given(
    HOSTILE | st.text("aB1 -", max_size=70) | st.just(""),
    st.text("ab.+-'@<> \r\n\u00fc", max_size=70).map("{}@example.org".format) | HOSTILE,
)
def test_the_short_way_for_plain_readers_gives_what_the_long_one_does(name: str, address: str) -> None:
    reader = Mailbox(address=address, name=name)
    if (short := plain_to_value(reader)) is not None:
        assert short == to_value(reader).encode()
        assert relaxed(b"To:" + short) == [b"to:" + short[1:]]


def test_most_readers_are_plain() -> None:
    for name in ("", "A Reader", "Anna-Maria 7", "x" * 30):
        assert plain_to_value(Mailbox(address="first.last+tag@mail.example.org", name=name))


def test_the_naughty_strings_come_out_as_text(test_data: Path) -> None:
    strings = json.loads((test_data / "corpora" / "blns" / "blns.json").read_text("utf-8"))
    assert len(strings) > 500
    for text in strings:
        check(text)


def test_real_titles_come_out_as_text(test_data: Path) -> None:
    lines = (test_data / "corpora" / "arxiv" / "hard.jsonl").read_text("utf-8").splitlines()
    assert len(lines) > 700
    for line in lines:
        check(str(json.loads(line)["title"]))
