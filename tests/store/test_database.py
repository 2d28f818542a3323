"""A database is opened, brought to this version, or refused with words that help."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Index

from newsletter.errors import ConfigError, StoreError
from newsletter.mailing.addresses import address_key
from newsletter.store import engines, moves
from newsletter.store.all_tables import metadata
from newsletter.store.checking import faults
from newsletter.store.database import Database, connect, open_database
from newsletter.store.indexes import of_engine
from newsletter.store.ledger_values import STATES, IssueId, SenderId
from newsletter.store.overview import overview
from newsletter.store.revisions import known_revisions, migrate
from newsletter.store.schema import REVISION
from newsletter.store.subscribers import SubscriberStore
from newsletter.subscriber import Consent, Newcomer
from tests.conftest import PATIENCE_SECONDS, patient

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
as_a_person = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write to what is read-only"
)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def add(database: Database, address: str = "me@example.org", name: str = "") -> None:
    person = Newcomer(address=address, name=name, consent=Consent(source="form"))
    store = SubscriberStore(database)
    store.add(person, address_key(address), at=NOON, reason="test")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def is_described(name: str | None, *_: object) -> bool:
    """Tell whether a table is of one kind on all engines; what searches words is not."""
    return not (name or "").startswith("paper_words")


def is_of_engine(connection: Connection, described: object, *_: object) -> bool:
    """Tell whether an index is one that the database of a connection has."""
    if not isinstance(described, Index) or described.table is None:
        return True
    return described in of_engine(connection, described.table)


def test_the_scripts_make_the_tables_that_the_code_speaks_of(database: Database) -> None:
    with database.reading() as connection:
        ours = {"include_name": is_described, "include_object": partial(is_of_engine, connection)}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, metadata) == []


def test_the_newest_script_is_the_revision_of_the_code() -> None:
    assert known_revisions()[0] == REVISION


def test_deliveries_of_an_earlier_version_are_kept_as_they_were(tmp_path: Path) -> None:
    rows = [(number, 1, 10 + number, state, 7 * number, "", "why") for number, state in enumerate(STATES)]
    columns = "id, issue_id, subscriber_id, state, fence, code, reason"
    marks = ", ".join("?" * 7)
    with closing(connect(url_of(tmp_path / "a.db"))) as database, database.writing() as connection:
        migrate(connection, until="0004")
        connection.exec_driver_sql(f"INSERT INTO deliveries ({columns}) VALUES ({marks})", rows)
        before = made_of_deliveries(connection)
        migrate(connection, until="0005")
        assert made_of_deliveries(connection)[1:] == before[1:], "each index is there again"
    with closing(open_database(url_of(tmp_path / "a.db"))) as database:
        with database.reading() as connection:
            assert connection.exec_driver_sql(f"SELECT {columns} FROM deliveries").all() == rows
            after = made_of_deliveries(connection)
        assert " IN (" in before[0]
        assert " IN (" not in after[0]
        with pytest.raises(StoreError), database.writing() as connection:
            connection.exec_driver_sql("UPDATE deliveries SET state = 'elsewhere' WHERE id = 1")


def test_what_an_earlier_version_left_open_is_found_by_the_index_of_what_is_open(tmp_path: Path) -> None:
    columns = "id, issue_id, subscriber_id, edition_id, state, sender_id, not_before, settled_at"
    hour = "2025-11-07 12:00:00"
    rows = [
        *((1, 1, 11, 1, "pending", None, None, hour), (2, 1, 12, 1, "claimed", 7, hour, None)),
        *((3, 1, 13, 1, "in_flight", 7, None, hour), (4, 1, 14, 1, "pending", None, hour, hour)),
        (5, 1, 15, 1, "accepted", None, None, hour),
    ]
    with closing(connect(url_of(tmp_path / "a.db"))) as database, database.writing() as connection:
        migrate(connection, until="0005")
        connection.exec_driver_sql(f"INSERT INTO deliveries ({columns}) VALUES ({', '.join('?' * 8)})", rows)
    with closing(open_database(url_of(tmp_path / "a.db"))) as database, database.writing() as connection:
        assert set(moves.holders(connection)) == {(7, 1)}
        assert moves.take_over(connection, SenderId(7), at=NOON, reason="", doubts_all=True) == (2, 0)
        moves.take(connection, IssueId(1), SenderId(8), 9, after=0, at=NOON)  # nobody knows their people
        states = connection.exec_driver_sql("SELECT id, state FROM deliveries ORDER BY id").all()
    assert states == [
        *((1, "suppressed"), (2, "in_doubt"), (3, "in_doubt"), (4, "suppressed")),
        (5, "accepted"),
    ]


def made_of_deliveries(connection: Connection) -> list[str]:
    """Read how the table and its indexes were made, the table first."""
    statement = (
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'deliveries' AND sql IS NOT NULL ORDER BY type, name"
    )
    *indexes, table = connection.exec_driver_sql(statement).scalars()
    return [table, *indexes]


def test_a_file_is_made_for_its_owner_alone_with_all_that_stands_beside_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with closing(open_database(url_of(tmp_path / "a.db"))) as database:
            add(database)
            assert {path.name: mode(path) for path in tmp_path.iterdir()} == dict.fromkeys(
                ("a.db", "a.db-wal", "a.db-shm"), 384
            )
    finally:
        os.umask(old)


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    with closing(open_database(url_of(tmp_path / "a.db"))) as database:
        add(database)
    with closing(open_database(url_of(tmp_path / "a.db"))) as database:
        assert not database.migrate()
        assert overview(database).counts == {"active": 1}


def test_looking_makes_nothing(tmp_path: Path) -> None:
    assert overview(connect(url_of(tmp_path / "a.db"))).state == "absent"
    assert list(tmp_path.iterdir()) == []


def test_four_programs_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    program = (
        f"from newsletter.store.database import open_database; open_database({url_of(tmp_path / 'a.db')!r})"
    )
    started = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) for _ in range(4)]
    said = [running.communicate(timeout=PATIENCE_SECONDS)[1] for running in started]
    assert [running.returncode for running in started] == [0] * 4, said
    assert faults(connect(url_of(tmp_path / "a.db"))) == ()


def test_a_server_is_migrated_by_command_only(postgres_url: str) -> None:
    with pytest.raises(StoreError, match="not those of this version") as caught:
        open_database(postgres_url)
    assert caught.value.hint == "`newsletter db migrate` makes them so"
    database = connect(postgres_url)
    assert overview(database).state == "empty"
    assert database.migrate()
    assert not database.migrate()
    database.close()
    open_database(postgres_url).close()


def test_a_server_may_hold_tables_of_others_unless_they_are_named_like_ours(postgres_url: str) -> None:
    with closing(connect(postgres_url)) as database:
        with database.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE jobs (id int)")
        database.migrate()
    with closing(connect(postgres_url)) as database:
        with database.writing() as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")
        with pytest.raises(StoreError, match="another program"):
            database.migrate()


def test_four_who_migrate_a_server_at_once_make_one_set_of_tables(postgres_url: str) -> None:
    done: list[bool] = []

    def migrate() -> None:
        with closing(patient(connect(postgres_url))) as database:
            done.append(database.migrate())

    threads = [Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]


@pytest.mark.parametrize(
    "content", [b"hello, this is no database\n" * 100, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_file_that_is_no_database_is_told_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"a\.db: is (no database|damaged)") as caught:
        open_database(url_of(path))
    assert caught.value.hint
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    for look in (open_database, lambda url: overview(connect(url)), lambda url: faults(connect(url))):
        with pytest.raises(StoreError, match="another program"):
            look(url_of(path))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


def test_a_database_of_a_later_version_is_refused(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(StoreError, match="another version of newsletter") as caught:
            database.migrate()
        assert "upgrade newsletter" in (caught.value.hint or "")
    finally:
        with database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{REVISION}'")


def test_a_migration_that_fails_leaves_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with closing(connect(url_of(tmp_path / "a.db"))) as database:
        monkeypatch.setattr(op, "create_index", fail)
        with pytest.raises(KeyboardInterrupt):
            database.migrate()
        assert overview(database).state == "empty"
        monkeypatch.undo()
        assert database.migrate()


def test_a_database_that_is_written_to_for_long_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.05)
    open_database(url_of(tmp_path / "a.db")).close()
    with (
        closing(open_database(url_of(tmp_path / "a.db"))) as database,
        closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program is writing to it"):
            add(database)
        assert overview(database).counts == {}, "reading goes on meanwhile"


def test_a_full_disk_is_told_and_leaves_all_as_it_was(tmp_path: Path) -> None:
    with closing(open_database(url_of(tmp_path / "a.db"))) as database:
        add(database, "first@example.org")
        with database.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="the disk is full; nothing of this was saved"):
            add(database, "second@example.org", name="x" * 50_000)
        assert faults(database) == ()
        assert overview(database).counts == {"active": 1}


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be made"):
        open_database(url_of(tmp_path / "absent" / "a.db"))


@as_a_person
def test_a_database_that_may_only_be_read_is_told(tmp_path: Path) -> None:
    open_database(url_of(tmp_path / "a.db")).close()
    (tmp_path / "a.db").chmod(0o400)
    with (
        pytest.raises(StoreError, match="may only be read"),
        closing(connect(url_of(tmp_path / "a.db"))) as it,
    ):
        add(it)


def test_a_server_that_only_reads_is_told(migrated_postgres: Database) -> None:
    def write() -> None:
        with migrated_postgres.writing() as connection:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            connection.exec_driver_sql("DELETE FROM subscribers")

    with pytest.raises(StoreError, match="may only be read"):
        write()


def test_a_server_soon_lets_go_of_what_a_lost_machine_held(migrated_postgres: Database) -> None:
    with migrated_postgres.reading() as connection:
        settings = "SELECT setting FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'"
        assert 0 < int(connection.exec_driver_sql(settings).scalar_one()) <= 300_000
        source = "SELECT source FROM pg_settings WHERE name LIKE 'tcp_keepalives_%%' ORDER BY name"
        assert [*connection.exec_driver_sql(source).scalars()] == ["client"] * 3


def test_a_server_that_cannot_be_reached_is_told_without_the_password() -> None:
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_database("postgresql://news@127.0.0.1:1/news", "s3cret")
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"


def test_a_server_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError) as caught:
        connect("postgresql://news@db.example/news")
    assert caught.value.hint == "pip install 'newsletter[postgres]'"


def test_no_row_is_shown_in_what_a_driver_says(database: Database) -> None:
    add(database, "secretive@example.org")
    with pytest.raises(StoreError) as caught, database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO subscribers SELECT 99, address, address_key, name, status, sections, cadence,"
            " timezone, hour, language, consent_source, consent_at FROM subscribers"
        )
    assert "secretive" not in f"{caught.value.message} {caught.value.hint}"


def test_erased_bytes_are_gone_from_the_disk(tmp_path: Path) -> None:
    with closing(open_database(url_of(tmp_path / "a.db"))) as database:
        for number in range(30):
            add(database, f"secretive{number}@example.org", name=f"Somename{number}")
        store = SubscriberStore(database)
        for number in range(30):
            store.erase(address_key(f"secretive{number}@example.org"), at=NOON)
        for path in tmp_path.iterdir():
            body = path.read_bytes()
            assert b"secretive" not in body, path
            assert b"Somename" not in body, path


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("UPDATE subscribers SET status = 'paused'", "the history ends with another status"),
        ("UPDATE subscribers SET address_key = 'x'", "filed under another address"),
    ],
)
def test_a_check_finds_what_contradicts_itself(database: Database, damage: str, fault: str) -> None:
    add(database)
    assert faults(database) == ()
    with database.writing() as connection:
        connection.exec_driver_sql(damage)
    [found] = faults(database)
    assert fault in found
    assert "me@" not in found


def test_a_check_finds_who_was_erased_and_is_here(database: Database) -> None:
    add(database)
    SubscriberStore(database).erase(address_key("you@example.org"), at=NOON)
    with database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE subscribers SET address = 'you@example.org', address_key = 'you@example.org'"
        )
    assert faults(database) == ("1 subscribers had been erased",)


def test_a_check_finds_a_file_that_others_may_read(tmp_path: Path) -> None:
    with closing(open_database(url_of(tmp_path / "a.db"))) as database:
        (tmp_path / "a.db").chmod(0o644)
        assert any("chmod 600" in fault for fault in faults(database))
