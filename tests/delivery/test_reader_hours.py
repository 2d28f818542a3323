"""A run in which readers get an issue at the hour they chose, where they live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from newsletter.delivery import recorder
from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.report import DeliveryReport
from newsletter.delivery.run import deliver
from newsletter.issues.hours import moment_of
from newsletter.model import Accepted, Deferred, Outcome, OutgoingMail
from newsletter.store.database import Database, open_database
from newsletter.store.ledger import Freezing, FrozenIssue, Ledger
from newsletter.store.schema import subscribers
from tests.conftest import make_issue
from tests.delivery.puppets import Puppet
from tests.delivery.stage import EDITION, LETTERHEAD, Diary, LeapingClock, Letters, address_of, settle_in

SIX = datetime(2025, 11, 7, 6, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Honolulu", "Pacific/Auckland")
STAYS = DeliveryPolicy(stays_for_hours=True)
PEOPLE = 72


@pytest.fixture(autouse=True)
def long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run looks around every ten seconds of a day that passes at once; every hour is enough here."""
    monkeypatch.setattr(recorder, "_PAUSE_SECONDS", 3600)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    yield opened
    opened.close()


@pytest.fixture
def hours(database: Database) -> dict[str, datetime]:
    """Let people in everywhere, and say from when each may get it."""
    settle_in(database, PEOPLE)
    found = {}
    with database.writing() as connection:
        for number in range(1, PEOPLE + 1):
            zone, hour = ZONES[number % len(ZONES)], number * 5 % 24
            changing = update(subscribers).where(subscribers.c.address == address_of(number))
            connection.execute(changing.values(timezone=zone, hour=hour))
            found[address_of(number)] = max(SIX, moment_of(SIX.date(), hour, zone))
    return found


def frozen(database: Database) -> FrozenIssue:
    ledger = Ledger(database)
    freezing = Freezing(
        issue=make_issue(), letterhead=LETTERHEAD, dated=SIX, digest="digest", keeps_hours=True
    )
    return ledger.freeze(freezing, dict.fromkeys(ledger.wishes("daily", SIX.date()), EDITION), at=SIX)


def sent(
    database: Database,
    issue: FrozenIssue,
    puppet: Puppet,
    clock: LeapingClock,
    policy: DeliveryPolicy,
    diary: Diary | None = None,
) -> DeliveryReport:
    return deliver(issue, Ledger(database), puppet, Letters(), policy, clock=clock, watch=diary or Diary())


class Notebook:
    """Says yes, and writes down when each got it."""

    def __init__(self, clock: LeapingClock) -> None:
        self.clock, self.at = clock, dict[str, datetime]()

    def says(self, mail: OutgoingMail, attempt: int) -> Outcome:
        del attempt
        self.at[mail.recipient] = self.clock.now()
        return Accepted(reply="250 kept", code="2.0.0")


def test_a_run_that_stays_brings_each_mail_at_its_hour(
    database: Database, hours: dict[str, datetime]
) -> None:
    issue, clock, diary = frozen(database), LeapingClock(SIX), Diary()
    notebook = Notebook(clock)
    report = sent(database, issue, Puppet(says=notebook.says), clock, STAYS, diary)
    assert (report.ending, report.exit_code) == ("done", 0)
    assert report.books.counts["accepted"] == PEOPLE
    assert notebook.at.keys() == hours.keys()
    assert all(hours[who] <= at < hours[who] + timedelta(minutes=1) for who, at in notebook.at.items())
    assert any("readers chose a later hour" in notice.text for notice in diary.notices)


def test_a_run_every_two_hours_brings_the_same_and_ends_each_time(
    database: Database, hours: dict[str, datetime]
) -> None:
    issue, impatient = frozen(database), DeliveryPolicy(patience_minutes=0)
    at, endings, got = SIX, list[str](), dict[str, datetime]()
    while not endings or endings[-1] != "done":
        notebook = Notebook(LeapingClock(at))
        report = sent(database, issue, Puppet(says=notebook.says), notebook.clock, impatient)
        assert report.exit_code == 0
        report.books.balance()
        assert not got.keys() & notebook.at.keys()
        got |= notebook.at
        endings.append(report.ending)
        at += timedelta(hours=2)
    assert set(endings[:-1]) == {"waiting"}
    assert all(hours[who] <= when < hours[who] + timedelta(hours=2, minutes=1) for who, when in got.items())
    assert got.keys() == hours.keys()


def test_an_hour_that_comes_within_the_patience_of_a_run_is_waited_for(
    database: Database, hours: dict[str, datetime]
) -> None:
    issue, clock = frozen(database), LeapingClock(SIX)
    first = min(at for at in hours.values() if at > SIX)
    patience = (first - SIX).total_seconds() / 60 + 1
    report = sent(database, issue, Puppet(), clock, DeliveryPolicy(patience_minutes=patience))
    assert report.ending == "waiting"
    assert report.until is not None
    assert report.until > first
    assert report.books.counts["accepted"] == sum(at <= first for at in hours.values())


def test_who_was_put_off_while_others_wait_is_no_success(
    database: Database, hours: dict[str, datetime]
) -> None:
    unlucky = min(hours, key=lambda who: hours[who])

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        del attempt
        if mail.recipient == unlucky:
            return Deferred(reason="451 later", code="4.7.1")
        return Accepted(reply="250 kept", code="2.0.0")

    issue, clock = frozen(database), LeapingClock(SIX)
    report = sent(database, issue, Puppet(says=says), clock, DeliveryPolicy(patience_minutes=0))
    assert (report.ending, report.exit_code) == ("put_off", 7)
    retries = replace(STAYS.retries, first_seconds=100_000, longest_seconds=100_000)
    report = sent(database, issue, Puppet(says=says), clock, replace(STAYS, retries=retries))
    assert report.ending == "put_off"  # and the others had their hour
    assert report.books.counts["accepted"] == PEOPLE - 1
