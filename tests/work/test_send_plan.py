"""What sending an issue comes to, for every past it may have."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from newsletter.errors import UsageError
from newsletter.model import Letterhead, Mailbox
from newsletter.store.ledger import FrozenIssue, IssueId
from newsletter.work.at_hand import AtHand
from newsletter.work.send_plan import Step, Wanted, plan

NOW = datetime(2025, 11, 7, 6, tzinfo=UTC)
LETTERHEAD = Letterhead(
    sender=Mailbox(address="d@example.org"),
    reply_to=None,
    list_id="d.example.org",
    base_url="https://example.org",
)


def frozen(number: int, *, halted: bool = False, corrects: int | None = None) -> FrozenIssue:
    return FrozenIssue(
        id=IssueId(number),
        slug="2025-11-07",
        revision=number,
        cadence="daily",
        day=date(2025, 11, 7),
        digest="d",
        letterhead=LETTERHEAD,
        dated=NOW,
        frozen_at=NOW,
        audience=3,
        halted_at=NOW if halted else None,
        corrects=IssueId(corrects) if corrects else None,
    )


def planned(wanted: Wanted, *revisions: FrozenIssue) -> list[tuple[str, int | None, int | None, bool]]:
    """Each step: for whom, which revision goes on, which one is put right, and whether the mail says so."""
    at_hand = AtHand(slug="2025-11-07", folder=None, stored=None, revisions=revisions)
    return [
        (
            step.audience,
            step.frozen.revision if step.frozen else None,
            step.corrects.revision if step.corrects else None,
            step.is_marked,
        )
        for step in plan(at_hand, wanted)
    ]


def test_what_is_frozen_goes_on() -> None:
    assert planned("send", frozen(1)) == [("everybody", 1, None, False)]
    assert planned("resume", frozen(1)) == [("everybody", 1, None, False)]


def test_after_a_correction_the_others_get_the_right_one_unmarked() -> None:
    past = (frozen(1, halted=True), frozen(2, corrects=1))
    assert planned("send", *past) == [("corrected", 2, None, False), ("missed", None, 1, False)]


def test_a_correction_that_was_begun_goes_on() -> None:
    past = (frozen(1, halted=True), frozen(2, corrects=1))
    assert planned("correction", *past) == [("corrected", 2, None, False)]


def test_both_halves_of_a_correction_go_on() -> None:
    past = (frozen(1, halted=True), frozen(2, corrects=1), frozen(3, corrects=1))
    assert planned("send", *past) == [("corrected", 2, None, False), ("missed", 3, None, False)]


def test_who_missed_a_wrong_correction_has_a_wrong_one_and_is_told() -> None:
    past = (frozen(1, halted=True), frozen(2, halted=True, corrects=1), frozen(3, corrects=2))
    assert planned("send", *past) == [
        ("missed", None, 1, False),
        ("corrected", 3, None, False),
        ("missed", None, 2, True),
    ]


def test_a_halt_of_both_halves_is_lifted_from_both() -> None:
    past = (frozen(1, halted=True), frozen(2, halted=True, corrects=1), frozen(3, halted=True, corrects=1))
    at_hand = AtHand(slug="2025-11-07", folder=None, stored=None, revisions=past)
    steps = plan(at_hand, "resume")
    assert [(step.frozen.revision, step.lifts_halt) for step in steps if step.frozen] == [
        (2, True),
        (3, True),
    ]


def test_what_was_halted_is_not_sent_without_a_word_about_it() -> None:
    with pytest.raises(UsageError) as caught:
        planned("send", frozen(1, halted=True))
    assert caught.value.hint is not None
    assert "--resume" in caught.value.hint
    assert "--correction" in caught.value.hint


def test_no_correction_of_what_is_still_being_sent() -> None:
    with pytest.raises(UsageError, match="not halted"):
        planned("correction", frozen(1))


def test_a_step_that_is_not_frozen_says_for_whom_it_is() -> None:
    assert Step(audience="everybody").frozen is None
