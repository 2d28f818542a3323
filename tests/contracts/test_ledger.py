"""What every engine must do for deliveries: enrol, claim, settle, halt, correct and count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from newsletter.errors import StoreError
from newsletter.mailing.addresses import address_key
from newsletter.model import SectionSlug
from newsletter.store import move_statements
from newsletter.store.checking import faults
from newsletter.store.database import Database
from newsletter.store.ledger import (
    ACCEPTED,
    Claim,
    EditionId,
    FrozenIssue,
    Halted,
    IssueId,
    LeaseLost,
    Ledger,
    NewWishes,
    SenderHold,
    Verdict,
    Wish,
)
from newsletter.store.schema import deliveries, metadata
from newsletter.store.subscribers import SubscriberStore

FRIDAY, SATURDAY = date(2025, 11, 7), date(2025, 11, 8)
NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run them in threads that start together; what one raises is its result."""
    barrier, results = Barrier(len(calls)), list[object]([None] * len(calls))

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = calls[number]()
        except StoreError as error:
            results[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def counts(ledger: Ledger, issue: FrozenIssue) -> dict[str, int]:
    """Count the states there are, in books that balance."""
    books = ledger.books(issue.id)
    books.balance()
    assert faults(ledger.database) == ()
    return {state: count for state, count in books.counts.items() if count}


def send_all(hold: SenderHold, issue: FrozenIssue, verdict: Verdict = ACCEPTED) -> list[Claim]:
    sent: list[Claim] = []
    while rows := hold.claim(issue.id, 100, at=NOON).rows:
        for claim in rows:
            hold.intend(claim.delivery)
            hold.note(claim.delivery, verdict)
        hold.flush(at=NOON)
        sent += rows
    return sent


# --- freezing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cadence", "day", "enrolled"),
    [("daily", FRIDAY, 5), ("daily", SATURDAY, 2), ("weekly", FRIDAY, 4), ("weekly", SATURDAY, 4)],
)
def test_an_issue_goes_to_the_active_people_whose_rhythm_takes_it(
    ledger: Ledger, build: Any, cadence: str, day: date, enrolled: int
) -> None:
    build.people(ledger.database, 2)
    build.people(ledger.database, 3, first=10, cadence="weekdays")
    build.people(ledger.database, 4, first=20, cadence="weekly")
    for number, status in enumerate(("pending", "paused", "unsubscribed", "bounced", "complained")):
        build.people(ledger.database, 1, first=30 + number, status=status)
        build.people(ledger.database, 1, first=40 + number, status=status, cadence="weekly")
    chosen = build.freezing(build.issue(cadence=cadence, day=day))
    frozen = ledger.freeze(chosen, {Wish(): build.edition()}, at=NOON)
    books = ledger.books(frozen.id)
    assert (frozen.audience, books.audience, books.counts["pending"]) == (enrolled,) * 3


def test_what_was_frozen_comes_back_as_it_was(ledger: Ledger, build: Any) -> None:
    build.people(ledger.database, 1)
    chosen = build.freezing()
    frozen = ledger.freeze(chosen, {Wish(): build.edition("Grüße")}, at=NOON)
    assert ledger.find("2025-11-07") == ledger.find("2025-11-07", 1) == frozen
    assert ledger.issues(5) == (frozen,)
    assert ledger.issue(frozen.id) == chosen.issue
    assert (frozen.letterhead, frozen.dated, frozen.frozen_at) == (chosen.letterhead, chosen.dated, NOON)
    with ledger.sender() as hold:
        [claim] = hold.claim(frozen.id, 5, at=NOON).rows
        assert ledger.edition(claim.edition) == build.edition("Grüße")
    assert ledger.find("2025-11-07", 2) is None


