"""One edition, many readers: what each mail holds of its reader, and that nothing else differs."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from newsletter.errors import RenderError, UsageError
from newsletter.mailing.dkim import Signer
from newsletter.mailing.dkim_keys import SigningKey
from newsletter.mailing.slots import fill
from newsletter.mailing.stencil import Stencil
from newsletter.mailing.tokens import LinkTokens
from newsletter.mailing.wire_form import fault
from newsletter.model import Edition, Letterhead, Mailbox, Slot, sentinel

DATED = datetime(2025, 11, 7, 6, tzinfo=UTC)
TOKENS = LinkTokens([b"k" * 32], "news.example.org")
READER = Mailbox(address="me@example.net", name="Me")
NONCE = "0123456789abcdef"
BASE = "https://news.example.org"
SLOTS: tuple[Slot, ...] = ("unsubscribe_url", "preferences_url", "archive_url", "postal_address")
Editions = Callable[..., Edition]
Letterheads = Callable[..., Letterhead]
Keys = Callable[..., tuple[SigningKey, ...]]


@pytest.fixture
def stencil(edition: Editions, letterhead: Letterheads) -> Callable[..., Stencil]:
    def make(of: Edition | None = None, head: Letterhead | None = None, **changes: Any) -> Stencil:
        values: dict[str, Any] = {"issue_slug": "2025-11-07", "revision": 1, "dated": DATED, "tokens": TOKENS}
        return Stencil(of or edition(), head or letterhead(), **(values | changes))

    return make


Stencils = Callable[..., Stencil]


def read(message: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def body(message: bytes, kind: str) -> str:
    part = read(message).get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def with_all_slots(edition: Editions, around: str = "\n") -> Edition:
    text = around.join(["", *(sentinel(NONCE, slot) for slot in SLOTS), ""])
    return edition(html=f'<p title="{text}">{text}</p>\n', text=text)


def links_of(subscriber: int, address: str = "1 Example Street") -> dict[Slot, str]:
    return {
        "unsubscribe_url": f"{BASE}/unsubscribe/{TOKENS.make('unsubscribe', subscriber)}",
        "preferences_url": f"{BASE}/preferences/{TOKENS.make('preferences', subscriber)}",
        "archive_url": f"{BASE}/issues/2025-11-07",
        "postal_address": address,
    }


def test_each_reader_has_links_of_their_own_in_body_and_header(stencil: Stencils, edition: Editions) -> None:
    made = stencil(with_all_slots(edition))
    for subscriber in (1, 300, 70_000, 2**40):  # tokens of several lengths
        message = made.message(READER, subscriber, 5).message
        links = links_of(subscriber)
        html, text = fill(with_all_slots(edition), links)
        assert body(message, "html") == html
        assert body(message, "plain") == text.rstrip("\n") + "\n"
        leave = TOKENS.make("unsubscribe", subscriber)
        assert read(message)["List-Unsubscribe"] == (
            f"<{links['unsubscribe_url']}>, <mailto:digest@example.org?subject=unsubscribe%20{leave}>"
        )


def test_two_readers_mails_differ_in_nothing_but_what_is_theirs(stencil: Stencils) -> None:
    made = stencil()
    mine, yours = (
        made.message(Mailbox(address=f"{name}@example.net"), number, number).message
        for name, number in (("me", 1), ("yu", 2))
    )
    theirs = re.compile(rb"[a-z2-7]{28}|[0-9a-f]{32}|(?:me|yu)@")
    assert mine != yours
    assert theirs.sub(b"", mine) == theirs.sub(b"", yours)


def test_the_same_mail_has_the_same_bytes_whoever_makes_it(stencil: Stencils, dkim_keys: Keys) -> None:
    signer = Signer("example.org", dkim_keys())
    assert stencil(signer=signer).message(READER, 7, 9) == stencil(signer=signer).message(READER, 7, 9)


def test_many_threads_get_what_one_gets(stencil: Stencils, edition: Editions, dkim_keys: Keys) -> None:
    made = stencil(with_all_slots(edition), signer=Signer("example.org", dkim_keys("ed25519")))
    numbers = [1, 300, 70_000, 2**40] * 50
    alone = [made.message(READER, number, number) for number in numbers]
    with ThreadPoolExecutor(8) as pool:
        again = stencil(with_all_slots(edition), signer=Signer("example.org", dkim_keys("ed25519")))
        assert list(pool.map(lambda number: again.message(READER, number, number), numbers)) == alone


def test_the_long_pieces_of_a_mail_are_the_same_for_all_readers(
    stencil: Stencils, edition: Editions, dkim_keys: Keys
) -> None:
    made = stencil(with_all_slots(edition), signer=Signer("example.org", dkim_keys("ed25519")))
    one, other = (made.message(READER, number, number).pieces for number in (1, 300))
    assert one[0] != other[0]
    assert all(piece is twin for piece, twin in zip(one[1::2], other[1::2], strict=True))


def test_a_message_id_belongs_to_list_issue_revision_and_subscriber(
    stencil: Stencils, letterhead: Letterheads
) -> None:
    made = [
        stencil().message(READER, 7, 1),
        stencil().message(READER, 8, 1),
        stencil(revision=2).message(READER, 7, 1),
        stencil(issue_slug="2025-11-08").message(READER, 7, 1),
        stencil(head=letterhead(list_id="other.example.org")).message(READER, 7, 1),
    ]
    ids = [read(mail.message)["Message-ID"] for mail in made]
    assert len(set(ids)) == len(ids)
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", ids[0])
    again = stencil().message(Mailbox(address="moved@example.net"), 7, 99)
    assert read(again.message)["Message-ID"] == ids[0]


def test_a_relay_that_knows_keys_gets_the_message_id_as_one(stencil: Stencils) -> None:
    parsed = read(stencil(idempotency_header="X-Idempotency-Key").message(READER, 7, 9).message)
    assert parsed["Message-ID"] == f"<{parsed['X-Idempotency-Key']}@example.org>"


@pytest.mark.parametrize("name", ["Bcc", "subject", "X-Key:", "X Key", "", "X-Key\r\nBcc"])
def test_no_other_field_can_be_taken_for_the_key(stencil: Stencils, name: str) -> None:
    with pytest.raises(UsageError, match="header field"):
        stencil(idempotency_header=name)


def test_returned_mail_says_which_delivery_it_was(stencil: Stencils, letterhead: Letterheads) -> None:
    mail = stencil(head=letterhead(bounce_address="bounces@bounce.example.org")).message(READER, 7, 9)
    match = re.fullmatch(r"bounces\+([a-z2-7]+)@bounce\.example\.org", mail.sender)
    assert match
    assert TOKENS.read("bounce", match[1]) == 9
    assert TOKENS.read("unsubscribe", match[1]) is None
    assert match[1].encode() not in mail.message


def test_without_a_bounce_address_mail_returns_to_the_sender(stencil: Stencils) -> None:
    mail = stencil().message(READER, 7, 9)
    assert (mail.delivery, mail.sender, mail.recipient) == ("9", "digest@example.org", "me@example.net")


def test_only_what_needs_no_extension_counts_as_proven_for_the_wire(
    stencil: Stencils, letterhead: Letterheads
) -> None:
    beyond = Mailbox(address="j\u00fcrgen@example.net")
    assert stencil().message(READER, 7, 9).is_wire_ready
    assert not stencil().message(beyond, 7, 9).is_wire_ready
    assert not stencil(head=letterhead(sender=beyond)).message(READER, 7, 9).is_wire_ready


def test_feedback_ids_are_the_same_for_all_readers(stencil: Stencils) -> None:
    ids = {read(stencil().message(READER, n, n).message)["Feedback-ID"] for n in range(1, 4)}
    assert ids == {"2025-11-07:en:digest:newsexampleorg"}


@pytest.mark.parametrize("around", ["", " ", "\n", "\r\n", ".", "\u4e2d", " \t", "=", "From ", "x" * 75])
@pytest.mark.parametrize("script", ["latin", "\u8bba\u6587" * 400])
def test_whatever_stands_beside_a_link_both_read_back(
    stencil: Stencils, edition: Editions, around: str, script: str
) -> None:
    """In base64, too, where a link begins and ends within four letters."""
    slot = sentinel(NONCE, "unsubscribe_url")
    content = f"{script}{around}{slot}{around}{slot}{around}"
    for subscriber in (1, 300, 70_000, 2**40):
        message = stencil(edition(html=content, text=content)).message(READER, subscriber, 5).message
        link = links_of(subscriber)["unsubscribe_url"]
        expected = re.sub(r"\r\n", "\n", content.replace(slot, link)).rstrip("\n") + "\n"
        assert body(message, "html") == body(message, "plain") == expected
        assert fault(message) is None
        assert not re.search(rb"\r\n\.|[ \t]\r\n", message)
        assert max(map(len, message.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76


def test_scripts_other_than_latin_travel_as_base64_with_their_links(
    stencil: Stencils, edition: Editions
) -> None:
    made = stencil(edition(text="\u8bba\u6587" * 400 + sentinel(NONCE, "unsubscribe_url")))
    [plain, html] = read(made.message(READER, 7, 9).message).iter_parts()
    assert plain["Content-Transfer-Encoding"] == "base64"
    assert html["Content-Transfer-Encoding"] == "quoted-printable"


@pytest.mark.parametrize("kinds", [("rsa",), ("ed25519",), ("rsa", "ed25519")])
def test_signatures_are_those_that_signing_the_finished_message_gives(
    stencil: Stencils, edition: Editions, dkim_keys: Keys, dkim_verdicts: Any, kinds: tuple[str, ...]
) -> None:
    signer = Signer("example.org", dkim_keys(*kinds))
    of = with_all_slots(edition, "\u4e2d" * 99)
    for recipient in (READER, Mailbox(address="j\u00fcrgen@example.net", name='"J\u00fcrgen",  ' * 30)):
        signed = stencil(of, signer=signer).message(recipient, 7, 9).message
        assert signed == signer.sign(stencil(of).message(recipient, 7, 9).message, DATED)
        assert dkim_verdicts(signed) == [True] * len(kinds)


@pytest.mark.parametrize(
    "between",
    [("", " "), ("long " * 9000, " "), (" ", "long " * 9000), ("long " * 9000,), ("\u4e2d" * 9000, " ")],
)
def test_bodies_are_hashed_whole_however_long_the_texts_around_their_links_are(
    stencil: Stencils, edition: Editions, dkim_keys: Keys, between: tuple[str, ...]
) -> None:
    signer = Signer("example.org", dkim_keys("ed25519"))
    slot = sentinel(NONCE, "unsubscribe_url")
    content = slot.join([*between, *between, *between])
    of = edition(html=content, text=content)
    for subscriber in (1, 70_000):
        signed = stencil(of, signer=signer).message(READER, subscriber, 9).message
        assert signed == signer.sign(stencil(of).message(READER, subscriber, 9).message, DATED)


def test_an_address_that_could_be_more_is_refused(stencil: Stencils) -> None:
    for address in ("a@b.org>\r\nBcc: c@d.org", "a@b.org, c@d.org", "<a@b.org>", "a\u2028b@c.org"):
        with pytest.raises(RenderError, match="address"):
            stencil().message(Mailbox(address=address), 7, 9)


def test_a_name_is_one_field_even_if_its_writer_were_broken(
    stencil: Stencils, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stencil()
    for field in (
        "To: a@b.org\r\nBcc: c@d.org\r\n",
        "To: a@b.org\r\n\r\nhello\r\n",
        "To: a@b.org",
        "Cc: a\r\n",
    ):
        monkeypatch.setattr("newsletter.mailing.headers.mailbox", lambda *_, field=field: field)
        with pytest.raises(RenderError, match="one field"):
            made.message(Mailbox(address="me@example.net", name="Me, myself"), 7, 9)


def test_a_broken_encoder_is_found_before_the_first_mail(
    stencil: Stencils, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsletter.mailing.quoted_printable._guarded", lambda line: f"{line}x")
    with pytest.raises(RenderError, match="parse back"):
        stencil()
