"""What is here at home: configuration, list and ledger."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newsletter.mailing.likeness import is_role, likeness
from newsletter.mailing.published.answers import Answer
from newsletter.store.backup_age import last_backup, note_backup
from newsletter.store.file_systems import FileSystem
from newsletter.work.doctor import ledger as ledger_room
from newsletter.work.doctor.configuration import Configuration
from newsletter.work.doctor.findings import Finding
from newsletter.work.doctor.ledger import Books
from newsletter.work.doctor.papers import rounds_of_sources
from newsletter.work.doctor.readers import Readers
from tests.work.doctor.conftest import NOW, brief

Told = Callable[..., list[Finding]]


def of(findings: list[Finding], code: str) -> list[Finding]:
    return [finding for finding in findings if finding.code == code]


# --- configuration ---------------------------------------------------------------------------------------


def test_without_a_sender_mail_to_people_is_an_error(clinic: Any, told: Told) -> None:
    clinic.configure(head="[newsletter]\n")
    [finding] = of(told(Configuration(clinic.patient()).checks()), "G2")
    assert finding.severity == "error"
    assert "sender = " in finding.fix
    [calm] = of(told(Configuration(clinic.patient(way="console")).checks()), "G2")
    assert calm.severity == "info"


def test_an_example_left_in_place_is_told(clinic: Any, told: Told) -> None:
    [finding] = of(told(Configuration(clinic.patient()).checks()), "G2")
    assert finding.severity == "warning"
    assert "papers.example.org" in finding.message


@pytest.mark.skipif(os.name != "posix", reason="other systems keep permissions otherwise")
def test_secrets_and_files_that_others_reach_are_told(clinic: Any, told: Told) -> None:
    secret = clinic.folder / "smtp-password"
    secret.write_text("hush", "utf-8")
    secret.chmod(0o644)
    clinic.configure('[backends.smtp]\nusername = "u"\npassword_file = "smtp-password"\n')
    (clinic.folder / "newsletter.toml").chmod(0o666)
    found = told(Configuration(clinic.patient()).checks())
    assert brief(of(found, "G4")) == [("G4", "warning")]
    wrong = [one for one in of(found, "G3") if one.severity == "error"]
    assert "others may read" in wrong[0].message
    assert "hush" not in str(found)


# --- the list --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Ann.B@gmail.com", "annb+news@googlemail.com", True),
        ("ann@example.org", "ann+x@Example.org", True),
        ("a.nn@example.org", "ann@example.org", False),
        ("ann@example.org", "ann@example.com", False),
        ("+@example.org", "x@example.org", False),
    ],
)
def test_addresses_of_one_person_are_alike(one: str, other: str, alike: bool) -> None:
    assert (likeness(one) == likeness(other)) is alike


def test_offices_and_programs_are_known_by_name() -> None:
    assert is_role("No-Reply@example.org")
    assert is_role("abuse+x@example.org")
    assert not is_role("abusee@example.org")


def fill(clinic: Any, build: Any, *addresses: str, **changes: Any) -> None:
    with clinic.patient().parts.subscribers() as store:
        build.people(store.database, len(addresses), **changes)
        with store.database.writing() as connection:
            for number, address in enumerate(addresses, start=1):
                connection.exec_driver_sql(
                    "UPDATE subscribers SET address = ?, address_key = ? WHERE id = ?",
                    (address, address, number),
                )


def test_a_list_is_looked_through(clinic: Any, told: Told, build: Any) -> None:
    fill(clinic, build, "ann@gmail.com", "a.nn@gmail.com", "info@example.net", "bob@example.net")
    found = told(Readers(clinic.patient()).checks(asks_dns=False))
    assert brief(found) == [
        ("L1", "info"), ("L2", "info"), ("L3", "warning"), ("L5", "info"), ("L6", "ok"),
    ]  # fmt: skip
    assert "already (+tags, dots at Gmail): 1" in of(found, "L2")[0].message
    assert "readers at Gmail: 2" in of(found, "L6")[0].message
    assert not any("@" in one.message.replace("info@, abuse@, noreply@", "") for one in found)


class DeadEnds:
    """One domain lives, one is gone, one refuses mail, one cannot be asked."""

    def look_up(self, name: str, kind: str, /) -> Answer:
        known = {
            ("example.net", "MX"): Answer(values=("10 mx.example.net.",)),
            ("null.example", "MX"): Answer(values=("0 .",)),
            ("down.example", "MX"): Answer(failure="it failed"),
        }
        return known.get((name, kind), Answer(exists=False))


def test_domains_that_take_no_mail_are_counted(clinic: Any, told: Told, build: Any) -> None:
    fill(clinic, build, "a@example.net", "b@gmial.example", "c@null.example", "d@down.example")
    [finding] = of(told(Readers(clinic.patient(DeadEnds())).checks(asks_dns=True)), "L4")
    assert finding.severity == "warning"
    assert finding.message.startswith("2 of 3 domains take no mail; readers there: 2")


@pytest.mark.parametrize(("complaints", "severity"), [(0, "ok"), (2, "warning"), (4, "error")])
def test_complaints_are_held_against_what_was_sent(
    clinic: Any, told: Told, enrol: Any, complaints: int, severity: str
) -> None:
    with clinic.patient().parts.ledger() as ledger:
        enrol(ledger.database, 1_000)
    with sqlite3.connect(clinic.folder / "newsletter.db") as connection:
        connection.execute(
            "UPDATE deliveries SET state = 'accepted', settled_at = '2026-11-25 06:00:00.000000'"
        )
        connection.executemany(
            "INSERT INTO status_changes (subscriber_id, at, status, reason)"
            " VALUES (?, '2026-11-25 07:00:00.000000', 'complained', 'x')",
            [(number,) for number in range(1, complaints + 1)],
        )
    [finding] = of(told(Readers(clinic.patient()).checks(asks_dns=False)), "L5")
    assert finding.severity == severity
    assert f"complaints: {complaints}," in finding.message


def test_many_people_at_once_want_a_slow_start(clinic: Any, told: Told, build: Any) -> None:
    with clinic.patient().parts.subscribers() as store:
        build.people(store.database, 1_001)
    [finding] = of(told(Readers(clinic.patient()).checks(asks_dns=False)), "L7")
    assert finding.severity == "warning"


def test_an_empty_list_is_no_trouble(clinic: Any, told: Told) -> None:
    assert {one.severity for one in told(Readers(clinic.patient()).checks(asks_dns=True))} == {"info"}


# --- the ledger ------------------------------------------------------------------------------------------


def test_without_a_database_nothing_is_made(clinic: Any, told: Told) -> None:
    found = told(Books(clinic.patient()).checks())
    assert brief(found) == [("C1", "info"), ("C4", "ok")]
    assert [path.name for path in clinic.folder.iterdir()] == ["newsletter.toml"]


def test_a_ledger_in_order_is_told_to_be(clinic: Any, told: Told, enrol: Any) -> None:
    with clinic.patient().parts.ledger() as ledger:
        enrol(ledger.database, 3)
    found = told(Books(clinic.patient()).checks())
    assert brief(found) == [("C1", "ok"), ("C2", "ok"), ("C3", "ok"), ("C4", "ok"), ("C5", "warning")]


def test_what_is_left_behind_in_doubt_or_out_of_balance_is_told(clinic: Any, told: Told, enrol: Any) -> None:
    with clinic.patient().parts.ledger() as ledger:
        enrol(ledger.database, 5)
    with sqlite3.connect(clinic.folder / "newsletter.db") as connection:
        connection.execute(
            "UPDATE deliveries SET state = 'in_doubt', settled_at = '2026-11-25 06:00:00.000000' WHERE id = 1"
        )
        connection.execute("UPDATE deliveries SET state = 'claimed', sender_id = 99 WHERE id = 2")
        connection.execute("DELETE FROM deliveries WHERE id = 3")
    found = told(Books(clinic.patient()).checks())
    assert [one.severity for one in of(found, "C1")] == ["error", "warning"]
    assert any("senders are gone" in one.message for one in of(found, "C1"))
    assert "in doubt: 1 of 2025-11-07" in of(found, "C2")[0].message
    assert "reconcile" in of(found, "C2")[0].fix


def test_a_lost_index_is_told_and_stops_nobody(clinic: Any, told: Told, enrol: Any) -> None:
    with clinic.patient().parts.ledger() as ledger:
        enrol(ledger.database, 1)
    with sqlite3.connect(clinic.folder / "newsletter.db") as connection:
        connection.execute("DROP INDEX ix_papers_day")
    [finding] = of(told(Books(clinic.patient()).checks()), "C1")
    assert finding.severity == "warning"
    assert "ix_papers_day" in finding.message
    assert "db migrate" in finding.fix


def test_a_clock_behind_what_was_written_down_is_told(clinic: Any, told: Told, enrol: Any) -> None:
    with clinic.patient().parts.ledger() as ledger:
        enrol(ledger.database, 1)
    long_ago = NOW - timedelta(days=800)
    [finding] = of(told(Books(clinic.patient(clock=lambda: long_ago)).checks()), "C3")
    assert finding.severity == "error"
    assert "2025-11-07" in finding.message


@pytest.mark.parametrize(
    ("there", "severity"),
    [
        (FileSystem(kind="nfs4", has_locks=True), "warning"),
        (FileSystem(kind="9p", has_locks=False), "error"),
        (FileSystem(kind=None, has_locks=True), "ok"),
    ],
)
def test_a_file_system_of_another_machine_is_told(
    clinic: Any, told: Told, monkeypatch: pytest.MonkeyPatch, there: FileSystem, severity: str
) -> None:
    monkeypatch.setattr(ledger_room, "file_system_of", lambda _: there)
    [finding] = of(told(Books(clinic.patient()).checks()), "C4")
    assert finding.severity == severity


@pytest.mark.parametrize(("days", "severity"), [(0, "ok"), (3, "ok"), (8, "warning")])
def test_an_old_backup_is_told(clinic: Any, told: Told, days: int, severity: str) -> None:
    with clinic.patient().parts.ledger() as ledger:
        note_backup(ledger.database, at=NOW - timedelta(days=30))
        note_backup(ledger.database, at=NOW - timedelta(days=days))
        assert last_backup(ledger.database) == NOW - timedelta(days=days)
    [finding] = of(told(Books(clinic.patient()).checks()), "C5")
    assert finding.severity == severity


def test_a_server_of_another_time_is_told(clinic: Any, told: Told, postgres_url: str) -> None:
    clinic.configure(f'[store]\nurl = "{postgres_url.replace("postgres:@", "postgres@")}"\n')
    with clinic.patient().parts.database() as database:
        database.migrate()
    found = told(Books(clinic.patient()).checks())
    [finding] = of(found, "C3")
    assert finding.severity == "error"  # the clock of the test stands still
    assert "differ by" in finding.message
    assert not of(found, "C4")
    assert brief(of(found, "C5")) == [("C5", "info")]


# --- sources ---------------------------------------------------------------------------------------------


def test_each_source_is_asked_for_one_document(clinic: Any, told: Told, seed_page: Path) -> None:
    page, empty = clinic.folder / "page.txt", clinic.folder / "empty"
    page.write_bytes(seed_page.read_bytes())
    empty.mkdir()
    clinic.configure(
        f'[sources.page]\nkind = "file"\npath = "{page}"\n'
        f'[sources.gone]\nkind = "file"\npath = "{page}.gone"\n'
        f'[sources.empty]\nkind = "folder"\npath = "{empty}"\n'
    )
    rounds = rounds_of_sources(clinic.patient())
    found = [finding for checks in rounds for finding in told(checks)]
    severities = {finding.message.partition(" ")[0].rstrip(":"): finding.severity for finding in found}
    assert severities["page"] == "ok"
    assert severities["gone"] == "error"
    assert severities["empty"] in ("warning", "error")
    assert all(finding.fix for finding in found if finding.severity != "ok")