def test_each_reader_has_the_edition_of_their_wish(ledger: Ledger, build: Any) -> None:
    both = (SectionSlug("a"), SectionSlug("b"))
    wishes = [Wish(), Wish(None, "de"), Wish(both), Wish(both, "de"), Wish(both[:1])]
    for number, wish in enumerate(wishes):
        sections = wish.sections[::-1] if wish.sections else None
        build.people(ledger.database, 2, first=10 * number, sections=sections, language=wish.language)
    assert set(ledger.wishes("daily", FRIDAY)) == set(wishes)
    drawn = {wish: build.edition(str(number)) for number, wish in enumerate(wishes)}
    frozen = ledger.freeze(build.freezing(), drawn, at=NOON)
    with ledger.sender() as hold:
        rows = hold.claim(frozen.id, 100, at=NOON).rows
    assert {row.address: ledger.edition(row.edition).subject for row in rows} == {
        f"reader{10 * number + k}@example.org": str(number) for number in range(5) for k in range(2)
    }


def test_a_wish_that_nobody_drew_is_told_and_nothing_is_frozen(ledger: Ledger, build: Any) -> None:
    build.people(ledger.database, 2)
    build.people(ledger.database, 2, first=5, language="de")
    with pytest.raises(NewWishes) as caught:
        ledger.freeze(build.freezing(), {Wish(): build.edition()}, at=NOON)
    assert caught.value.wishes == (Wish(None, "de"),)
    assert ledger.issues(5) == ()
    frozen = ledger.freeze(
        build.freezing(), {Wish(): build.edition(), Wish(None, "de"): build.edition("Hallo")}, at=NOON
    )
    assert counts(ledger, frozen) == {"pending": 4}


def test_who_has_nothing_in_their_sections_gets_no_mail_and_is_in_the_books(
    ledger: Ledger, build: Any
) -> None:
    build.people(ledger.database, 2)
    build.people(ledger.database, 3, first=5, sections=("robotics",))
    drawn = {Wish(): build.edition(), Wish((SectionSlug("robotics"),)): None}
    frozen = ledger.freeze(build.freezing(), drawn, at=NOON)
    assert counts(ledger, frozen) == {"pending": 2, "suppressed": 3}
    [tally] = ledger.books(frozen.id).tallies
    assert (tally.state, tally.reason, tally.count) == ("suppressed", "nothing in their sections", 3)


def test_an_issue_without_readers_is_frozen_and_finished(ledger: Ledger, build: Any) -> None:
    frozen = ledger.freeze(build.freezing(), {}, at=NOON)
    assert counts(ledger, frozen) == {}
    assert ledger.books(frozen.id).is_finished


def test_of_eight_who_freeze_an_issue_at_once_one_does(ledger: Ledger, build: Any) -> None:
    build.people(ledger.database, 50)
    frozen = at_once(*[lambda: ledger.freeze(build.freezing(), {Wish(): build.edition()}, at=NOON)] * 8)
    assert len({repr(one) for one in frozen}) == 1
    assert isinstance(frozen[0], FrozenIssue)
    assert counts(ledger, frozen[0]) == {"pending": 50}


def test_who_freezes_again_gets_what_is_there_whatever_they_bring(ledger: Ledger, build: Any) -> None:
    first = build.enrol(ledger.database)
    build.people(ledger.database, 5, first=50)
    assert ledger.freeze(build.freezing(digest="other"), {}, at=NOON) == first
    assert counts(ledger, first) == {"pending": 3}


def test_a_second_revision_that_corrects_nothing_is_refused(ledger: Ledger, build: Any) -> None:
    build.enrol(ledger.database)
    with pytest.raises(StoreError, match="revision 1 was frozen already") as caught:
        ledger.freeze(build.freezing(build.issue(revision=2)), {}, at=NOON)
    assert "--correction" in (caught.value.hint or "")


# --- claiming --------------------------------------------------------------------------------------------


def test_claims_are_handed_out_once_in_the_order_people_came(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 5)
    with ledger.sender() as one, ledger.sender() as other:
        first = one.claim(frozen.id, 2, at=NOON)
        second = other.claim(frozen.id, 9, at=NOON)
        assert [claim.address for claim in first.rows] == ["reader0@example.org", "reader1@example.org"]
        assert [claim.address for claim in second.rows] == [f"reader{k}@example.org" for k in (2, 3, 4)]
        assert [claim.attempt for claim in first.rows + second.rows] == [1] * 5
        assert (first.exhausted, second.exhausted) == (False, True)
        assert one.claim(frozen.id, 2, at=NOON).rows == ()
    assert counts(ledger, frozen) == {"pending": 5}, "what was not sent goes back"


