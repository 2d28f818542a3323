"""A whole message: its headers and parts as another program reads them."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from newsletter.errors import RenderError
from newsletter.mailing.wire_form import fault
from newsletter.model import Edition, Letterhead, Mailbox

NAMES = [
    "From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
    "Feedback-ID", "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "Content-Language",
    "MIME-Version", "Content-Type",
]  # fmt: skip
Messages = Callable[..., bytes]


def read(message: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_a_digest_carries_exactly_the_headers_it_needs(message: Messages) -> None:
    parsed = read(message())
    assert parsed.keys() == NAMES
    assert parsed["From"] == "Daily Papers <digest@example.org>"
    assert parsed["To"] == "Me <me@example.org>"
    assert parsed["Subject"] == "Daily Papers: sparse attention"
    assert parsed["Date"] == "Fri, 07 Nov 2025 06:00:00 +0000"
    assert parsed["List-Id"] == "<news.example.org>"
    assert parsed["Feedback-ID"] == "2025-11-07:en:digest:newsexampleorg"
    assert parsed["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Precedence"] == "bulk"
    assert parsed["Content-Language"] == "en"


def test_both_parts_read_back_with_their_slots_filled_text_first(message: Messages) -> None:
    parsed = read(message())
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in parsed.iter_parts()] == ["utf-8", "utf-8"]
    assert body(parsed, "plain") == "Grüße\n.dot\nFrom here\nhttps://news.example.org/unsubscribe/abc\n"
    assert '<p>Grüße</p><a href="https://news.example.org/unsubscribe/abc">' in body(parsed, "html")
    assert not parsed.defects


def test_the_same_arguments_give_the_same_bytes(message: Messages) -> None:
    assert message() == message()


def test_each_reader_and_each_list_has_message_ids_of_its_own(
    message: Messages, letterhead: Callable[..., Letterhead]
) -> None:
    mine = read(message())["Message-ID"]
    yours = read(message(recipient=Mailbox(address="you@example.org")))["Message-ID"]
    other = read(message(letterhead=letterhead(list_id="other.example.org")))["Message-ID"]
    assert len({mine, yours, other}) == 3
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", mine)


def test_the_https_way_to_leave_comes_first_and_the_mailto_one_second(message: Messages) -> None:
    assert (
        b"List-Unsubscribe: <https://news.example.org/unsubscribe/abc>,\r\n"
        b" <mailto:digest@example.org?subject=unsubscribe%20abc>\r\n"
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    ) in message()


def test_an_unsubscribe_link_of_any_length_stays_whole_and_unencoded(
    message: Messages, letterhead: Callable[..., Letterhead]
) -> None:
    """The standard library encodes one that is longer than a line, which makes one-click leaving dead."""
    base = "https://news.example.org/" + "t" * 300
    made = message(letterhead=letterhead(base_url=base))
    assert f"\r\nList-Unsubscribe: <{base}/unsubscribe/abc>,\r\n".encode() in made


def test_one_click_is_promised_for_https_alone(
    message: Messages, letterhead: Callable[..., Letterhead]
) -> None:
    parsed = read(message(letterhead=letterhead(base_url="http://localhost:8000")))
    assert "List-Unsubscribe-Post" not in parsed
    assert parsed["List-Unsubscribe"].startswith("<http://localhost:8000/unsubscribe/abc>, <mailto:")


def test_a_reply_address_is_told(message: Messages, letterhead: Callable[..., Letterhead]) -> None:
    parsed = read(message(letterhead=letterhead(reply_to=Mailbox(address="ed@example.org", name="Ed"))))
    assert parsed["Reply-To"] == "Ed <ed@example.org>"


def test_text_that_imitates_a_boundary_stays_text(message: Messages, edition: Callable[..., Edition]) -> None:
    made = edition(text="--=_0123456789abcdef--\n", html="--=_0123456789abcdef\n\n")
    parsed = read(message(edition=made))
    assert body(parsed, "plain") == "--=_0123456789abcdef--\n"
    assert len(list(parsed.iter_parts())) == 2


def test_every_line_is_fit_for_the_wire(message: Messages, edition: Callable[..., Edition]) -> None:
    made = message(edition=edition(text="x" * 5000 + "\r.\r\n.\n" + "\0", html="y" * 5000))
    assert fault(made) is None
    assert made.isascii()
    assert max(map(len, made.split(b"\r\n"))) <= 78
    assert b"\r\n." not in made


def test_half_a_surrogate_pair_is_refused(message: Messages, edition: Callable[..., Edition]) -> None:
    with pytest.raises(RenderError, match="surrogate"):
        message(edition=edition(html="\ud800"))


@pytest.mark.parametrize("language", ["en\r\nBcc: x@example.org", "", "dé"])
def test_a_language_that_is_none_is_refused(
    message: Messages, edition: Callable[..., Edition], language: str
) -> None:
    with pytest.raises(RenderError, match="Content-Language"):
        message(edition=edition(language=language))


@pytest.mark.parametrize("list_id", ["a\r\nBcc: x@example.org", "ä.example"])
def test_a_list_id_that_is_none_is_refused(
    message: Messages, letterhead: Callable[..., Letterhead], list_id: str
) -> None:
    with pytest.raises(RenderError, match="List-Id"):
        message(letterhead=letterhead(list_id=list_id))


@pytest.mark.parametrize(
    "smuggled", ["Bcc: x@example.org\r\n", "\r\n<script>\r\n", " \r\nBcc: x@example.org\r\n"]
)
def test_a_header_that_came_out_otherwise_is_refused(
    message: Messages, monkeypatch: pytest.MonkeyPatch, smuggled: str
) -> None:
    """The last line of defence, with the writer of the subject broken on purpose."""
    monkeypatch.setattr(
        "newsletter.mailing.headers.unstructured", lambda name, text: f"{name}: {text}\r\n{smuggled}"
    )
    with pytest.raises(RenderError, match="parse back"):
        message()


@pytest.mark.parametrize(
    ("message_bytes", "reason"),
    [
        (b"a\nb\r\n", "not CRLF"),
        (b"a\rb\r\n", "not CRLF"),
        (b"a\r\n.\n\r\n", "not CRLF"),
        (b"a", "no line end"),
        (b"a\0\r\n", "NUL"),
        (b"x" * 999 + b"\r\n", "998"),
    ],
)
def test_bytes_that_could_smuggle_are_named(message_bytes: bytes, reason: str) -> None:
    assert reason in (fault(message_bytes) or "")
