"""Rows and sessions that are out of the ordinary: they cost themselves, and not the run."""

from __future__ import annotations

from datetime import datetime, timedelta

from newsletter.delivery.supply import Supply
from newsletter.errors import MailError, RenderError
from newsletter.model import Limits, Outcome, OutgoingMail
from newsletter.store.ledger import Claim, EditionId
from newsletter.subscriber import SubscriberId
from tests.delivery.puppets import Puppet, PuppetSession, accept
from tests.delivery.stage import NOON, PEOPLE, Letters, Stage


class Choosy(Letters):
    """Can make no mail for some."""

    def __init__(self, *, every: int) -> None:
        self._every = every

    def mail(self, claim: Claim, /) -> OutgoingMail:
        if claim.delivery % self._every == 0:
            raise RenderError(f"the address {claim.address} cannot stand in a header")
        return super().mail(claim)


def test_a_row_that_no_mail_can_be_made_for_is_refused_and_the_others_have_theirs(stage: Stage) -> None:
    stage.mailer = Choosy(every=20)
    backend = Puppet()
    report = stage.send(backend)
    assert (report.ending, report.exit_code) == ("done", 7)
    assert stage.states() == {"accepted": PEOPLE - 3, "refused": 3}
    assert report.progress.refused == 3
    for tally in report.books.tallies:
        assert tally.reason.startswith("no mail can be made for them: the address ")
        assert "reader" not in tally.reason
    assert len(backend.taken) == len(set(backend.taken)) == PEOPLE - 3


def test_a_run_ends_though_no_mail_can_be_made_for_anybody(stage: Stage) -> None:
    stage.mailer = Choosy(every=1)
    assert stage.send(Puppet()).ending == "done"
    assert stage.states() == {"refused": PEOPLE}


class Rude(Puppet):
    """Hangs up in the middle of the goodbye."""

    def open(self) -> PuppetSession:
        super().open()
        return RudeSession(self)


class RudeSession(PuppetSession):
    def close(self) -> None:
        super().close()
        raise MailError("hung up before the goodbye")


def test_a_goodbye_that_fails_is_no_failure(stage: Stage) -> None:
    report = stage.send(Rude())
    assert (report.ending, report.exit_code) == ("done", 0)
    assert stage.states() == {"accepted": PEOPLE}


def test_nobody_waits_for_leave_to_send_when_there_is_nothing_to_send(stage: Stage) -> None:
    backend = Puppet(limits=Limits(per_hour=PEOPLE))
    for _ in range(2):
        assert stage.send(backend).ending == "done"
        assert stage.states() == {"accepted": PEOPLE}
    assert stage.clock.pauses == []


def test_leave_is_taken_just_before_a_mail_goes_so_a_slow_hour_and_a_quick_one_do_not_add_up(
    stage: Stage,
) -> None:
    limit, in_hand, moments = PEOPLE // 2, 4, list[datetime]()

    def says(mail: OutgoingMail, attempt: int) -> Outcome:
        moments.append(stage.clock.now())
        if len(moments) <= limit:
            stage.clock.pause(10, lambda: False)
        return accept(mail, attempt)

    stage.send(Puppet(says=says, limits=Limits(per_hour=limit), connections=1), connections=1)
    assert len(moments) == PEOPLE
    for first, one_too_many in zip(moments, moments[limit + in_hand :], strict=False):
        assert one_too_many - first >= timedelta(hours=1)


def test_claims_that_wait_for_the_same_time_go_back_together() -> None:
    supply = Supply(workers=1)
    for number in range(100):
        claim = Claim(
            delivery=number,
            subscriber=SubscriberId(number),
            address="reader@example.org",
            name="",
            edition=EditionId(1),
            attempt=1,
        )
        supply.postpone(claim, NOON)
    assert supply.postponed() == {NOON: [*range(100)]}
    assert supply.postponed() == {}