def test_a_claim_leaves_out_who_has_the_mail_already_between_two_who_have_not(
    ledger: Ledger, build: Any
) -> None:
    frozen = build.enrol(ledger.database, 6)
    with ledger.sender() as one:
        first, second, third, *_ = one.claim(frozen.id, 6, at=NOON).rows
        one.intend(third.delivery)
        one.note(third.delivery, ACCEPTED)
    with ledger.sender() as other:
        found = other.claim(frozen.id, 9, at=NOON).rows
        assert {first.delivery, second.delivery} < {claim.delivery for claim in found}
        assert third.delivery not in {claim.delivery for claim in found}
        assert counts(ledger, frozen) == {"accepted": 1, "claimed": 5}
        for claim in found:
            other.note(claim.delivery, ACCEPTED)
        assert other.flush(at=NOON) == 5
    assert counts(ledger, frozen) == {"accepted": 6}


def test_claims_come_edition_by_edition_so_that_few_are_in_use_at_a_time(ledger: Ledger, build: Any) -> None:
    languages = (None, "de", "fr")
    for number in range(12):
        build.people(ledger.database, 1, first=number, language=languages[number % 3])
    drawn = {Wish(None, language): build.edition(str(language)) for language in languages}
    frozen = ledger.freeze(build.freezing(), drawn, at=NOON)
    with ledger.sender() as hold:
        rows = hold.claim(frozen.id, 100, at=NOON).rows
    places = [(row.edition, row.subscriber) for row in rows]
    assert places == sorted(places)
    assert len({row.edition for row in rows}) == 3


def test_eight_senders_at_once_never_claim_the_same(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 400)

    def send() -> list[Claim]:
        sent: list[Claim] = []
        with ledger.sender() as hold:
            while rows := hold.claim(frozen.id, 7, at=NOON).rows:
                for claim in rows:
                    hold.intend(claim.delivery)
                    hold.note(claim.delivery, ACCEPTED)
                hold.flush(at=NOON)
                sent += rows
        return sent

    results = at_once(*[send] * 8)
    sent = Counter(claim.delivery for one in results if isinstance(one, list) for claim in one)
    assert (len(sent), set(sent.values())) == (400, {1})
    assert counts(ledger, frozen) == {"accepted": 400}


def test_who_left_or_was_erased_since_is_suppressed(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 4)
    store = SubscriberStore(ledger.database)
    store.change_status(address_key("reader0@example.org"), "unsubscribed", at=NOON, reason="test")
    store.change_status(address_key("reader1@example.org"), "paused", at=NOON, reason="test")
    store.erase(address_key("reader2@example.org"), at=NOON)
    with ledger.sender() as hold:
        claimed = hold.claim(frozen.id, 4, at=NOON)
        assert ([claim.address for claim in claimed.rows], claimed.suppressed) == (["reader3@example.org"], 3)
    books = ledger.books(frozen.id)
    assert {tally.reason for tally in books.tallies} == {
        "left (unsubscribed)",
        "left (paused)",
        "is no longer here",
    }
    assert {state: count for state, count in books.counts.items() if count} == {"pending": 1, "suppressed": 3}


def test_a_claim_looks_past_those_who_left_until_it_finds_somebody(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 9)
    for number in range(8):
        key = address_key(f"reader{number}@example.org")
        SubscriberStore(ledger.database).change_status(key, "paused", at=NOON, reason="test")
    with ledger.sender() as hold:
        claimed = hold.claim(frozen.id, 2, at=NOON)
        assert [claim.address for claim in claimed.rows] == ["reader8@example.org"]
        assert claimed.suppressed == 8


