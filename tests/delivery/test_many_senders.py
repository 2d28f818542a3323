"""Several senders at one issue: one mail each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.delivery.policy import DeliveryPolicy
from newsletter.delivery.run import deliver
from newsletter.store import moves
from newsletter.store.ledger import Ledger
from tests.delivery.killing import Scene
from tests.delivery.puppets import Puppet
from tests.delivery.sink import Sink
from tests.delivery.stage import NOON, LeapingClock, Letters, freeze, ready, settle_in

Scenes = Callable[[str, str], Scene]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_eight_senders_at_once_send_one_mail_each(scenes: Scenes, engine: str) -> None:
    scene, people = scenes(engine, "pipelining"), 2000
    issue = ready(scene.database, people)
    with Sink(transport="pipelining", delay=0.001) as sink:
        running = [scene.nursery.start(scene.job(sink)) for _ in range(8)]
        ends = [process.wait() for process in running]
        assert {ended.report["ending"] for ended in ends} <= {"done", "shared"}, ends
        assert len(sink.counts) == len(sink.accepted) == people
    books = Ledger(scene.database).books(issue.id)
    books.balance()
    assert books.counts["accepted"] == people


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_twenty_runs_from_cron_at_the_same_time_make_one_issue_and_one_mail_each(
    scenes: Scenes, engine: str
) -> None:
    scene, people = scenes(engine, "plain"), 100
    settle_in(scene.database, people)
    with Sink() as sink:
        running = [scene.nursery.start(scene.job(sink, is_freezing=True)) for _ in range(20)]
        ends = [process.wait() for process in running]
        assert {ended.report["ending"] for ended in ends} <= {"done", "shared"}, ends
        assert len(sink.counts) == len(sink.accepted) == people
    ledger = Ledger(scene.database)
    assert len(ledger.issues(10)) == 1
    books = ledger.books(freeze(scene.database).id)
    books.balance()
    assert books.counts["accepted"] == people


def test_who_comes_while_another_sender_is_claiming_everything_leaves_it_to_them(scenes: Scenes) -> None:
    scene = scenes("postgresql", "plain")
    issue, ledger, backend = ready(scene.database, 20), Ledger(scene.database), Puppet()
    with ledger.sender() as other, scene.database.writing() as claiming:
        moves.take(claiming, issue.id, other.id, 20, after=0, at=NOON)
        report = deliver(issue, ledger, backend, Letters(), DeliveryPolicy(), clock=LeapingClock())
    assert (report.ending, report.exit_code) == ("shared", 0)
    assert backend.taken == []
