"""Header fields: their exact form, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import RenderError
from newsletter.mailing import headers
from newsletter.mailing.headers import header_text
from newsletter.model import Mailbox


def decoded(field: str) -> str:
    """What a reader's mail program shows, by the standard library."""
    value = field.partition(":")[2].strip().replace("\r\n", "")
    return str(make_header(decode_header(value)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        (" a \t b\r\nc\u2028d\u2029e\x85f\x0bg\u00a0h ", "a b c d e f g h"),
        ("a\0b\x1bc\x7fd\x9be", "abcde"),
        ("\u202eevil\u202c \u2066x\u2069\u200e\u200f\u061c\ufeff", "evil x"),
        ("\u2068set apart\u2069, \u2068never ended", "\u2068set apart\u2069, never ended"),
        ("a\u2069 \u2068b \u2068c\u2069 \u202e\u2069d", "a b \u2068c\u2069 d"),
        ("half \ud800 pair", "half pair"),
        ("=?utf-8?q?x?=", "= ?utf-8?q?x?="),
        ("=\0?utf-8?q?x?=", "= ?utf-8?q?x?="),
        ("==??", "== ??"),
        ("👩\u200d💻 é 中", "👩\u200d💻 é 中"),
    ],
)
def test_header_text_keeps_what_may_be_seen_on_one_line(text: str, expected: str) -> None:
    assert header_text(text) == expected


def test_short_ascii_stays_readable() -> None:
    assert headers.unstructured("Subject", "Daily Papers: 75 today") == "Subject: Daily Papers: 75 today\r\n"


def test_long_ascii_folds_between_words_and_unfolds_to_itself() -> None:
    text = "on the sparse attention of things " * 20
    field = headers.unstructured("Subject", text)
    assert max(map(len, field.split("\r\n"))) <= 76
    assert field.replace("\r\n ", " ") == f"Subject: {text.strip()}\r\n"


@pytest.mark.parametrize(
    "text",
    [
        "Grüße aus Köln",
        "注意力 " * 40,
        "👩\u200d💻" * 60,
        "x" * 3000,
        "x" * 70 + " y",
        "é" * 200,
        "a" * 200 + "é",
    ],
)
def test_other_text_is_encoded_in_words_that_never_cut_a_character(text: str) -> None:
    field = headers.unstructured("Subject", text)
    assert field.isascii()
    assert decoded(field) == header_text(text)
    for line in field.rstrip("\r\n").split("\r\n"):
        assert len(line) <= 76
        word = line.removeprefix("Subject:").strip()
        assert len(word) <= 75
        assert decoded(f"X: {word}")
        assert "\ufffd" not in decoded(f"X: {word}")


def test_the_shorter_encoding_is_chosen() -> None:
    assert "?q?" in headers.unstructured("Subject", "A naïve reading of attention")
    assert "?b?" in headers.unstructured("Subject", "注意力就是你所需要的")


def test_an_empty_subject_is_an_empty_field() -> None:
    assert headers.unstructured("Subject", " \0") == "Subject:\r\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", "To: me@example.org\r\n"),
        ("Lab Digest", "To: Lab Digest <me@example.org>\r\n"),
        ("Doe, Jane", 'To: "Doe, Jane" <me@example.org>\r\n'),
        ('The "Lab" \\o/', 'To: "The \\"Lab\\" \\\\o/" <me@example.org>\r\n'),
        ("Café Central", "To: =?utf-8?q?Caf=C3=A9_Central?= <me@example.org>\r\n"),
        ("a\r\nBcc: x@example.org", 'To: "a Bcc: x@example.org" <me@example.org>\r\n'),
        ("=?utf-8?q?a=0D=0ABcc:_x?=", 'To: "= ?utf-8?q?a=0D=0ABcc:_x?=" <me@example.org>\r\n'),
    ],
)
def test_a_display_name_is_bare_quoted_or_encoded(name: str, expected: str) -> None:
    assert headers.mailbox("To", Mailbox(address="me@example.org", name=name)) == expected


def test_a_long_display_name_folds_before_the_address() -> None:
    field = headers.mailbox("From", Mailbox(address=f"{'a' * 60}@example.org", name="Long, name " * 20))
    assert all(len(line) <= 76 for line in field.split("\r\n"))
    assert field.endswith(f" <{'a' * 60}@example.org>\r\n")


def test_a_local_part_beyond_ascii_stays_as_it_is() -> None:
    assert headers.mailbox("To", Mailbox(address="jö@example.org")) == "To: jö@example.org\r\n"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "me",
        "a@b>\r\nBcc: x",
        "a b@example.org",
        "a@b@c",
        "<a@b>",
        "a@b,c@d",
        "m\u202ee@example.org",
        "a\0@b",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(RenderError, match="cannot stand in a header"):
        headers.mailbox("To", Mailbox(address=address))


def test_links_fold_only_after_the_comma_and_never_inside() -> None:
    long = "https://news.example.org/unsubscribe/" + "t" * 120
    field = headers.uris("List-Unsubscribe", [long, "mailto:leave@example.org?subject=x"])
    assert field == f"List-Unsubscribe: <{long}>,\r\n <mailto:leave@example.org?subject=x>\r\n"


@pytest.mark.parametrize(
    "link", ["", "https://x.org/a b", "https://x.org/>", "https://münchen.example/", "x\r\ny"]
)
def test_a_link_that_needs_encoding_is_refused(link: str) -> None:
    with pytest.raises(RenderError, match="plain ASCII"):
        headers.uris("List-Unsubscribe", [link])


def test_a_line_is_never_longer_than_998_octets() -> None:
    room = 998 - len("List-Unsubscribe: <>")
    assert headers.uris("List-Unsubscribe", ["h" * room])
    with pytest.raises(RenderError, match="998"):
        headers.uris("List-Unsubscribe", ["h" * (room + 1)])


@pytest.mark.parametrize("value", ["", " x", "x ", "a\r\n b", "ä", "a\0", "a  b"])
def test_a_structured_value_must_be_one_plain_line(value: str) -> None:
    with pytest.raises(RenderError, match="one line of ASCII"):
        headers.verbatim("List-Id", value)


def test_a_date_keeps_its_zone() -> None:
    moment = datetime(2025, 11, 7, 6, 5, 4, tzinfo=UTC)
    assert headers.date(moment) == "Date: Fri, 07 Nov 2025 06:05:04 +0000\r\n"
    assert headers.date(moment.astimezone(timezone(timedelta(hours=-3)))).endswith("03:05:04 -0300\r\n")


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(RenderError, match="time zone"):
        headers.date(datetime(2025, 11, 7))  # noqa: DTZ001 - the point of the test


@given(st.text("abc.' -\"é", max_size=90))
def test_plain_names_take_a_shorter_way_to_the_same_field(name: str) -> None:
    box = Mailbox(address="me@example.org", name=name)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(headers, "_PLAIN_NAME", re.compile("(?!)"))
        expected = headers.mailbox("To", box)
    assert headers.mailbox("To", box) == expected
