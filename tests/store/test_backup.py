"""Backups are whole and private, and a restore brings nobody back who left."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from newsletter.errors import StoreError, UsageError
from newsletter.mailing.addresses import address_key
from newsletter.store.backup import back_up, restore
from newsletter.store.checking import faults
from newsletter.store.database import Database, open_database
from newsletter.store.link_keys import LinkKeys
from newsletter.store.schema import settings
from newsletter.store.subscribers import SubscriberStore
from newsletter.subscriber import Consent, Erased, Newcomer, Status, Subscriber

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SubscriberStore]:
    with closing(open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")) as database:
        yield SubscriberStore(database)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "backup.db"


def add(store: SubscriberStore, name: str) -> None:
    address = f"{name}@example.org"
    person = Newcomer(address=address, consent=Consent(source="form"))
    assert store.add(person, address_key(address), at=NOON, reason="test").done


def status_of(store: SubscriberStore, name: str) -> str:
    found = store.find(address_key(f"{name}@example.org"))
    return found.status if isinstance(found, Subscriber) else type(found).__name__


def put_back(store: SubscriberStore, backup: Path) -> int:
    return restore(store.database, backup, at=NOON, suppression_key=store.suppression_key)


def test_a_backup_holds_what_was_there_and_nobody_else_may_read_it(
    store: SubscriberStore, backup: Path
) -> None:
    add(store, "before")
    old = os.umask(0)
    back_up(store.database, backup)
    os.umask(old)
    add(store, "after")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert sorted(path.name for path in backup.parent.glob("*backup*")) == ["backup.db"]
    assert put_back(store, backup) == 0
    assert [one.address for one in store.everybody()] == ["before@example.org"]
    assert faults(store.database) == ()


def test_who_left_after_the_backup_stays_away(store: SubscriberStore, backup: Path) -> None:
    steps: dict[str, Status] = {"left": "unsubscribed", "angry": "complained", "gone": "bounced"}
    for name in (*steps, "erased", "stays"):
        add(store, name)
    back_up(store.database, backup)
    for name, status in steps.items():
        store.change_status(address_key(f"{name}@example.org"), status, at=NOON, reason="test")
    store.erase(address_key("erased@example.org"), at=NOON)
    assert put_back(store, backup) == 4
    assert {name: status_of(store, name) for name in (*steps, "erased", "stays")} == {
        **steps,
        "erased": "Erased",
        "stays": "active",
    }
    assert faults(store.database) == ()
    for path in store.database.file.parent.glob("newsletter.db*") if store.database.file else ():
        assert b"erased@example.org" not in path.read_bytes()


def test_who_came_and_left_after_the_backup_is_not_forgotten(store: SubscriberStore, backup: Path) -> None:
    back_up(store.database, backup)
    for name in ("left", "stays"):
        add(store, name)
    key = address_key("left@example.org")
    store.change_status(key, "unsubscribed", at=NOON, reason="test")
    before = store.find(key)
    assert isinstance(before, Subscriber)
    steps = store.history(before.id)
    assert put_back(store, backup) == 1
    assert store.find(key) == before
    assert store.history(before.id) == steps
    assert [one.address for one in store.everybody()] == ["left@example.org"]
    again = Newcomer(address="left@example.org", consent=Consent(source="an import"))
    assert not store.add(again, key, at=NOON, reason="test").done
    assert faults(store.database) == ()


def test_who_was_erased_and_came_and_left_again_is_still_erased(store: SubscriberStore, backup: Path) -> None:
    add(store, "me")
    key = address_key("me@example.org")
    store.erase(key, at=NOON)
    back_up(store.database, backup)
    again = Newcomer(address="me@example.org", consent=Consent(source="a form"))
    assert store.add(again, key, at=NOON, reason="test", consents_anew=True).done
    store.change_status(key, "unsubscribed", at=NOON, reason="test")
    put_back(store, backup)
    assert status_of(store, "me") == "Erased"
    assert faults(store.database) == ()


def test_who_left_is_remembered_beside_whoever_has_their_number(
    store: SubscriberStore, backup: Path, tmp_path: Path
) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'other.db'}")) as elsewhere:
        add(SubscriberStore(elsewhere), "other")
        back_up(elsewhere, backup)
    add(store, "left")
    store.change_status(address_key("left@example.org"), "unsubscribed", at=NOON, reason="test")
    assert put_back(store, backup) == 1
    assert (status_of(store, "left"), status_of(store, "other")) == ("unsubscribed", "active")
    assert faults(store.database) == ()


def test_who_paused_after_the_backup_is_still_paused(store: SubscriberStore, backup: Path) -> None:
    add(store, "tired")
    back_up(store.database, backup)
    store.change_status(address_key("tired@example.org"), "paused", at=NOON, reason="test")
    assert put_back(store, backup) == 1
    assert status_of(store, "tired") == "paused"


def test_who_was_erased_before_the_backup_stays_away_too(store: SubscriberStore, backup: Path) -> None:
    add(store, "early")
    add(store, "late")
    store.erase(address_key("early@example.org"), at=NOON)
    back_up(store.database, backup)
    store.erase(address_key("late@example.org"), at=NOON)
    assert put_back(store, backup) == 1
    assert (status_of(store, "early"), status_of(store, "late")) == ("Erased", "Erased")


def test_a_backup_is_restored_where_nothing_was(store: SubscriberStore, backup: Path, tmp_path: Path) -> None:
    add(store, "me")
    store.erase(address_key("you@example.org"), at=NOON)
    back_up(store.database, backup)
    body = backup.read_bytes()
    with closing(Database(store.database.engine, "new", tmp_path / "new.db")) as absent:
        assert restore(absent, backup, at=NOON) == 0
    with closing(open_database(f"sqlite:///{tmp_path / 'new.db'}")) as database:
        moved = SubscriberStore(database)
        assert status_of(moved, "me") == "active"
        assert isinstance(moved.find(address_key("you@example.org")), Erased)
    assert backup.read_bytes() == body
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600


def test_links_that_were_made_after_the_backup_work_after_a_restore(
    store: SubscriberStore, backup: Path
) -> None:
    add(store, "me")
    store.erase(address_key("you@example.org"), at=NOON)
    LinkKeys(store.database).ready()
    back_up(store.database, backup)
    rotated = LinkKeys(store.database).rotate()
    store.erase(address_key("late@example.org"), at=NOON)
    put_back(store, backup)
    assert LinkKeys(store.database).known() == rotated
    assert status_of(store, "you") == status_of(store, "late") == "Erased"


def test_a_backup_heals_damaged_keys_of_links(store: SubscriberStore, backup: Path) -> None:
    made = LinkKeys(store.database).ready()
    back_up(store.database, backup)
    with store.database.writing() as connection:
        connection.execute(update(settings).values(value="?"))
    put_back(store, backup)
    assert LinkKeys(store.database).known() == made


def test_a_backup_of_another_newsletter_is_refused(
    store: SubscriberStore, backup: Path, tmp_path: Path
) -> None:
    store.erase(address_key("me@example.org"), at=NOON)
    with closing(open_database(f"sqlite:///{tmp_path / 'other.db'}")) as database:
        SubscriberStore(database).erase(address_key("you@example.org"), at=NOON)
        back_up(database, backup)
    with pytest.raises(StoreError, match="another newsletter's"):
        put_back(store, backup)
    assert status_of(store, "me") == "Erased"


@pytest.mark.parametrize("content", [b"", b"hello, this is no database\n" * 100])
def test_what_is_no_backup_is_refused_and_changes_nothing(
    store: SubscriberStore, backup: Path, content: bytes
) -> None:
    add(store, "me")
    backup.write_bytes(content)
    with pytest.raises(StoreError, match=r"backup\.db: is no"):
        put_back(store, backup)
    assert status_of(store, "me") == "active"
    assert sorted(path.name for path in backup.parent.glob(".*")) == []


def test_a_damaged_backup_is_refused_and_changes_nothing(store: SubscriberStore, backup: Path) -> None:
    for number in range(300):
        add(store, f"reader{number}")
    back_up(store.database, backup)
    with backup.open("r+b") as stream:
        stream.seek(backup.stat().st_size // 2)
        stream.write(b"\xff" * 4096 * 4)
    with pytest.raises(StoreError, match=r"backup\.db: (is )?damaged"):
        put_back(store, backup)
    assert store.counts() == {"active": 300}


def test_a_database_that_cannot_be_read_says_how_to_restore_without_it(
    store: SubscriberStore, backup: Path
) -> None:
    add(store, "me")
    back_up(store.database, backup)
    assert store.database.file is not None
    store.database.close()
    store.database.file.write_bytes(b"hello, this is no database\n" * 100)
    with pytest.raises(StoreError, match="cannot be known") as caught:
        put_back(store, backup)
    assert "away" in (caught.value.hint or "")


def test_a_damaged_database_is_told_from_a_sound_backup(store: SubscriberStore, backup: Path) -> None:
    for number in range(300):
        add(store, f"reader{number}")
    back_up(store.database, backup)
    file = store.database.file
    assert file is not None
    store.database.close()
    with file.open("r+b") as stream:
        stream.seek(20_000)
        stream.write(b"\xff" * 40_000)
    with pytest.raises(StoreError, match=r"newsletter\.db: .*cannot be known") as caught:
        put_back(store, backup)
    assert "away" in (caught.value.hint or "")
    [fault, *_] = faults(store.database)
    assert fault.startswith("damaged")


@pytest.mark.parametrize("table", ["senders", "subscribers", "erased", "settings", "deliveries"])
def test_a_database_without_what_says_who_left_is_told_from_its_backup(
    store: SubscriberStore, backup: Path, table: str
) -> None:
    back_up(store.database, backup)
    with store.database.writing() as connection:
        connection.exec_driver_sql(f"DROP TABLE {table}")
    with pytest.raises(StoreError, match=rf"newsletter\.db: the table {table} is missing; so who") as caught:
        put_back(store, backup)
    assert "away" in (caught.value.hint or "")


def test_a_backup_replaces_no_file_unasked(store: SubscriberStore, backup: Path) -> None:
    backup.write_text("mine", "utf-8")
    with pytest.raises(StoreError, match="exists already"):
        back_up(store.database, backup)
    assert backup.read_text("utf-8") == "mine"
    back_up(store.database, backup, overwrite=True)
    assert put_back(store, backup) == 0


def test_a_server_is_backed_up_by_its_own_tools(migrated_postgres: Database, backup: Path) -> None:
    with pytest.raises(UsageError) as caught:
        back_up(migrated_postgres, backup)
    assert "pg_dump" in (caught.value.hint or "")
    with pytest.raises(UsageError):
        restore(migrated_postgres, backup, at=NOON)
