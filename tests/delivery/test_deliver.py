"""A whole run, against a mail system that does what the test says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from newsletter.delivery import server
from newsletter.delivery.pacing import CannotFinish
from newsletter.delivery.policy import RetryPolicy
from newsletter.delivery.stopping import StopRequest
from newsletter.delivery.watching import Notice
from newsletter.errors import MailError, StoreError
from newsletter.model import Deferred, InDoubt, Limits, Outcome, OutgoingMail, Refused
from newsletter.store.ledger import Claim
from tests.conftest import PATIENCE_SECONDS
from tests.delivery.puppets import Puppet, accept, gone
from tests.delivery.stage import NOON, PEOPLE, Letters, Stage

GREYLISTED = Deferred(reason="450 4.7.1 greylisted", code="4.7.1", cause="greylisting")
THROTTLED = Deferred(reason="451 4.7.1 slow down", code="4.7.1", cause="throttling")
POLICY = Refused(kind="policy", reason="550 5.7.1 you may not send here", code="5.7.1", cause="reputation")


def for_some(
    outcome: Outcome, *, every: int, until_attempt: int = 1
) -> Callable[[OutgoingMail, int], Outcome]:
    """Say `outcome` to every so-manieth person for the first attempts, and accept the rest."""

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        number = int(mail.recipient.removeprefix("reader").partition("@")[0])
        return outcome if number % every == 0 and attempt <= until_attempt else accept(mail, attempt)

    return says


def test_everybody_gets_one_mail(stage: Stage) -> None:
    backend = Puppet()
    report = stage.send(backend)
    assert (report.ending, report.exit_code) == ("done", 0)
    assert stage.states() == {"accepted": PEOPLE}
    assert len(backend.taken) == len(set(backend.taken)) == PEOPLE
    assert backend.closed == backend.sessions


def test_no_end_waits_for_a_thread_that_has_nothing_to_serve(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_LOOK_SECONDS", 10 * PATIENCE_SECONDS)
    stage.send(Puppet(), threads=3, drain_seconds=2.0)
    assert [thread for thread in threading.enumerate() if thread.name == "delivery"] == []


def test_a_second_run_sends_nothing(stage: Stage) -> None:
    stage.send(Puppet())
    again = Puppet()
    assert stage.send(again).ending == "done"
    assert again.taken == []
    assert again.sessions == 0


def test_without_the_index_of_what_is_to_be_sent_a_run_says_where_to_look(stage: Stage) -> None:
    with stage.ledger.database.writing() as connection:
        connection.exec_driver_sql("DROP INDEX ix_deliveries_open")
    backend = Puppet()
    with pytest.raises(StoreError, match="ix_deliveries_open") as caught:
        stage.send(backend)
    assert caught.value.hint == "`newsletter db check` says what is missing"
    assert backend.taken == []


def test_greylisted_mail_is_tried_again_after_five_minutes_while_the_run_stays(stage: Stage) -> None:
    backend = Puppet(says=for_some(GREYLISTED, every=3))
    report = stage.send(backend)
    assert (report.ending, stage.states()) == ("done", {"accepted": PEOPLE})
    assert timedelta(minutes=5) <= stage.clock.now() - NOON <= timedelta(minutes=8)
    assert set(stage.column("attempt")) == {1, 2}
    assert [notice.topic for notice in stage.diary.notices].count("waiting") >= 1


def test_a_run_leaves_when_mail_was_put_off_for_longer_than_its_patience(stage: Stage) -> None:
    later = Deferred(reason="450 come back in an hour", code="450", after_seconds=3600)
    report = stage.send(Puppet(says=for_some(later, every=10)), patience_minutes=30)
    assert (report.ending, report.exit_code) == ("put_off", 7)
    assert stage.states() == {"accepted": PEOPLE - 6, "pending": 6}
    assert report.until
    assert timedelta(hours=1) <= report.until - NOON <= timedelta(hours=1, minutes=2)
    stage.clock.set(report.until + timedelta(minutes=5))
    assert stage.send(Puppet()).ending == "done"
    assert stage.states() == {"accepted": PEOPLE}


def test_unknown_mailboxes_are_refused_and_told(stage: Stage) -> None:
    unknown = Refused(kind="recipient", reason="550 5.1.1 who?", code="5.1.1", cause="unknown-mailbox")
    report = stage.send(Puppet(says=for_some(unknown, every=6)))
    assert (report.ending, report.exit_code) == ("done", 7)
    assert stage.states() == {"accepted": 50, "refused": 10}


def test_an_old_mail_that_is_put_off_again_and_again_is_given_up(stage: Stage) -> None:
    said = Deferred(reason="451 4.3.0 not today", code="4.3.0")
    backend = Puppet(says=for_some(said, every=20, until_attempt=1000))
    stage.send(backend, patience_minutes=10 * 60, retries=RetryPolicy(give_up_hours=0.2))
    assert stage.states() == {"accepted": PEOPLE - 3, "refused": 3}
    reasons = [reason for reason in stage.column("reason") if reason]
    assert all(str(reason).startswith("given up after ") for reason in reasons)


def test_refusals_about_us_stop_the_run_and_are_charged_to_nobody(stage: Stage) -> None:
    backend = Puppet(says=for_some(POLICY, every=1, until_attempt=1000))
    report = stage.send(backend)
    assert (report.ending, report.exit_code) == ("failed", 6)
    assert report.failure
    assert "5.7.1" in report.failure.message
    assert stage.states() == {"pending": PEOPLE}
    assert len(backend.taken) == 0
    stage.send(Puppet())
    assert stage.states() == {"accepted": PEOPLE}


def test_a_single_refusal_about_us_among_many_accepted_stays_one(stage: Stage) -> None:
    report = stage.send(Puppet(says=for_some(POLICY, every=PEOPLE)))
    assert report.ending == "done"
    assert stage.states() == {"accepted": PEOPLE - 1, "refused": 1}


def test_a_mail_system_that_is_down_is_tried_once_and_not_by_every_connection(stage: Stage) -> None:
    backend = Puppet(opens=gone)  # type: ignore[arg-type]
    report = stage.send(backend, connections=8)
    assert (report.ending, report.exit_code) == ("failed", 6)
    assert backend.sessions == 1
    assert stage.states() == {"pending": PEOPLE}
    assert set(stage.column("attempt")) == {0}


def test_connections_that_are_refused_while_others_work_mean_fewer_connections(stage: Stage) -> None:
    def opens(number: int) -> None:
        if number > 2:
            raise MailError("421 too many connections")

    backend = Puppet(opens=opens)
    assert stage.send(backend, connections=8).ending == "done"
    assert stage.states() == {"accepted": PEOPLE}
    assert len(backend.taken) == PEOPLE


def test_a_session_that_breaks_is_replaced_and_its_mails_go_out_once(stage: Stage) -> None:
    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        if attempt == 1 and len(backend.taken) % 10 == 9 and backend.sessions < 10:
            backend.taken.append("")
            raise MailError("the connection broke")
        return accept(mail, attempt)

    backend = Puppet(says=says)
    report = stage.send(backend, connections=2)
    taken = [recipient for recipient in backend.taken if recipient]
    assert report.ending == "done"
    assert len(taken) == len(set(taken)) == PEOPLE
    assert Notice(topic="connection", text="the connection broke") in stage.diary.notices


def test_a_mail_system_that_goes_away_is_waited_for_and_then_given_up(stage: Stage) -> None:
    def opens(number: int) -> None:
        if number > 2:
            gone()

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        return accept(mail, attempt) if len(backend.taken) < 20 else gone()

    backend = Puppet(says=says, opens=opens)
    report = stage.send(backend, connections=2, outage_seconds=120)
    assert (report.ending, report.exit_code) == ("failed", 6)
    assert stage.states()["accepted"] == len(backend.taken) >= 20
    assert stage.clock.now() - NOON >= timedelta(seconds=60)
    stage.send(Puppet())
    assert stage.states() == {"accepted": PEOPLE}


def test_a_stopped_run_ends_what_it_began_and_another_goes_on(stage: Stage) -> None:
    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        if len(backend.taken) == 10:
            stage.stop.ask()
        return accept(mail, attempt)

    backend = Puppet(says=says)
    report = stage.send(backend, connections=1)
    assert (report.ending, report.exit_code) == ("interrupted", 130)
    assert stage.states() == {"accepted": len(backend.taken), "pending": PEOPLE - len(backend.taken)}
    assert len(backend.taken) < PEOPLE
    stage.stop = StopRequest()
    assert stage.send(backend).ending == "done"
    assert len(backend.taken) == len(set(backend.taken)) == PEOPLE


def test_a_stop_that_is_urgent_records_what_nobody_waited_for_as_in_doubt(stage: Stage) -> None:
    never = threading.Event()

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        stage.stop.ask()
        stage.stop.ask()
        never.wait(60)
        return accept(mail, attempt)

    report = stage.send(Puppet(says=says), connections=1)
    try:
        assert report.ending == "interrupted"
        assert stage.states() == {"in_doubt": 1, "pending": PEOPLE - 1}
    finally:
        never.set()


def test_a_halt_stops_the_run_and_leaves_the_rest(stage: Stage) -> None:
    halted = threading.Event()

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        if len(backend.taken) == 5:
            stage.ledger.halt(stage.issue.id, at=NOON, reason="wrong")
            halted.set()
        if halted.is_set():
            patience.wait(0.5)  # so that most are left when the run looks, within a second
        return accept(mail, attempt)

    patience = threading.Event()
    backend = Puppet(says=says)
    report = stage.send(backend, connections=1)
    assert (report.ending, report.exit_code) == ("halted", 7)
    assert stage.states() == {"accepted": len(backend.taken), "pending": PEOPLE - len(backend.taken)}
    assert stage.send(Puppet()).ending == "halted"


@pytest.mark.parametrize(
    ("in_doubt", "left"), [("hold", {"in_doubt": 6}), ("drop", {"dropped": 6}), ("resend", {})]
)
def test_what_is_in_doubt_is_held_dropped_or_sent_again_as_the_policy_says(
    stage: Stage, in_doubt: str, left: dict[str, int]
) -> None:
    backend = Puppet(says=for_some(InDoubt(reason="lost after the dot"), every=10))
    stage.send(backend, in_doubt=in_doubt)
    assert stage.states() == {"accepted": PEOPLE - sum(left.values())} | left


def test_a_mail_system_that_always_hangs_up_after_the_dot_does_not_put_everybody_in_doubt(
    stage: Stage,
) -> None:
    report = stage.send(Puppet(says=lambda *_: InDoubt(reason="lost after the dot")), connections=1)
    assert report.ending == "failed"
    assert stage.states()["in_doubt"] < PEOPLE / 2


def test_a_domain_that_asks_for_less_is_left_alone_and_nobody_is_charged_an_attempt(stage: Stage) -> None:
    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        is_slow = mail.recipient.endswith("@d3.example") and stage.clock.now() < NOON + timedelta(minutes=1)
        return THROTTLED if is_slow else accept(mail, attempt)

    backend = Puppet(says=says)
    report = stage.send(backend, connections=1)
    assert report.ending == "done"
    assert stage.states() == {"accepted": PEOPLE}
    tries = [backend.tried(recipient) for recipient in set(backend.taken)]
    assert sum(tries) == PEOPLE + 3  # three in a row, then the others of the domain waited
    assert stage.column("attempt").count(2) == 3
    assert "slower" in {notice.topic for notice in stage.diary.notices}


def test_limits_are_kept_in_every_second_and_the_run_waits_for_leave(stage: Stage) -> None:
    moments: list[datetime] = []

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        moments.append(stage.clock.now())
        return accept(mail, attempt)

    backend = Puppet(says=says, limits=Limits(per_minute=10))
    assert stage.send(backend).ending == "done"
    assert len(moments) == PEOPLE
    moments.sort()
    for first, eleventh in zip(moments, moments[10:], strict=False):
        assert eleventh - first >= timedelta(seconds=60)


def test_leave_that_is_used_late_counts_from_when_it_was_used(stage: Stage) -> None:
    moments: list[datetime] = []

    def opens(_: int) -> None:
        stage.clock.pause(50.0, lambda: False)

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        moments.append(stage.clock.now())
        return accept(mail, attempt)

    backend = Puppet(says=says, opens=opens, limits=Limits(per_minute=10))
    assert stage.send(backend, connections=1).ending == "done"
    assert len(moments) == PEOPLE
    for first, eleventh in zip(moments, moments[10:], strict=False):
        assert eleventh - first >= timedelta(seconds=60)


def test_an_account_that_may_send_nothing_is_told_and_not_waited_for(stage: Stage) -> None:
    report = stage.send(Puppet(limits=Limits(per_day=0)), finish_within_hours=None)
    assert report.failure
    assert "no mail through at all" in report.failure.message
    assert stage.states() == {"pending": PEOPLE}


def test_a_send_that_cannot_finish_is_refused_before_the_first_mail(stage: Stage) -> None:
    backend = Puppet(limits=Limits(per_hour=1))
    with pytest.raises(CannotFinish, match="60 mails need 2 days at 1 per hour"):
        stage.send(backend, finish_within_hours=24)
    assert backend.sessions == 0
    assert stage.states() == {"pending": PEOPLE}


def test_a_fault_of_ours_while_a_mail_is_made_loses_nobody(stage: Stage) -> None:
    class Clumsy(Letters):
        def mail(self, claim: Claim, /) -> OutgoingMail:
            if claim.delivery == 30:
                raise ZeroDivisionError
            return super().mail(claim)

    stage.mailer = Clumsy()
    backend = Puppet()
    with pytest.raises(ZeroDivisionError):
        stage.send(backend)
    stage.mailer = Letters()
    stage.send(backend)
    assert stage.states() == {"accepted": PEOPLE}
    assert len(backend.taken) == len(set(backend.taken)) == PEOPLE


def test_whoever_watches_sees_it_grow_and_hears_what_happens(stage: Stage) -> None:
    report = stage.send(Puppet(says=for_some(GREYLISTED, every=3)))
    accepted = [picture.accepted for picture in stage.diary.pictures]
    assert accepted == sorted(accepted)
    assert report.progress.accepted == report.progress.audience == PEOPLE
    assert report.progress.settled == PEOPLE
