"""A file of people is read whole, row by row, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.audience.importing import Imported
from newsletter.audience.people import Assumed
from newsletter.audience.records import Rejection
from newsletter.errors import SourceError
from newsletter.mailing.addresses import address_key
from newsletter.store.checking import faults
from newsletter.store.database import connect, open_database
from newsletter.store.overview import overview
from newsletter.store.subscribers import SubscriberStore
from newsletter.subscriber import Subscriber

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
Import = Callable[..., tuple[Imported, list[Rejection]]]


def one(store: SubscriberStore, address: str = "me@example.org") -> Subscriber:
    found = store.find(address_key(address))
    assert isinstance(found, Subscriber)
    return found


def addresses(store: SubscriberStore) -> list[str]:
    return [person.address for person in store.everybody()]


def test_a_row_says_all_that_can_be_said(store: SubscriberStore, import_bytes: Import) -> None:
    body = (
        "address,name,status,sections,cadence,timezone,hour,language,consent_source,consent_at\r\n"
        'Me@Bücher.example,"Käthe ""K"" Kollwitz",paused,vision robotics,weekly,Europe/Berlin,18,de,'
        '"fair, Köln",2025-03-01T10:00:00+01:00\r\n'
    )
    done, rejections = import_bytes(body.encode())
    assert (done.rows, done.admitted, rejections) == (1, 1, [])
    person = one(store, "me@xn--bcher-kva.example")
    assert (person.name, person.status, person.sections) == (
        'Käthe "K" Kollwitz',
        "paused",
        ("robotics", "vision"),
    )
    assert (person.cadence, person.timezone, person.hour, person.language) == (
        "weekly",
        "Europe/Berlin",
        18,
        "de",
    )
    assert person.consent.source == "fair, Köln"
    assert str(person.consent.at) == "2025-03-01 09:00:00+00:00"


def test_a_row_that_says_only_an_address_gets_what_is_assumed(
    store: SubscriberStore, import_bytes: Import
) -> None:
    import_bytes(b"E-Mail\nme@example.org\n")
    person = one(store)
    assert (person.status, person.sections, person.cadence) == ("active", None, "daily")
    assert (person.timezone, person.hour, person.language) == ("UTC", 7, None)
    assert (person.consent.source, person.consent.at) == ("form", None)


@pytest.mark.parametrize(
    ("header", "row", "kind"),
    [
        ("address", "nobody", "address"),
        ("address,name", ",Me", "address"),
        ("address", "me@example.org>\tRCPT TO:<x@example.org", "address"),
        ("address", '"a b"@example.org', "quotes"),
        ("address,hour", "me@example.org,24", "hour"),
        ("address,hour", "me@example.org,-1", "hour"),
        ("address,hour", "me@example.org,\u0667", "hour"),
        ("address,timezone", "me@example.org,Europe/Berln", "timezone"),
        ("address,timezone", "me@example.org,../../etc/passwd", "timezone"),
        ("address,sections", "me@example.org,robotik", "sections"),
        ("address,cadence", "me@example.org,hourly", "cadence"),
        ("address,status", "me@example.org,happy", "status"),
        ("address,language", "me@example.org,xx", "language"),
        ("address,language", "me@example.org,de\x00", "language"),
        ("address,consent_at", "me@example.org,yesterday", "consent_at"),
        ("address,consent_at", "me@example.org,0001-01-01T00:00:00+14:00", "consent_at"),
        ("address,name", f"me@example.org,{'x' * 201}", "name"),
        ("address,consent_source", f"me@example.org,{'x' * 501}", "consent_source"),
        ("address,name", "me@example.org,A,B", "cells"),
        ("address,name", 'me@example.org,"A', "quotes"),
        ("address,name", 'me@example.org,"A"B', "quotes"),
    ],
)
def test_a_wrong_row_says_what_is_wrong_and_what_would_be_right(
    store: SubscriberStore, import_bytes: Import, header: str, row: str, kind: str
) -> None:
    done, [rejection] = import_bytes(f"{header}\n{row}\nother@example.org\n".encode())
    assert (rejection.row, rejection.kind) == (2, kind)
    assert rejection.problem
    assert rejection.expected
    assert "me@" not in rejection.problem
    assert done.admitted == 1
    assert addresses(store) == ["other@example.org"]


def test_a_near_miss_is_named(import_bytes: Import) -> None:
    _, rejections = import_bytes(b"address,timezone,sections\na@b.org,Europe/Berln,\na@b.org,,robotic\n")
    assert [rejection.expected for rejection in rejections] == [
        "did you mean Europe/Berlin?",
        "did you mean robotics?",
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"address,consent_at\nme@example.org,2125-03-01\nyou@example.org,2025-03-01\n",
        b'{"address": "me@example.org", "consent_at": "2125-03-01"}\n{"address": "you@example.org"}\n',
    ],
)
def test_nobody_agrees_in_the_future(store: SubscriberStore, import_bytes: Import, body: bytes) -> None:
    _, [rejection] = import_bytes(body)
    assert (rejection.kind, rejection.problem) == (
        "consent_at",
        "the consent of 2125-03-01 00:00 UTC is still to come",
    )
    assert rejection.expected == "a time that has come; now it is 2025-11-07 12:00 UTC"
    assert addresses(store) == ["you@example.org"]


def test_a_day_that_has_begun_elsewhere_and_a_clock_that_is_ahead_are_no_future(
    store: SubscriberStore, import_bytes: Import
) -> None:
    import_bytes(b"address,consent_at\nme@example.org,2025-11-08\nyou@example.org,2025-11-08T12:00:00Z\n")
    assert addresses(store) == ["me@example.org", "you@example.org"]


def test_without_a_consent_source_nobody_comes_in(store: SubscriberStore, import_bytes: Import) -> None:
    nothing = Assumed(sections=())
    body = b"address,consent_source\nme@example.org,\nyou@example.org,fair\n"
    done, [rejection] = import_bytes(body, assumed=nothing)
    assert (done.admitted, rejection.row, rejection.kind) == (1, 2, "consent")
    assert addresses(store) == ["you@example.org"]


def test_the_first_of_two_rows_about_one_person_counts(store: SubscriberStore, import_bytes: Import) -> None:
    done, [rejection] = import_bytes(
        b"address,name\nMe@example.org,First\nyou@b.org,\nme@EXAMPLE.org,Second\n"
    )
    assert (done.admitted, rejection.row, rejection.kind) == (2, 4, "repeated")
    assert "row 2" in rejection.problem
    assert one(store).name == "First"


def test_importing_again_changes_nobody(store: SubscriberStore, import_bytes: Import) -> None:
    import_bytes(b"address,name\nme@example.org,Before\n")
    store.change_status(address_key("me@example.org"), "unsubscribed", at=NOON, reason="test")
    done, [rejection] = import_bytes(b"address,name\nme@example.org,After\n")
    assert (done.admitted, rejection.kind) == (0, "left")
    assert (one(store).name, one(store).status) == ("Before", "unsubscribed")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_usual_spreadsheets_are_read(
    store: SubscriberStore, import_bytes: Import, encoding: str, end: str, delimiter: str
) -> None:
    body = end.join((f"Email Address{delimiter}Name", f'me@example.org{delimiter}"Zoë, 学習; x"', ""))
    mark = "\ufeff" if encoding in ("utf-16-be", "utf-16-le") else ""
    done, rejections = import_bytes((mark + body).encode(encoding))
    assert (done.admitted, rejections) == (1, [])
    assert one(store).name == "Zoë, 学習; x"


def test_json_lines_are_read(store: SubscriberStore, import_bytes: Import) -> None:
    body = b"""\xef\xbb\xbf{"address": "me@example.org", "sections": ["vision"], "hour": 9, "name": null}

