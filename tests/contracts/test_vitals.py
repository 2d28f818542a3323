"""What every engine must say about the health of a list and of a ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from newsletter.mailing.likeness import is_role, likeness
from newsletter.store import vitals
from newsletter.store.backup_age import last_backup, note_backup
from newsletter.store.checking import abandoned, damage, faults
from newsletter.store.database import Database
from newsletter.store.ledger import Ledger, Verdict

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)


def test_a_list_is_counted_in_one_pass(database: Database, build: Any) -> None:
    build.people(database, 3)
    build.people(database, 2, first=3, status="paused")
    with database.reading() as connection:
        found = vitals.list_vitals(connection, likeness=likeness, is_role=is_role)
    assert found.statuses == {"active": 3, "paused": 2}
    assert found.active == 3
    assert found.domains == {"example.org": 3}
    assert found.undated_consents == 3
    assert (found.alike, found.roles, found.beyond_ascii) == (0, 0, 0)


def test_an_empty_list_counts_nothing(database: Database) -> None:
    with database.reading() as connection:
        assert vitals.list_vitals(connection, likeness=likeness, is_role=is_role).active == 0
        assert vitals.longest_mailbox(connection) is None
        assert vitals.newest_moment(connection) is None
        assert vitals.standing(connection) == (0, 0)
        assert vitals.in_doubt(connection) == {}
        assert not vitals.has_accepted(connection)


def test_the_longest_address_is_one_of_an_active_person(database: Database, build: Any) -> None:
    build.people(database, 12)
    build.people(database, 1, first=1_000_000, status="unsubscribed")
    with database.reading() as connection:
        longest = vitals.longest_mailbox(connection)
    assert longest
    assert len(longest.address) == len("reader10@example.org")


def test_what_was_accepted_or_is_in_doubt_is_counted(database: Database, enrol: Any) -> None:
    issue = enrol(database, 3)
    ledger = Ledger(database)
    with ledger.sender() as hold:
        first, second, _ = hold.claim(issue.id, 3, at=NOON).rows
        for claim, state in ((first, "accepted"), (second, "in_doubt")):
            hold.intend(claim.delivery)
            hold.note(claim.delivery, Verdict(state=state))  # type: ignore[arg-type]
        hold.flush(at=NOON)
    with database.reading() as connection:
        assert vitals.has_accepted(connection)
        assert vitals.accepted_since(connection, NOON) == 1
        assert vitals.accepted_since(connection, NOON + timedelta(seconds=1)) == 0
        assert vitals.in_doubt(connection) == {issue.slug: 1}
        assert vitals.newest_moment(connection) == NOON
        assert vitals.left_since(connection, NOON - timedelta(days=30)) == {"active": 3}


def test_a_change_of_anybodys_standing_is_seen(database: Database, build: Any) -> None:
    build.people(database, 1)
    with database.reading() as connection:
        before = vitals.standing(connection)
    build.people(database, 1, first=1)
    with database.reading() as connection:
        assert vitals.standing(connection) != before


def test_a_server_says_its_time_and_a_file_has_none(database: Database) -> None:
    with database.reading() as connection:
        theirs = vitals.server_time(connection)
    if database.file:
        assert theirs is None
    else:
        assert theirs
        assert abs(datetime.now(UTC) - theirs) < timedelta(minutes=1)


def test_the_last_backup_is_remembered(database: Database) -> None:
    assert last_backup(database) is None
    note_backup(database, at=NOON)
    note_backup(database, at=NOON + timedelta(days=1))
    assert last_backup(database) == NOON + timedelta(days=1)


def test_what_a_dead_sender_left_is_no_damage(database: Database, enrol: Any) -> None:
    enrol(database, 2)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET state = 'claimed', sender_id = 99")
    assert damage(database) == ()
    assert len(abandoned(database)) == 1
    assert faults(database) == abandoned(database)