def test_who_was_put_off_is_claimed_when_it_is_time_before_all_others(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 3)
    later = NOON + timedelta(minutes=5)
    with ledger.sender() as hold:
        [claim] = hold.claim(frozen.id, 1, at=NOON).rows
        hold.intend(claim.delivery)
        hold.note(claim.delivery, Verdict(state="pending", not_before=later, code="4.2.0", reason="busy"))
        hold.flush(at=NOON)
        assert ledger.next_due(frozen.id) == later
        [second] = hold.claim(frozen.id, 1, at=later - timedelta(seconds=1)).rows
        assert second.delivery != claim.delivery
        [again] = hold.claim(frozen.id, 1, at=later).rows
        assert (again.delivery, again.attempt) == (claim.delivery, 2)
        assert ledger.next_due(frozen.id) is None
        hold.note(again.delivery, ACCEPTED)
        assert hold.flush(at=later) == 1


def test_a_claim_that_is_given_back_counts_as_no_attempt(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 3)
    later = NOON + timedelta(minutes=5)
    with ledger.sender() as hold:
        rows = hold.claim(frozen.id, 3, at=NOON).rows
        hold.give_back([rows[0].delivery], at=NOON)
        hold.give_back([rows[1].delivery], not_before=later, at=NOON)
        [again] = hold.claim(frozen.id, 3, at=NOON).rows
        assert (again.delivery, again.attempt) == (rows[0].delivery, 1)
        [postponed] = hold.claim(frozen.id, 3, at=later).rows
        assert (postponed.delivery, postponed.attempt) == (rows[1].delivery, 1)


def test_nothing_can_be_said_of_what_is_not_held(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 1)
    with ledger.sender() as hold:
        with pytest.raises(LeaseLost):
            hold.intend(1)
        [claim] = hold.claim(frozen.id, 1, at=NOON).rows
        hold.give_back([claim.delivery], at=NOON)
        with pytest.raises(LeaseLost):
            hold.intend(claim.delivery)
        with pytest.raises(LeaseLost):
            hold.note(claim.delivery, ACCEPTED)
    assert counts(ledger, frozen) == {"pending": 1}


def test_many_are_noted_and_intended_at_once(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 7)
    with ledger.sender() as hold:
        hold.record([], [])
        first, second, last = (
            [row.delivery for row in hold.claim(frozen.id, limit, at=NOON).rows] for limit in (3, 2, 2)
        )
        hold.record([], first)
        hold.record(first, second)
        hold.record([second[0]], [])
        with pytest.raises(LeaseLost, match=f"delivery {first[0]} is not held"):
            hold.record([], [last[0], first[0]])
        with pytest.raises(LeaseLost, match=f"delivery {first[0]} is not held"):
            hold.record([first[0]], [])
        hold.give_back([last[1]], at=NOON)
        with pytest.raises(LeaseLost):
            hold.record([], [last[1]])
        assert hold.flush(at=NOON) == 4
    # the second of those was under way, the last ones were only claimed
    assert counts(ledger, frozen) == {"accepted": 4, "in_doubt": 1, "pending": 2}


def test_what_is_recorded_at_once_may_be_of_several_claims(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 3)
    with ledger.sender() as hold:
        [first, second] = [row.delivery for row in hold.claim(frozen.id, 2, at=NOON).rows]
        hold.give_back([first], at=NOON)
        again = [row.delivery for row in hold.claim(frozen.id, 2, at=NOON).rows]
        assert first in again
        hold.record([], [second, *again])
        with pytest.raises(LeaseLost):
            hold.record([second], [999])
        hold.record([second, *again], [])
    hold.record([], [])
    assert counts(ledger, frozen) == {"accepted": 3}


# --- outcomes --------------------------------------------------------------------------------------------