[1, 2]
{"address": ["a"], "hour": 1.5}
{"address": "you@example.org", "name": {"first": "Y"}, "more": {"is": "ignored"}}
{"address": "her@example.org", "more": {"is": "ignored"}}
{"address":
"""
    done, rejections = import_bytes(body)
    assert done.admitted == 2
    assert [(rejection.row, rejection.kind) for rejection in rejections] == [
        (3, "json"),
        (4, "json"),
        (5, "json"),
        (7, "json"),
    ]
    assert (one(store).sections, one(store).hour) == (("vision",), 9)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "is empty"),
        (b"\n \n\n", "is empty"),
        (b"me@example.org,Me\n", "found an address where the names of columns belong"),
        (b"name,hour\nMe,7\n", "found no such column"),
        (b"address,email\na@b.org,a@b.org\n", "more than one of them"),
        (b"address,name,Name\n", "two columns are named name"),
        (b'"address\n', "no line of column names"),
        ("address\nme@example.org\n".encode("utf-16-le"), "has NUL characters"),
        (b"\0" * 5_000, "NUL"),
        (b"address" * 50_000, "no line of column names"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_as_a_whole(
    import_bytes: Import, body: bytes, complaint: str
) -> None:
    with pytest.raises(SourceError, match=complaint) as caught:
        import_bytes(body)
    assert "me@" not in f"{caught.value.message} {caught.value.hint}"


def test_hostile_rows_cost_only_themselves(store: SubscriberStore, import_bytes: Import) -> None:
    rows = [
        b"address,name",
        b"first@example.org,ok",
        b"\0\0\0,\0",
        b"\xff\xfe\xfa@example.org,x",
        b'open@example.org,"never closed',
        b"second@example.org,ok",
        b'"' * 5_001,
        b"x" * 200_000,
        b"third@example.org,\0N\0U\0L\0",
        b"a@example.org," + b'"' * 9,
        b"," * 60_000,
        b"fourth@example.org,\xe2\x80\xaegnp.exe",
        b"{" * 10_000,
        b"last@example.org,ok",
    ]
    done, rejections = import_bytes(b"\n".join(rows))
    assert addresses(store) == [
        f"{name}@example.org" for name in ("first", "second", "third", "fourth", "last")
    ]
    assert [person.name for person in store.everybody()] == ["ok", "ok", "NUL", "gnp.exe", "ok"]
    assert done.rows == done.admitted + len(rejections)


def test_a_note_over_some_lines_is_one_cell(store: SubscriberStore, import_bytes: Import) -> None:
    body = b'address,note,name\nme@example.org,"one\ntwo\n\nthree",Me\nyou@example.org,,\n'
    done, rejections = import_bytes(body)
    assert (done.rows, rejections, done.ignored) == (2, [], ("note",))
    assert one(store).name == "Me"


def test_a_file_of_opened_quotes_takes_time_in_proportion(import_bytes: Import) -> None:
    done, rejections = import_bytes(b"address,name\n" + b'me@example.org,"\n' * 5_001)
    assert done.admitted + len(rejections) == done.rows >= 2_500


def test_a_line_of_a_gigabyte_is_skipped_in_little_memory(tmp_path: Path, import_bytes: Import) -> None:
    """The file is sparse: it takes no room, and is read as that many NULs."""
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.write(b"address\nme@example.org\n")
        stream.seek(60_000_000, os.SEEK_CUR)
        stream.write(b"\nyou@example.org\n")
    tracemalloc.start()
    with path.open("rb") as stream:
        done, [rejection] = import_bytes(b"", stream=stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (done.admitted, rejection.kind) == (2, "length")
    assert peak < 30_000_000


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url: str
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'killed.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    with closing(connect(url)) as database:
        database.migrate()
    return url


@pytest.mark.parametrize("moment", ["while it reads", "before it commits"])
def test_a_kill_during_an_import_leaves_nothing(migrated_url: str, moment: str) -> None:
    program = Path(__file__).with_name("killed_import.py")
    done = subprocess.run(
        [sys.executable, str(program), migrated_url, moment], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with closing(open_database(migrated_url)) as database:
        assert overview(database).counts == {}
        assert faults(database) == ()
        assert SubscriberStore(database).erased_count() == 0
