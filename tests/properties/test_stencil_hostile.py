"""Strangers' names and addresses in a stencil: every mail reads back, and differs from another in nothing but
what is its reader's own."""

from __future__ import annotations

import email
import email.policy
import email.utils
import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from email.header import decode_header, make_header
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import RenderError, UsageError
from newsletter.mailing.addresses import parse_address
from newsletter.mailing.headers import header_text
from newsletter.mailing.slots import fill
from newsletter.mailing.stencil import Stencil
from newsletter.mailing.tokens import MAX_NUMBER, LinkTokens
from newsletter.mailing.wire_form import fault
from newsletter.model import Edition, Letterhead, Mailbox, OutgoingMail, Slot, sentinel

NONCE = "0123456789abcdef"
TOKENS = LinkTokens([b"k" * 32], "news.example.org")
ADDRESS = "me@example.net"
MARKS = (f"gap{NONCE}toend", f"gap{NONCE}unsubscribeend", sentinel(NONCE, "unsubscribe_url"))
BITS = st.sampled_from(
    [
        *("=?", "?=", "?q?", "?b?", "utf-8", "=0D=0A", "\r", "\n", "\r\n", "\r\n ", " ", "\t", '"', "\\"),
        *("<", ">", ",", ":", "@", "(", ")", ";", "Bcc: a@b.org", "\x85", "\u2028", "\u200e", "\ufeff"),
        *("é", "中", "\ud800", "👩\u200d💻", "x" * 70, *MARKS),
    ]
)
HOSTILE = st.lists(BITS | st.text(max_size=4), max_size=40).map("".join) | st.text(max_size=300)
BODIES = st.lists(
    st.sampled_from(
        [
            *(sentinel(NONCE, slot) for slot in ("unsubscribe_url", "preferences_url", "archive_url")),
            *(
                ".",
                "From ",
                " ",
                "\t",
                "\r\n",
                "\n",
                "\r",
                "=",
                "--=_0123456789abcdef",
                "x" * 80,
                "é",
                "中" * 30,
            ),
        ]
    )
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    max_size=30,
).map("".join)
NUMBERS = st.integers(1, MAX_NUMBER) | st.integers(1, 70_000)


def stencil_of(html: str, text: str) -> Stencil:
    return Stencil(
        Edition(subject="Daily Papers", preheader="", html=html, text=text, nonce=NONCE, language="en"),
        LETTERHEAD,
        issue_slug="2025-11-07",
        revision=1,
        dated=datetime(2025, 11, 7, tzinfo=UTC),
        tokens=TOKENS,
    )


LETTERHEAD = Letterhead(
    sender=Mailbox(address="digest@example.org", name="Daily Papers"),
    reply_to=None,
    list_id="news.example.org",
    base_url="https://news.example.org",
    bounce_address="bounces@example.org",
)


@cache
def one_for_all() -> Stencil:
    link = sentinel(NONCE, "unsubscribe_url")
    return stencil_of(f'<a href="{link}">leave</a>\n', f"{link}\n")


@cache
def names() -> list[str]:
    return email.message_from_bytes(one_for_all().message(Mailbox(address=ADDRESS), 1, 1).message).keys()


def name_shown(phrase: str) -> str:
    if phrase.startswith('"'):
        return email.utils.unquote(phrase)
    return str(make_header(decode_header(phrase)))


def check(mail: OutgoingMail, name: str, number: int) -> None:
    """Read it as an old and as a modern program does."""
    assert fault(mail.message) is None
    assert mail.is_wire_ready
    assert mail.message.isascii()
    assert b"\r\n." not in mail.message
    old = email.message_from_bytes(mail.message)
    assert old.keys() == names()
    assert TOKENS.make("unsubscribe", number) in str(old["List-Unsubscribe"])
    phrase, _, last = str(old["To"]).rpartition(" ")
    assert last.strip("<>\r\n ") == ADDRESS
    assert name_shown(phrase.replace("\r\n", "").strip()) == header_text(name)
    modern = email.message_from_bytes(mail.message, policy=email.policy.default)
    assert modern.keys() == names()
    assert [str(box.addr_spec) for box in modern["To"].addresses] == [ADDRESS]