def test_each_verdict_is_in_the_books_with_its_reason(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 5)
    verdicts = [
        ACCEPTED,
        Verdict(state="refused", code="5.1.1", reason="no such user"),
        Verdict(state="pending", not_before=NOON, code="4.7.1", reason="greylisted"),
        Verdict(state="in_doubt", reason="the connection was lost"),
        Verdict(state="dropped", reason="policy"),
    ]
    with ledger.sender() as hold:
        for claim, verdict in zip(hold.claim(frozen.id, 5, at=NOON).rows, verdicts, strict=True):
            hold.intend(claim.delivery)
            hold.note(claim.delivery, verdict)
        assert hold.flush(at=NOON) == 5
    assert counts(ledger, frozen) == {"accepted": 1, "refused": 1, "pending": 1, "in_doubt": 1, "dropped": 1}
    books = ledger.books(frozen.id)
    assert {(tally.state, tally.code, tally.reason) for tally in books.tallies} == {
        (verdict.state, verdict.code, verdict.reason) for verdict in verdicts[1:]
    }
    assert books.settled_at == NOON
    assert not books.is_finished


def test_a_row_keeps_no_address_and_nothing_that_could_harm_a_terminal(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 1)
    hostile = "<reader0@example.org>: \x1b[2J\x00 gone\r\n\ud800" + "x" * 5_000
    with ledger.sender() as hold:
        [claim] = hold.claim(frozen.id, 1, at=NOON).rows
        hold.intend(claim.delivery)
        hold.note(claim.delivery, Verdict(state="refused", code="5.1.1" + "\n" * 50, reason=hostile))
        hold.flush(at=NOON)
    [tally] = ledger.books(frozen.id).tallies
    assert tally.reason.startswith("<r…@example.org>: [2J gone")
    assert tally.reason.isprintable()
    assert len(tally.reason) <= 300
    assert tally.code == ""


def test_an_erased_person_leaves_only_a_number(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 2)
    with ledger.sender() as hold:
        send_all(hold, frozen, Verdict(state="in_doubt", reason="lost"))
    SubscriberStore(ledger.database).erase(address_key("reader0@example.org"), at=NOON)
    assert [doubt.address for doubt in ledger.in_doubt(frozen.id)] == [None, "reader1@example.org"]
    assert counts(ledger, frozen) == {"in_doubt": 2}


def test_doubts_are_settled_by_choice_and_nothing_else_is(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 4)
    with ledger.sender() as hold:
        rows = hold.claim(frozen.id, 4, at=NOON).rows
        for claim in rows:
            hold.intend(claim.delivery)
            state = "refused" if claim is rows[3] else "in_doubt"
            hold.note(claim.delivery, Verdict(state=state, reason="x"))  # type: ignore[arg-type]
    numbers = [claim.delivery for claim in rows]
    doubts = list(ledger.in_doubt(frozen.id))
    assert [(doubt.delivery, doubt.attempt, doubt.since) for doubt in doubts] == [
        (number, 1, NOON) for number in numbers[:3]
    ]
    settled = ledger.settle_doubts(frozen.id, [numbers[0], numbers[3], 99], "accepted", at=NOON, reason="log")
    assert settled == 1
    assert ledger.settle_doubts(frozen.id, [numbers[1]], "pending", at=NOON, reason="resend") == 1
    assert ledger.settle_doubts(frozen.id, None, "dropped", at=NOON, reason="given up") == 1
    assert ledger.settle_doubts(frozen.id, None, "accepted", at=NOON, reason="late") == 0
    assert counts(ledger, frozen) == {"accepted": 1, "pending": 1, "dropped": 1, "refused": 1}
    with ledger.sender() as hold:
        [again] = hold.claim(frozen.id, 9, at=NOON).rows
        assert (again.delivery, again.attempt) == (numbers[1], 2)


def test_what_an_earlier_claim_tells_late_changes_nothing(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 1)
    with ledger.sender() as hold:
        [claim] = hold.claim(frozen.id, 1, at=NOON).rows
        hold.intend(claim.delivery)
        hold.note(claim.delivery, Verdict(state="refused"))
        with ledger.database.writing() as connection:
            connection.execute(deliveries.update().values(fence=deliveries.c.fence + 1))
        assert hold.flush(at=NOON) == 0
        with ledger.database.writing() as connection:
            connection.execute(deliveries.update().values(state="pending", sender_id=None))
    assert counts(ledger, frozen) == {"pending": 1}


