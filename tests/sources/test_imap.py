"""Listings of arXiv in a folder of a real IMAP server, over TLS."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.errors import SourceError, StaleSource
from newsletter.sources.mail import MailSource
from tests.http.fetchers import make_fetcher
from tests.sources.imap_server import PASSWORD, USER, Mail, Post, Session, post_office
from tests.sources.listings import listing_mail
from tests.sources.shapes import DAY

THURSDAY = date(2025, 11, 6)
AS_SENT = listing_mail(DAY).replace(b"\n", b"\r\n")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def post(authority: trustme.CA) -> Iterator[Post]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with post_office(Post(mails=[Mail(listing_mail(DAY))]), context) as post:
        yield post


@pytest.fixture
def read(post: Post, authority: trustme.CA, tmp_path: Path) -> Callable[..., list[bytes]]:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    def read(day: date | None = DAY, **options: Any) -> list[bytes]:
        login = {"host": "127.0.0.1", "port": post.port, "username": USER, "password": PASSWORD}
        given = {**login, "ca_file": tmp_path / "ca.pem", "timeout_seconds": 20, **options}
        fetched = MailSource(MailSource.Options.model_validate(given), make_fetcher()).fetch(day)
        return [document.body for document in fetched]

    return read


def test_a_listing_comes_as_the_server_has_it(post: Post, read: Callable[..., list[bytes]]) -> None:
    assert read() == [AS_SENT]
    assert post.said == [
        "CAPABILITY",
        "AUTHENTICATE PLAIN",
        'EXAMINE "INBOX"',
        "UID SEARCH SINCE 3-Nov-2025",
        "UID FETCH 101 (UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM)])",
        "UID FETCH 101 (UID BODY.PEEK[])",
        "LOGOUT",
    ]


def test_only_listings_of_the_last_days_are_fetched_oldest_first(
    post: Post, read: Callable[..., list[bytes]]
) -> None:
    older, forged = listing_mail(date(2025, 10, 1)), listing_mail(DAY, sender="x@example.org")
    post.mails = [Mail(listing_mail(DAY)), Mail(older), Mail(forged), Mail(listing_mail(THURSDAY))]
    assert read() == [listing_mail(THURSDAY).replace(b"\n", b"\r\n"), AS_SENT]
    fetched = [said for said in post.said if said.endswith("BODY.PEEK[])")]
    assert fetched == ["UID FETCH 104 (UID BODY.PEEK[])", "UID FETCH 101 (UID BODY.PEEK[])"]


def test_a_server_may_say_things_in_another_order(post: Post, read: Callable[..., list[bytes]]) -> None:
    post.uid_is_last = True
    assert read() == [AS_SENT]


def test_nothing_is_marked_unless_it_is_wished(post: Post, read: Callable[..., list[bytes]]) -> None:
    read()
    assert [mail.is_seen for mail in post.mails] == [False]
    read(mark_read=True)
    assert [mail.is_seen for mail in post.mails] == [True]
    assert 'SELECT "INBOX"' in post.said
    assert not any("Deleted" in said or "EXPUNGE" in said for said in post.said)


def test_a_folder_can_be_named(post: Post, read: Callable[..., list[bytes]]) -> None:
    read(folder="[Gmail]/arXiv lists")
    assert 'EXAMINE "[Gmail]/arXiv lists"' in post.said


def test_a_server_without_plain_gets_a_login(post: Post, read: Callable[..., list[bytes]]) -> None:
    post.capabilities = "IMAP4rev1"
    read(password="simple")
    assert f'LOGIN {USER} "simple"' in post.said


def test_an_empty_folder_is_stale_on_a_working_day_only(post: Post, read: Callable[..., list[bytes]]) -> None:
    post.mails = []
    with pytest.raises(StaleSource, match="no listing of 2025-11-07 has come"):
        read()
    assert read(date(2025, 11, 8)) == []


def test_a_wrong_password_is_told_without_it(read: Callable[..., list[bytes]]) -> None:
    with pytest.raises(SourceError, match="refuses the name or the password") as caught:
        read(password="sesame")
    assert "sesame" not in f"{caught.value.message}{caught.value.hint}"
    assert USER not in f"{caught.value.message}{caught.value.hint}"


def test_a_folder_that_is_not_there_is_told(post: Post, read: Callable[..., list[bytes]]) -> None:
    def refuse(session: Session, tag: str, command: str) -> bool:
        if command.startswith("EXAMINE"):
            session.send(f"{tag} NO no such \x1b[31mfolder")
        return command.startswith("EXAMINE")

    post.odd = refuse
    with pytest.raises(SourceError, match=r"refuses to open the folder: no such .*folder") as caught:
        read()
    assert "\x1b" not in caught.value.message


def test_a_certificate_of_somebody_else_is_not_trusted(post: Post, read: Callable[..., list[bytes]]) -> None:
    with pytest.raises(SourceError, match="certificate is not trusted"):
        read(ca_file=None)
    assert post.said == []


def test_a_certificate_for_another_name_is_not_trusted(post: Post, read: Callable[..., list[bytes]]) -> None:
    with pytest.raises(SourceError, match="certificate is not trusted"):
        read(host="localhost")
    assert post.said == []


def test_a_server_that_is_not_there_is_told(read: Callable[..., list[bytes]]) -> None:
    with pytest.raises(SourceError, match="cannot be reached"):
        read(port=1)


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        ("greeting", b"220 this is no IMAP\r\n"),
        ("greeting", b"* BYE too busy\r\n"),
        ("greeting", b"x" * 2_000_000),
        ("CAPABILITY", b"* CAPABILITY\r\n* OK\r\nA BAD\r\n"),
        ("UID FETCH 101 (UID B", b"* 1 FETCH (UID 101 BODY[] {5000}\r\ncut"),
        ("UID SEARCH", b"* SEARCH one two\r\n"),
    ],
)
def test_what_is_no_imap_is_told(post: Post, read: Callable[..., list[bytes]], at: str, sent: bytes) -> None:
    def babble(session: Session, _tag: str, command: str) -> bool:
        if not command.startswith(at):
            return False
        session.send(sent)
        session.finish()
        session.connection.close()
        return True

    post.odd = babble
    with pytest.raises(SourceError):
        read()


@pytest.mark.parametrize("size", [b"99999999999", b"400000000"])
def test_a_mail_that_claims_a_monstrous_size_is_not_read(
    post: Post, read: Callable[..., list[bytes]], size: bytes
) -> None:
    def boast(session: Session, _tag: str, command: str) -> bool:
        if "BODY.PEEK[])" not in command:
            return False
        session.send(b"* 1 FETCH (UID 101 BODY[] {" + size + b"}\r\n" + b"x" * 1000)
        return True

    post.odd = boast
    with pytest.raises(SourceError, match="sends more than it was asked for"):
        read()


def test_a_server_that_says_the_size_is_too_large_keeps_its_mail(
    post: Post, read: Callable[..., list[bytes]]
) -> None:
    post.mails[0].claimed_size = 50_000_000
    with pytest.raises(SourceError, match="has 50,000,000 bytes and was left out"):
        read()
    assert not any("BODY.PEEK[])" in said for said in post.said)


def test_a_server_that_never_ends_is_cut_off(post: Post, read: Callable[..., list[bytes]]) -> None:
    def chatter(session: Session, _tag: str, command: str) -> bool:
        if command.startswith("UID SEARCH"):
            while True:
                session.send("* 1 EXISTS" + " " * 900_000)
        return False

    post.odd = chatter
    with pytest.raises(SourceError, match="sends more than it was asked for"):
        read(max_messages=1, max_bytes=1_000)


@pytest.mark.parametrize("at", ["greeting", "UID SEARCH"])
def test_a_server_that_is_silent_is_left(post: Post, read: Callable[..., list[bytes]], at: str) -> None:
    def wait(_session: Session, _tag: str, command: str) -> bool:
        return command.startswith(at) and post.ended.wait(60)

    post.odd = wait
    with pytest.raises(SourceError, match=r"said nothing for 0\.2 seconds"):
        read(timeout_seconds=0.2)


def test_a_server_that_drips_is_left_when_the_time_is_over(
    post: Post, read: Callable[..., list[bytes]]
) -> None:
    def drip(session: Session, _tag: str, command: str) -> bool:
        if not command.startswith("UID SEARCH"):
            return False
        while not post.ended.wait(0.01):
            session.send(b"*")
        return True

    post.odd = drip
    with pytest.raises(SourceError, match=r"was not done after 0\.3 seconds"):
        read(total_seconds=0.3)


PIECES = (
    *(
        b"* SEARCH 101\r\n",
        b"* SEARCH\r\n",
        b"* SEARCH x\r\n",
        b"* BYE\r\n",
        b"* OK [ALERT] \xff\r\n",
        b"\r\n",
    ),
    *(
        b"* 1 FETCH (UID 101 RFC822.SIZE 9 BODY[] {3}\r\nabc)\r\n",
        b"* 1 FETCH ({0}\r\n)\r\n",
        b"* 1 FETCH\r\n",
    ),
    *(
        b"* 1 FETCH (UID 101 BODY[] NIL)\r\n",
        b"+ go on\r\n",
        b"A1 OK\r\n",
        b"* CAPABILITY\r\n",
        b"* \r\n",
        b"*\r\n",
    ),
    *(b"* 99999999999999999999 EXISTS\r\n", b"* LIST (((((\r\n", b"{5}\r\n", b"\x00\r\n", b"* NO \r\n"),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.sampled_from(["greeting", "CAPABILITY", "AUTHENTICATE", "EXAMINE", "UID SEARCH", "UID FETCH"]),
    pieces=st.lists(st.sampled_from(PIECES), max_size=6),
    ending=st.sampled_from(["OK done", "NO no", "BAD bad", "OK [X", ""]),
)
def test_whatever_a_server_says_is_read_or_told(
    post: Post, read: Callable[..., list[bytes]], at: str, pieces: list[bytes], ending: str
) -> None:
    def babble(session: Session, tag: str, command: str) -> bool:
        if not command.startswith(at):
            return False
        session.send(b"".join(pieces))
        if ending and tag:
            session.send(f"{tag} {ending}")
            return True
        session.finish()
        session.connection.close()
        return True

    post.odd = babble
    with suppress(SourceError):
        assert set(read()) <= {AS_SENT}