def check_name(name: str, number: int = 7) -> None:
    check(one_for_all().message(Mailbox(address=ADDRESS, name=name), number, number), name, number)


@settings(max_examples=300)
@given(HOSTILE, NUMBERS)
def test_no_name_adds_a_header(name: str, number: int) -> None:
    check_name(name, number)


@pytest.mark.slow
@settings(max_examples=5_000)
@given(HOSTILE, NUMBERS)
def test_no_name_of_five_thousand_adds_a_header(name: str, number: int) -> None:
    check_name(name, number)


def test_naughty_strings_and_hard_titles_as_names_add_no_header(test_data: Path) -> None:
    folder = test_data / "corpora"
    strings = json.loads((folder / "blns" / "blns.json").read_text("utf-8"))
    lines = (folder / "arxiv" / "hard.jsonl").read_text("utf-8").splitlines()
    titles = [str(json.loads(line)["title"]) for line in lines]
    assert len(strings) + len(titles) > 1_200
    for name in [*strings, *titles]:
        check_name(name)


def sent_to(address: str) -> OutgoingMail | None:
    """Try an address as it stands, as if it had slipped past every check before."""
    try:
        return one_for_all().message(Mailbox(address=address), 7, 9)
    except RenderError:
        return None


def check_address(address: str) -> None:
    mail = sent_to(address)
    if mail is not None:
        parsed = email.message_from_bytes(mail.message, policy=email.policy.default)
        assert parsed.keys() == names()
        assert fault(mail.message) is None
        assert f"\r\nTo: {address}\r\n".encode() in mail.message
        assert mail.recipient == address
        assert mail.is_wire_ready == address.isascii()


@settings(max_examples=300)
@given(HOSTILE | HOSTILE.map(lambda text: f"{text}@example.net") | HOSTILE.map(lambda text: f"me@{text}.net"))
def test_an_address_is_one_or_is_refused(address: str) -> None:
    check_address(address)


def test_the_addresses_of_isemail_are_ones_or_are_refused(test_data: Path) -> None:
    tree = ET.parse(test_data / "corpora" / "address" / "isemail" / "tests.xml")  # noqa: S314 - our own copy
    written = [case.findtext("address") or "" for case in tree.iter("test")]
    # a control character stands there as U+2400 and its code
    controls = {code + 0x2400: code for code in range(32)}
    addresses = [address.translate(controls) for address in written]
    assert len(addresses) > 100
    taken = 0
    for address in addresses:
        check_address(address)
        try:
            normal = parse_address(address)
        except UsageError:
            continue
        assert sent_to(normal) is not None, "what the subscriber list takes can be written to"
        taken += 1
    assert taken > 10


@settings(max_examples=200)
@given(BODIES, BODIES, NUMBERS)
def test_any_text_reads_back_with_the_readers_links(html: str, text: str, number: int) -> None:
    made = stencil_of(html, text)
    message = made.message(Mailbox(address=ADDRESS), number, 1).message
    values: dict[Slot, str] = {
        "unsubscribe_url": f"https://news.example.org/unsubscribe/{TOKENS.make('unsubscribe', number)}",
        "preferences_url": f"https://news.example.org/preferences/{TOKENS.make('preferences', number)}",
        "archive_url": "https://news.example.org/issues/2025-11-07",
        "postal_address": "",
    }
    edition = Edition(subject="", preheader="", html=html, text=text, nonce=NONCE, language="en")
    parts = [part for part in email.message_from_bytes(message).walk() if not part.is_multipart()]
    read = [part.get_payload(decode=True) for part in parts]
    filled_html, filled_text = fill(edition, values)
    assert read == [canonical(filled_text), canonical(filled_html)]
    assert max(map(len, message.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76


def canonical(text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8")