# --- halting and correcting ------------------------------------------------------------------------------


def test_a_halt_reaches_every_sender_and_nothing_can_be_intended_after_it(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 4)
    with ledger.sender() as one, ledger.sender() as other:
        [first, second] = one.claim(frozen.id, 2, at=NOON).rows
        one.intend(first.delivery)
        assert ledger.halt(frozen.id, at=NOON, reason="wrong day")
        assert not ledger.halt(frozen.id, at=NOON, reason="again")
        one.renew(at=NOON)
        assert one.is_halted(frozen.id)
        with pytest.raises(Halted):
            one.intend(second.delivery)
        one.note(first.delivery, ACCEPTED)
        claimed = other.claim(frozen.id, 2, at=NOON)
        assert (claimed.rows, claimed.is_halted) == ((), True)
    assert counts(ledger, frozen) == {"accepted": 1, "pending": 3}
    found = ledger.find(frozen.slug)
    assert found == replace(frozen, halted_at=NOON, halt_reason="wrong day")
    assert ledger.unhalt(frozen.id, at=NOON)
    assert not ledger.unhalt(frozen.id, at=NOON)
    with ledger.sender() as hold:
        assert len(send_all(hold, frozen)) == 3


def test_a_correction_goes_to_exactly_those_who_have_the_wrong_one(ledger: Ledger, build: Any) -> None:
    wrong = build.enrol(ledger.database, 6)
    states = ["accepted", "accepted", "accepted", "refused"]
    with ledger.sender() as hold:
        for claim, state in zip(hold.claim(wrong.id, 4, at=NOON).rows, states, strict=True):
            hold.intend(claim.delivery)
            hold.note(claim.delivery, Verdict(state=state))  # type: ignore[arg-type]
    store = SubscriberStore(ledger.database)
    store.change_status(address_key("reader1@example.org"), "unsubscribed", at=NOON, reason="test")
    store.erase(address_key("reader2@example.org"), at=NOON)
    build.people(ledger.database, 2, first=50)
    ledger.halt(wrong.id, at=NOON, reason="wrong day")
    drawn = {Wish(): build.edition("Correction")}
    right = build.freezing(build.issue(revision=2), corrects=wrong.id, audience="corrected")
    corrected = ledger.freeze(right, drawn, at=NOON)
    rest = build.freezing(build.issue(revision=3), corrects=wrong.id, audience="missed")
    missed = ledger.freeze(rest, drawn, at=NOON)
    assert corrected.corrects == wrong.id
    with ledger.sender() as hold:
        assert [claim.address for claim in send_all(hold, corrected)] == ["reader0@example.org"]
        addresses = [claim.address for claim in send_all(hold, missed)]
    assert addresses == ["reader4@example.org", "reader5@example.org"]
    assert counts(ledger, corrected) == {"accepted": 1, "suppressed": 2}
    assert counts(ledger, missed) == {"accepted": 2}
    assert counts(ledger, wrong) == {"accepted": 3, "refused": 1, "dropped": 2}
    with pytest.raises(StoreError, match="corrects this one"):
        ledger.unhalt(wrong.id, at=NOON)


def test_a_correction_waits_until_it_is_known_who_has_the_wrong_one(ledger: Ledger, build: Any) -> None:
    wrong = build.enrol(ledger.database, 2)
    right = build.freezing(build.issue(revision=2), corrects=wrong.id, audience="corrected")
    with pytest.raises(StoreError, match="still being sent"):
        ledger.freeze(right, {}, at=NOON)
    with ledger.sender() as hold:
        [claim] = hold.claim(wrong.id, 1, at=NOON).rows
        ledger.halt(wrong.id, at=NOON, reason="wrong day")
        with pytest.raises(StoreError, match="in the hands of a sender"):
            ledger.freeze(right, {}, at=NOON)
        hold.note(claim.delivery, Verdict(state="in_doubt"))
        hold.flush(at=NOON)
        with pytest.raises(StoreError, match="it is not known") as caught:
            ledger.freeze(right, {}, at=NOON)
        assert "newsletter reconcile" in (caught.value.hint or "")
    ledger.settle_doubts(wrong.id, None, "accepted", at=NOON, reason="log")
    assert ledger.freeze(right, {Wish(): build.edition()}, at=NOON).audience == 1


