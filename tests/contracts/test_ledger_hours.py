"""What every engine must do so that each reader gets an issue at the hour they chose, where they live."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from newsletter.errors import StoreError
from newsletter.store import move_statements
from newsletter.store.database import Database
from newsletter.store.ledger import ACCEPTED, FrozenIssue, HoursLeft, Ledger, Verdict, Wish
from newsletter.store.pace import pace
from newsletter.store.schema import deliveries, subscribers

SIX = datetime(2025, 11, 7, 6, tzinfo=UTC)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


def hour(number: int) -> datetime:
    return SIX.replace(hour=number)


def frozen_with_hours(ledger: Ledger, build: Any, *places: tuple[str, int], **changes: Any) -> FrozenIssue:
    for number, (timezone, at) in enumerate(places):
        build.people(ledger.database, 1, first=number, timezone=timezone, hour=at)
    freezing = build.freezing(keeps_hours=True, **changes)
    return ledger.freeze(freezing, {Wish(): build.edition()}, at=SIX)


def moments(ledger: Ledger) -> dict[str, datetime | None]:
    rows = select(subscribers.c.timezone, deliveries.c.not_before).join_from(
        deliveries, subscribers, subscribers.c.id == deliveries.c.subscriber_id
    )
    with ledger.database.reading() as connection:
        return dict(connection.execute(rows).all())


def sent(ledger: Ledger, issue: FrozenIssue, at: datetime) -> int:
    """Send what is due, and say how many that was."""
    count = 0
    with ledger.sender() as hold:
        while rows := hold.claim(issue.id, 100, at=at).rows:
            for claim in rows:
                hold.intend(claim.delivery)
                hold.note(claim.delivery, ACCEPTED)
            count += len(rows)
    ledger.books(issue.id).balance()
    return count


def test_each_reader_waits_for_their_own_hour_where_they_live(ledger: Ledger, build: Any) -> None:
    frozen_with_hours(
        ledger, build, ("Europe/Berlin", 8), ("America/New_York", 7), ("Asia/Kolkata", 18), ("UTC", 6)
    )
    assert moments(ledger) == {
        "Europe/Berlin": hour(7),
        "America/New_York": hour(12),
        "Asia/Kolkata": hour(12) + timedelta(minutes=30),
        "UTC": None,
    }


def test_whose_hour_is_over_gets_it_at_once_and_never_a_day_later(ledger: Ledger, build: Any) -> None:
    frozen_with_hours(ledger, build, ("Pacific/Auckland", 7), ("Asia/Tokyo", 9), ("Europe/Berlin", 7))
    assert set(moments(ledger).values()) == {None}


def test_a_zone_that_nobody_knows_counts_as_utc(ledger: Ledger, build: Any) -> None:
    strange = ("Mars/Olympus_Mons", "Europe", "../../etc/passwd", "'; DROP TABLE x", "Ünder/Zone", "")
    frozen_with_hours(ledger, build, *((zone, 9) for zone in strange))
    assert moments(ledger) == dict.fromkeys(strange, hour(9))


def test_the_hour_is_that_of_the_issues_day_through_a_change_of_clocks(ledger: Ledger, build: Any) -> None:
    spring = build.issue(day=date(2025, 3, 30), slug="2025-03-30")
    build.people(ledger.database, 1, timezone="Europe/Berlin", hour=2)
    build.people(ledger.database, 1, first=1, timezone="America/New_York", hour=2)
    before = datetime(2025, 3, 29, 12, tzinfo=UTC)
    ledger.freeze(build.freezing(spring, keeps_hours=True), {Wish(): build.edition()}, at=before)
    assert moments(ledger) == {
        "Europe/Berlin": datetime(2025, 3, 30, 1, tzinfo=UTC),
        "America/New_York": datetime(2025, 3, 30, 6, tzinfo=UTC),
    }


def test_only_those_are_claimed_whose_hour_has_come(ledger: Ledger, build: Any) -> None:
    issue = frozen_with_hours(ledger, build, ("UTC", 6), ("UTC", 8), ("Europe/Berlin", 9), ("UTC", 20))
    assert ledger.hours_left(issue.id) == HoursLeft(people=3, first=hour(8), last=hour(20))
    assert ledger.next_due(issue.id) == hour(8)
    assert [sent(ledger, issue, at) for at in (SIX, hour(7), hour(8), hour(19), hour(20))] == [1, 0, 2, 0, 1]
    assert ledger.hours_left(issue.id) == HoursLeft()
    assert ledger.books(issue.id).counts["accepted"] == 4


def test_without_hours_an_issue_is_for_now(ledger: Ledger, build: Any) -> None:
    build.people(ledger.database, 2, timezone="America/New_York", hour=20)
    issue = ledger.freeze(build.freezing(), {Wish(): build.edition()}, at=SIX)
    assert ledger.hours_left(issue.id) == HoursLeft()
    assert sent(ledger, issue, SIX) == 2


def test_hours_can_be_let_go_of_but_not_what_a_server_put_off(ledger: Ledger, build: Any) -> None:
    issue = frozen_with_hours(ledger, build, ("UTC", 6), ("UTC", 8), ("UTC", 20))
    with ledger.sender() as hold:
        [claim] = hold.claim(issue.id, 5, at=SIX).rows
        hold.intend(claim.delivery)
        hold.note(claim.delivery, Verdict(state="pending", not_before=hour(9)))
    seen = pace(ledger.database, issue.id, at=SIX)
    assert (seen.put_off, seen.waiting, seen.last_hour) == (1, 2, hour(20))
    assert ledger.release_hours(issue.id) == 2
    assert ledger.release_hours(issue.id) == 0
    assert sent(ledger, issue, SIX) == 2
    assert ledger.next_due(issue.id) == hour(9)


def test_who_has_nothing_in_their_sections_waits_for_nothing(ledger: Ledger, build: Any) -> None:
    build.people(ledger.database, 2, timezone="UTC", hour=20)
    issue = ledger.freeze(build.freezing(keeps_hours=True), {Wish(): None}, at=SIX)
    assert ledger.hours_left(issue.id) == HoursLeft()
    assert ledger.books(issue.id).is_finished


def test_who_leaves_before_their_hour_gets_none(ledger: Ledger, build: Any) -> None:
    issue = frozen_with_hours(ledger, build, ("UTC", 8), ("UTC", 9))
    with ledger.database.writing() as connection:
        connection.execute(text("UPDATE subscribers SET status = 'unsubscribed' WHERE hour = 9"))
    assert sent(ledger, issue, hour(10)) == 1
    assert ledger.books(issue.id).counts["suppressed"] == 1


def test_a_sender_that_dies_gives_back_what_was_due(ledger: Ledger, build: Any) -> None:
    issue = frozen_with_hours(ledger, build, ("UTC", 8), ("UTC", 20))
    with ledger.sender() as hold:
        assert hold.claim(issue.id, 5, at=hour(8)).rows
    assert ledger.hours_left(issue.id).people == 1
    assert sent(ledger, issue, hour(8)) == 1


def test_a_correction_keeps_no_hours(ledger: Ledger, build: Any) -> None:
    issue = frozen_with_hours(ledger, build, ("UTC", 6), ("UTC", 20))
    assert sent(ledger, issue, SIX) == 1
    ledger.halt(issue.id, at=SIX, reason="wrong")
    for revision, audience in ((2, "corrected"), (3, "missed")):
        right = build.freezing(
            build.issue(revision=revision), corrects=issue.id, audience=audience, keeps_hours=True
        )
        frozen = ledger.freeze(right, {Wish(): build.edition()}, at=SIX)
        assert ledger.hours_left(frozen.id) == HoursLeft()
        assert sent(ledger, frozen, SIX) == 1


def test_weekdays_readers_have_one_issue_on_the_day_after_a_weekend(ledger: Ledger, build: Any) -> None:
    monday = date(2025, 11, 10)
    build.people(ledger.database, 2)
    build.people(ledger.database, 3, first=10, cadence="weekdays")
    theirs = build.issue(cadence="weekdays", day=monday, slug="2025-11-10-weekdays")
    for issue, audience in ((theirs, 3), (build.issue(day=monday, slug="2025-11-10"), 2)):
        frozen = ledger.freeze(build.freezing(issue), {Wish(): build.edition()}, at=SIX)
        assert frozen.audience == audience
    build.people(ledger.database, 1, first=20)
    late = build.issue(cadence="weekdays", day=date(2025, 11, 11), slug="2025-11-11-weekdays")
    daily = build.issue(day=date(2025, 11, 11), slug="2025-11-11")
    assert ledger.freeze(build.freezing(daily), {Wish(): build.edition()}, at=SIX).audience == 6
    with pytest.raises(StoreError, match="enrolled in 2025-11-11 already"):
        ledger.freeze(build.freezing(late), {Wish(): build.edition()}, at=SIX)


def test_a_claim_of_what_is_due_looks_at_nothing_else(ledger: Ledger, build: Any) -> None:
    issue = frozen_with_hours(ledger, build, *(("UTC", 8 + number % 12) for number in range(60)))
    with ledger.database.reading() as connection:
        if connection.dialect.name == "sqlite":
            values = issue.id, "2025-11-10 09:00:00", 1000
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {move_statements.DUE}", values).all()
            assert "ix_deliveries_put_off (issue_id=? AND not_before>? AND not_before<?)" in str(plan)
            assert "TEMP B-TREE" not in str(plan)
        else:
            # So few rows could as well be read and sorted: what matters is that they need not be.
            for way in ("seqscan", "sort"):
                connection.execute(text(f"SET LOCAL enable_{way} = off"))
            values_there = issue.id, hour(9), 1000
            plan = connection.exec_driver_sql(f"EXPLAIN {move_statements.SERVER_DUE}", values_there).all()
            assert "ix_deliveries_put_off" in str(plan)
            assert "Sort" not in str(plan)


def test_the_hour_of_a_reader_is_looked_up_and_not_searched_for_among_all_pairs(
    ledger: Ledger, build: Any
) -> None:
    caught: list[tuple[str, Any]] = []

    def catch(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("INSERT INTO deliveries"):
            caught.append((statement, values))

    engine = ledger.database.engine
    event.listen(engine, "before_cursor_execute", catch)
    frozen_with_hours(ledger, build, *(("UTC", number % 24) for number in range(60)))
    event.remove(engine, "before_cursor_execute", catch)
    [(statement, values)] = caught
    if engine.dialect.name == "sqlite":
        with ledger.database.reading() as connection:
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
        assert "SEARCH hours USING AUTOMATIC COVERING INDEX" in plan
