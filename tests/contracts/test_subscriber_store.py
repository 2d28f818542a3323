"""What every engine must do for subscribers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete
from sqlalchemy import event as engine_events

from newsletter.errors import StoreError
from newsletter.mailing.addresses import address_key
from newsletter.model import SectionSlug
from newsletter.store.arrivals import Obstacle, arriving
from newsletter.store.checking import faults
from newsletter.store.database import Database
from newsletter.store.schema import erased, settings
from newsletter.store.subscribers import Answer, SubscriberStore
from newsletter.subscriber import (
    STATUSES,
    AddressKey,
    Consent,
    Erased,
    Newcomer,
    Status,
    Subscriber,
    predecessors,
)

NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
KEY = address_key("me@example.org")


def newcomer(address: str = "me@example.org", **changes: object) -> Newcomer:
    values: dict[str, object] = {"address": address, "consent": Consent(source="form", at=NOON)}
    return Newcomer(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def store(database: Database) -> SubscriberStore:
    return SubscriberStore(database)


def add(store: SubscriberStore, address: str = "me@example.org", **changes: object) -> Answer:
    consents_anew = bool(changes.pop("consents_anew", False))
    person = newcomer(address, **changes)
    return store.add(person, address_key(address), at=NOON, reason="test", consents_anew=consents_anew)


def step(store: SubscriberStore, status: Status, key: AddressKey = KEY) -> bool:
    return store.change_status(key, status, at=NOON, reason="test").done


def let_in(store: SubscriberStore, *people: Newcomer, dry_run: bool = False) -> tuple[int, list[Obstacle]]:
    with arriving(store) as arrivals:
        arrivals.wait(list(enumerate(people, start=2)))
        admitted = arrivals.admit(at=NOON, reason="import", dry_run=dry_run)
        return admitted, list(arrivals.obstacles())


def status_of(store: SubscriberStore, key: AddressKey = KEY) -> str | None:
    found = store.find(key)
    return found.status if isinstance(found, Subscriber) else None


def test_a_person_comes_back_as_they_were_stored(store: SubscriberStore) -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    person = newcomer(
        "Käthe@xn--bcher-kva.example",
        name="Käthe 🌍",
        sections=(SectionSlug("b"), SectionSlug("a")),
        cadence="weekdays",
        timezone="Asia/Kolkata",
        hour=23,
        language="de",
        consent=Consent(source="fair", at=datetime(2025, 1, 2, 3, 4, 5, 678901, tzinfo=east)),
    )
    stored = store.add(person, address_key(person.address), at=NOON, reason="test").found
    assert isinstance(stored, Subscriber)
    assert stored == Subscriber(
        id=stored.id,
        **{name: getattr(person, name) for name in Newcomer.__slots__} | {"sections": ("a", "b")},
    )
    assert store.find(address_key(person.address)) == stored
    assert stored.consent.at is not None
    assert stored.consent.at.utcoffset() == timedelta(0)


def test_two_spellings_of_an_address_are_one_person(store: SubscriberStore) -> None:
    assert add(store, "Me@example.org").done
    again = add(store, "mE@example.org", name="Other")
    assert not again.done
    assert isinstance(again.found, Subscriber)
    assert (again.found.address, again.found.name) == ("Me@example.org", "")


def test_a_time_without_a_zone_is_refused(store: SubscriberStore) -> None:
    with pytest.raises(Exception, match="without a zone"):
        add(store, consent=Consent(source="form", at=datetime(2025, 1, 1)))  # noqa: DTZ001 - the point


@pytest.mark.parametrize("old", STATUSES)
def test_a_step_is_taken_only_where_it_may_follow(store: SubscriberStore, old: Status) -> None:
    for new in STATUSES:
        address = f"{new}@example.org"
        add(store, address, status=old)
        may = old in predecessors(new)
        assert step(store, new, address_key(address)) is may
        found = store.find(address_key(address))
        assert isinstance(found, Subscriber)
        assert found.status == (new if may else old)
        assert [change.status for change in store.history(found.id)] == [old, *([new] if may else [])]


@pytest.mark.parametrize("events", list(permutations(("unsubscribed", "bounced", "complained"))))
def test_events_in_any_order_end_in_the_gravest(store: SubscriberStore, events: tuple[Status, ...]) -> None:
    add(store)
    for event in events:
        step(store, event)
    assert status_of(store) == "complained"


@pytest.mark.parametrize("status", ["unsubscribed", "bounced", "complained"])
def test_who_left_comes_back_only_by_their_own_consent(store: SubscriberStore, status: Status) -> None:
    add(store, name="Before")
    step(store, status)
    assert not add(store).done
    assert let_in(store, newcomer()) == (0, [Obstacle(row=2, kind=status)])
    assert not step(store, "active")
    assert not step(store, "pending")
    assert not step(store, "paused")
    assert status_of(store) == status
    before = store.find(KEY)
    assert add(store, name="After", consents_anew=True).done
    after = store.find(KEY)
    assert isinstance(before, Subscriber)
    assert after == replace(before, status="active", name="After")
    assert [change.status for change in store.history(before.id)] == ["active", status, "active"]


def test_a_change_of_wishes_brings_nobody_back(store: SubscriberStore) -> None:
    add(store)
    before = store.find(KEY)
    assert isinstance(before, Subscriber)
    step(store, "unsubscribed")
    assert store.change_wishes(replace(before, cadence="weekly", language="de"))
    after = store.find(KEY)
    assert isinstance(after, Subscriber)
    assert (after.status, after.cadence, after.language) == ("unsubscribed", "weekly", "de")
    store.erase(KEY, at=NOON)
    assert store.change_wishes(before) is False


def test_consenting_anew_changes_nobody_who_is_here(store: SubscriberStore) -> None:
    add(store, name="Before")
    assert not add(store, name="After", consents_anew=True).done


def test_an_erased_person_leaves_a_fingerprint_only(store: SubscriberStore) -> None:
    add(store, "Someone@example.org", name="Somename")
    key = address_key("someone@example.org")
    assert store.erase(key, at=NOON) == Answer(done=True, found=Erased(on=date(2025, 11, 7)))
    assert not store.erase(key, at=NOON).done
    assert store.counts() == {}
    assert store.erased_count() == 1
    with store.database.reading() as connection:
        for table in ("subscribers", "status_changes", "erased", "settings"):
            rows = repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            assert "omeone" not in rows
            assert "omename" not in rows


def test_an_erased_person_comes_back_only_by_their_own_consent(store: SubscriberStore) -> None:
    add(store)
    store.erase(KEY, at=NOON)
    assert add(store) == Answer(done=False, found=Erased(on=date(2025, 11, 7)))
    assert let_in(store, newcomer("ME@example.org")) == (0, [Obstacle(row=2, kind="erased")])
    assert store.change_status(KEY, "active", at=NOON, reason="test").done is False
    assert add(store, consents_anew=True).done
    assert status_of(store) == "active"
    assert store.erased_count() == 0


def test_who_was_never_here_can_be_erased_too(store: SubscriberStore) -> None:
    assert store.erase(KEY, at=NOON).done
    assert let_in(store, newcomer()) == (0, [Obstacle(row=2, kind="erased")])


def test_the_id_of_an_erased_person_is_never_given_again(store: SubscriberStore) -> None:
    first = add(store).found
    store.erase(KEY, at=NOON)
    second = add(store, "you@example.org").found
    assert isinstance(first, Subscriber)
    assert isinstance(second, Subscriber)
    assert second.id > first.id


def test_another_suppression_key_is_refused_once_somebody_was_erased(database: Database) -> None:
    first = SubscriberStore(database, "a key from outside 1")
    let_in(first, newcomer())
    let_in(SubscriberStore(database, "a key from outside 2"), newcomer("you@example.org"))
    SubscriberStore(database, "a key from outside 1").erase(KEY, at=NOON)
    for other in ("a key from outside 2", None):
        with pytest.raises(StoreError, match="could not be recognised") as caught:
            SubscriberStore(database, other).find(address_key("nobody@example.org"))
        assert "from outside" not in str(caught.value)
        with pytest.raises(StoreError):
            let_in(SubscriberStore(database, other), newcomer())
        assert "could not be recognised" in faults(database, other)[0]
    assert isinstance(first.find(KEY), Erased)


def test_newcomers_are_let_in_together_in_the_order_of_their_rows(store: SubscriberStore) -> None:
    add(store, "known@example.org")
    people = [newcomer(f"reader{number}@example.org") for number in range(5_000)]
    admitted, obstacles = let_in(
        store, *people, newcomer("KNOWN@example.org"), newcomer("Reader7@example.org")
    )
    assert admitted == 5_000
    assert obstacles == [
        Obstacle(row=5_002, kind="active"),
        Obstacle(row=5_003, kind="repeated", first_row=9),
    ]
    stored = list(store.everybody())
    assert [one.address for one in stored] == ["known@example.org", *(one.address for one in people)]
    assert [change.reason for change in store.history(stored[-1].id)] == ["import"]
    assert faults(store.database) == ()


def test_a_dry_run_says_the_same_and_changes_nothing(store: SubscriberStore) -> None:
    people = (newcomer(), newcomer("you@example.org"), newcomer("You@example.org"))
    expected = (2, [Obstacle(row=4, kind="repeated", first_row=3)])
    assert let_in(store, *people, dry_run=True) == expected
    assert store.counts() == {}
    assert let_in(store, *people) == expected


def test_newcomers_keep_the_status_they_come_with(store: SubscriberStore) -> None:
    let_in(store, *(newcomer(f"{status}@example.org", status=status) for status in STATUSES))
    assert store.counts() == dict.fromkeys(STATUSES, 1)
    assert [one.status for one in store.everybody("bounced")] == ["bounced"]


def test_who_waits_is_not_there_yet_and_hinders_nobody(store: SubscriberStore) -> None:
    with arriving(store) as arrivals:
        arrivals.wait([(1, newcomer())])
        assert store.counts() == {}
        assert add(store).done
        assert arrivals.admit(at=NOON, reason="import") == 0
        assert list(arrivals.obstacles()) == [Obstacle(row=1, kind="active")]


def test_who_comes_during_the_long_look_of_an_import_is_seen(store: SubscriberStore) -> None:
    with arriving(store) as arrivals:
        arrivals.wait([(1, newcomer()), (2, newcomer("you@example.org"))])
        meanwhile = iter([newcomer(name="First")])

        def come(_connection: object) -> None:
            for person in meanwhile:
                store.add(person, KEY, at=NOON, reason="test")

        engine_events.listen(arrivals.connection, "commit", come)
        assert arrivals.admit(at=NOON, reason="import") == 1
        assert list(arrivals.obstacles()) == [Obstacle(row=1, kind="active")]
    assert [one.name for one in store.everybody()] == ["First", ""]
    assert faults(store.database) == ()


def test_who_waited_is_gone_when_the_import_breaks_off(store: SubscriberStore) -> None:
    def broken() -> None:
        with arriving(store) as arrivals:
            arrivals.wait([(1, newcomer())])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert store.counts() == {}
    assert let_in(store, newcomer()) == (1, [])


def test_a_change_that_fails_half_way_changes_nothing(store: SubscriberStore) -> None:
    def broken() -> None:
        with store.database.writing() as connection:
            connection.exec_driver_sql("UPDATE subscribers SET status = 'paused'")
            raise KeyboardInterrupt

    add(store)
    with pytest.raises(KeyboardInterrupt):
        broken()
    assert status_of(store) == "active"


@pytest.mark.parametrize(
    "change",
    ["status = 'happy'", "cadence = 'hourly'", "hour = 24", "consent_source = ''", "address = NULL"],
)
def test_the_database_itself_refuses_what_no_person_can_be(store: SubscriberStore, change: str) -> None:
    add(store)
    with (
        pytest.raises(StoreError, match="breaks its rules") as caught,
        store.database.writing() as connection,
    ):
        connection.exec_driver_sql(f"UPDATE subscribers SET {change}")
    assert "me@" not in str(caught.value)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run calls in threads that start together, and give what each returned."""
    barrier = Barrier(len(calls))
    results: list[object] = [None] * len(calls)

    def run(number: int) -> None:
        barrier.wait()
        results[number] = calls[number]()

    threads = [Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_who_add_one_address_at_once_one_succeeds(store: SubscriberStore) -> None:
    answers = at_once(*[lambda: add(store)] * 8)
    assert sum(isinstance(answer, Answer) and answer.done for answer in answers) == 1
    assert store.counts() == {"active": 1}
    assert faults(store.database) == ()


def test_a_first_erasure_outlasts_whatever_begins_at_the_same_time(store: SubscriberStore) -> None:
    """Both make the key of fingerprints; the later one must not put its own in the place of the other's."""
    for _ in range(25):
        with store.database.writing() as connection:
            connection.execute(delete(erased))
            connection.execute(delete(settings))
        at_once(lambda: store.erase(KEY, at=NOON), *[lambda: let_in(store)] * 3)
        assert isinstance(store.find(KEY), Erased)


def test_nobody_slips_back_in_between_an_erasure_and_an_import(store: SubscriberStore) -> None:
    for number in range(8):
        address = f"reader{number}@example.org"
        key = address_key(address)
        at_once(
            lambda key=key: store.erase(key, at=NOON),  # type: ignore[misc]
            lambda address=address: let_in(store, newcomer(address)),  # type: ignore[misc]
            lambda address=address: add(store, address),  # type: ignore[misc]
        )
        assert isinstance(store.find(key), Erased)
    assert store.counts() == {}
    assert faults(store.database) == ()