@pytest.mark.parametrize(
    "changes", [{"audience": "corrected"}, {"corrects": 1}, {"corrects": 99, "audience": "missed"}]
)
def test_a_correction_that_makes_no_sense_is_refused(
    ledger: Ledger, build: Any, changes: dict[str, Any]
) -> None:
    wrong = build.enrol(ledger.database)
    ledger.halt(wrong.id, at=NOON, reason="wrong day")
    with pytest.raises(StoreError):
        ledger.freeze(build.freezing(build.issue(revision=2), **changes), {}, at=NOON)
    assert ledger.issues(5)[1:] == ()


# --- what it costs ---------------------------------------------------------------------------------------


def test_a_server_goes_to_the_rows_of_a_few_claims_by_their_numbers(
    migrated_postgres: Database, build: Any
) -> None:
    ledger = Ledger(migrated_postgres)
    try:
        frozen = build.enrol(ledger.database, 2_000)
        with ledger.sender() as hold, ledger.database.reading() as connection:
            hold.claim(frozen.id, 1_000, at=NOON)
            claim = [1, 2], [1, 1], hold.id
            for statement, values in (
                (move_statements.SERVER_FLY, claim),
                (move_statements.SERVER_RETURN, (None, *claim)),
            ):
                plan = str(connection.exec_driver_sql(f"EXPLAIN {statement}", values).all())
                assert "pk_deliveries" in plan
            rows = frozen.id, 5, frozen.id, 2**63 - 1, 100
            plan = str(connection.exec_driver_sql(f"EXPLAIN {move_statements.SERVER_FRESH}", rows).all())
            assert "ix_deliveries_fresh" in plan
    finally:
        with ledger.database.writing() as connection:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE")


# --- what is checked -------------------------------------------------------------------------------------


def test_a_check_finds_books_that_do_not_balance(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 3)
    with ledger.database.writing() as connection:
        connection.execute(deliveries.delete().where(deliveries.c.id == 2))
    with pytest.raises(StoreError, match="3 were enrolled, 2 are there"):
        ledger.books(frozen.id).balance()
    assert [fault for fault in faults(ledger.database) if "3 were enrolled" in fault]


def test_a_delivery_without_an_edition_is_not_given_that_of_the_others(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 3)
    with ledger.database.writing() as connection:
        connection.execute(deliveries.update().where(deliveries.c.id == 2).values(edition_id=None))
    with ledger.sender() as hold:
        claims = hold.claim(frozen.id, 3, at=NOON).rows
    assert [claim.edition for claim in claims] == [claims[0].edition, None, claims[0].edition]


def test_a_check_finds_deliveries_that_no_send_would_find(ledger: Ledger, build: Any) -> None:
    frozen = build.enrol(ledger.database, 3)
    with ledger.sender() as hold:
        hold.claim(frozen.id, 1, at=NOON)
        assert faults(ledger.database) == ()
        for change in (
            "settled_at = frozen_at FROM frozen_issues WHERE state = 'pending'",
            "not_before = frozen_at FROM frozen_issues WHERE state = 'claimed'",
        ):
            with ledger.database.writing() as connection:
                connection.exec_driver_sql(f"UPDATE deliveries SET {change}")
        assert faults(ledger.database)[0] == (
            "3 deliveries are open by their state and not by their times, so no send would find them"
        )


def test_an_issue_that_is_not_there_is_told(ledger: Ledger) -> None:
    for look in (
        lambda: ledger.books(IssueId(7)),
        lambda: ledger.issue(IssueId(7)),
        lambda: ledger.edition(EditionId(7)),
    ):
        with pytest.raises(StoreError, match="no frozen"):
            look()
