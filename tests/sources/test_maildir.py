"""Listings of arXiv in a real Maildir."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from newsletter.errors import SourceError, StaleSource
from newsletter.parsing.arxiv_mail import ArxivMail
from newsletter.sources.mail import MailSource
from tests.http.fetchers import make_fetcher
from tests.sources.listings import letter, listing_mail
from tests.sources.shapes import DAY

THURSDAY, SATURDAY, OLD = date(2025, 11, 6), date(2025, 11, 8), date(2025, 10, 31)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("tmp", "new", "cur"):
        (tmp_path / name).mkdir()
    return tmp_path


def source(maildir: Path, **options: object) -> MailSource:
    return MailSource(MailSource.Options.model_validate({"maildir": maildir, **options}), make_fetcher())


def bodies(maildir: Path, day: date | None = DAY, **options: object) -> list[bytes]:
    return [document.body for document in source(maildir, **options).fetch(day)]


def test_listings_come_as_they_were_delivered_oldest_first(maildir: Path) -> None:
    today, before = listing_mail(DAY), listing_mail(THURSDAY, "2511.00002")
    (maildir / "new" / "1.a.host").write_bytes(today)
    (maildir / "cur" / "2.b.host:2,S").write_bytes(before)
    assert bodies(maildir) == [before, today]


def test_the_day_of_a_listing_is_that_of_its_date_in_utc(maildir: Path) -> None:
    (maildir / "new" / "1.a.host").write_bytes(listing_mail(DAY))
    [document] = source(maildir).fetch(DAY)
    assert ArxivMail().parse(document).day == DAY
    assert document.origin == f"{maildir}, mail new/1.a.host of 2025-11-07"


def test_a_real_listing_is_taken(maildir: Path, test_data: Path) -> None:
    text = (test_data / "samples/arxiv_listing_email/q-fin_listings_new").read_text("latin-1")
    body = f"From: no-reply@arxiv.org\n{text}".encode("latin-1")
    (maildir / "new" / "1.a.host").write_bytes(body)
    assert bodies(maildir, date(2023, 3, 17)) == [body]


def test_other_mails_are_left_alone(maildir: Path) -> None:
    now = datetime(2025, 11, 7, 3, tzinfo=UTC)
    letters = {
        "a": letter(now, "no-reply@arxiv.org", "Your subscription", "You have subscribed to cs."),
        "b": letter(now, "ada@example.org", "Lunch?", "At noon?"),
        "c": listing_mail(DAY, sender="forger@example.org"),
        "d": listing_mail(OLD),
        "e": b"no head at all",
        ".f": listing_mail(DAY),
    }
    for name, body in letters.items():
        (maildir / "new" / name).write_bytes(body)
    (maildir / "cur" / "thrown-away:2,ST").write_bytes(listing_mail(DAY))
    (maildir / "new" / "link").symlink_to(maildir / "new" / ".f")
    (maildir / "new" / "folder").mkdir()
    with pytest.raises(
        StaleSource, match="no listing of 2025-11-07 has come, nor one of the days since 2025-11-05"
    ):
        bodies(maildir)


def test_another_sender_can_be_named(maildir: Path) -> None:
    (maildir / "new" / "a").write_bytes(listing_mail(DAY, sender="Lists <forward@Example.org>"))
    assert len(bodies(maildir, sender="forward@example.org")) == 1


def test_yesterdays_listing_comes_and_todays_is_missed(maildir: Path) -> None:
    (maildir / "new" / "a").write_bytes(listing_mail(THURSDAY))
    documents = source(maildir).fetch(DAY)
    assert next(documents).body == listing_mail(THURSDAY)
    with pytest.raises(StaleSource, match="no listing of 2025-11-07 has come, the newest is of 2025-11-06"):
        next(documents)


def test_on_a_weekend_nothing_is_missed(maildir: Path) -> None:
    (maildir / "new" / "a").write_bytes(listing_mail(DAY))
    assert len(bodies(maildir, SATURDAY)) == 1


def test_without_a_day_the_newest_are_taken(maildir: Path) -> None:
    for number, day in enumerate((OLD, THURSDAY, DAY)):
        (maildir / "new" / f"{number}.x").write_bytes(listing_mail(day))
    assert bodies(maildir, None, max_messages=2) == [listing_mail(THURSDAY), listing_mail(DAY)]


def test_a_mail_that_is_too_large_is_left_out_and_told(maildir: Path) -> None:
    (maildir / "new" / "a").write_bytes(listing_mail(DAY) + b" " * 2_000)
    (maildir / "new" / "b").write_bytes(listing_mail(DAY))
    documents = source(maildir, max_bytes=2_000).fetch(DAY)
    assert next(documents).body == listing_mail(DAY)
    with pytest.raises(SourceError, match=r"the mail new/a has .* bytes and was left out"):
        next(documents)


def test_nothing_is_changed_unless_it_is_wished(maildir: Path) -> None:
    (maildir / "new" / "1.a.host").write_bytes(listing_mail(DAY))
    bodies(maildir)
    assert [path.name for path in (maildir / "new").iterdir()] == ["1.a.host"]
    assert list((maildir / "cur").iterdir()) == []


def test_what_was_read_is_marked_where_that_is_wished(maildir: Path) -> None:
    (maildir / "new" / "1.a.host").write_bytes(listing_mail(DAY))
    (maildir / "cur" / "2.b.host:2,F").write_bytes(listing_mail(THURSDAY))
    (maildir / "new" / "3.c.host").write_bytes(listing_mail(DAY, sender="ada@example.org"))
    assert len(bodies(maildir, mark_read=True)) == 2
    assert sorted(path.name for path in (maildir / "cur").iterdir()) == ["1.a.host:2,S", "2.b.host:2,FS"]
    assert [path.name for path in (maildir / "new").iterdir()] == ["3.c.host"]
    assert len(bodies(maildir)) == 2


def test_a_mail_that_a_program_moved_meanwhile_is_found_again(maildir: Path) -> None:
    for name, day in (("1.a", THURSDAY), ("2.b", DAY)):
        (maildir / "new" / name).write_bytes(listing_mail(day))
    documents = source(maildir).fetch(DAY)
    next(documents)
    (maildir / "new" / "2.b").rename(maildir / "cur" / "2.b:2,S")
    assert next(documents).body == listing_mail(DAY)


@pytest.mark.parametrize("what", ["nothing", "a file", "a folder of something else"])
def test_a_folder_that_is_no_maildir_is_told(tmp_path: Path, what: str) -> None:
    box = tmp_path / "box"
    if what == "a file":
        box.write_text("x")
    elif what != "nothing":
        box.mkdir()
    with pytest.raises(SourceError, match=r"box: is no Maildir that can be read"):
        bodies(box)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_mail_that_may_not_be_read_is_told(maildir: Path) -> None:
    (maildir / "new" / "a").write_bytes(listing_mail(DAY))
    (maildir / "new" / "a").chmod(0)
    with pytest.raises(SourceError, match="cannot be read"):
        bodies(maildir)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "expected either maildir"),
        ({"maildir": "x", "host": "imap.example.org"}, "expected either maildir"),
        ({"host": "imap.example.org"}, "a username and a password"),
        ({"host": "a b", "username": "x", "password": "y"}, "host"),
        ({"host": "x", "username": "a b", "password": "y"}, "username"),
        ({"host": "x", "username": "a", "password": "two\r\nlines"}, "control character"),
        ({"host": "x", "username": "a", "password": "y", "folder": 'x" (y'}, "folder"),
    ],
)
def test_settings_that_cannot_work_are_refused(options: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as caught:
        MailSource.Options.model_validate(options)
    assert "lines" not in str(caught.value)


def test_blocks_of_a_real_subscription_mail_are_taken(maildir: Path, test_data: Path) -> None:
    text = (test_data / "samples/arxiv_listing_email/mail_blocks_cs_2026-02-12.txt").read_text("utf-8")
    sent = datetime(2026, 2, 12, 1, 30, tzinfo=UTC)
    body = letter(sent, "no-reply@arxiv.org", "cs daily", text)
    (maildir / "new" / "1.a.host").write_bytes(body)
    assert bodies(maildir, date(2026, 2, 12)) == [body]
