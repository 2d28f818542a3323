"""The operator is told once when something goes wrong, and once when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.backends.memory import MemoryBackend
from newsletter.errors import SourceError
from newsletter.model import Letterhead, Mailbox
from newsletter.store.database import Database
from newsletter.store.run_values import Answer, Findings, IssueNote, RunRecord
from newsletter.store.runs import RunStore
from newsletter.work.alerting import Alert, Alerting, MailChannel, WebhookChannel
from newsletter.work.troubles import troubles_of

DAY = date(2025, 11, 5)
AT = datetime(2025, 11, 5, 6, 30, tzinfo=UTC)
BROKEN = Answer(source="arxiv", said="failed", error="timed out", broken_since=AT)
FINE = Answer(source="arxiv", said="news", papers=3, new=3)
NOTE = IssueNote(slug="2025-11-05", cadence="daily", papers=3, digest="d", folder="f", verdict="sent")
LETTERHEAD = Letterhead(
    sender=Mailbox(address="digest@example.org", name="Digest"),
    reply_to=None,
    list_id="digest.example.org",
    base_url="https://news.example.org",
)


def record(
    *answers: Answer, days: int = 0, notes: tuple[IssueNote, ...] = (NOTE,), **changes: object
) -> RunRecord:
    values: dict[str, object] = {
        "day": DAY + timedelta(days=days),
        "begun_at": AT,
        "verdict": "sent",
        "words": "sent to 3 of 3 readers",
        "findings": Findings(answers=answers, issues=notes),
    }
    return RunRecord(**(values | changes))  # type: ignore[arg-type]


class Ear:
    """A channel that keeps what it hears, or is deaf."""

    def __init__(self) -> None:
        self.heard: list[Alert] = []
        self.is_deaf = False

    def tell(self, alert: Alert, /) -> None:
        if self.is_deaf:
            raise SourceError("nobody there")
        self.heard.append(alert)


class Desk:
    """Alerting with one ear, and a run a day."""

    def __init__(self, database: Database) -> None:
        self.ear = Ear()
        self.runs = RunStore(database)
        self.alerting = Alerting(runs=self.runs, channels=[self.ear], title="Digest")
        self.complaints: list[str] = []

    def settle(self, one: RunRecord) -> list[str]:
        before = len(self.ear.heard)
        self.runs.save(one)
        self.alerting.settle(one, at=AT, said=self.complaints.append)
        return [line for alert in self.ear.heard[before:] for line in alert.lines]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_source_that_stays_broken_is_told_of_once_and_once_more_when_it_is_back(desk: Desk) -> None:
    assert desk.settle(record(BROKEN))[0] == "arxiv fails since 2025-11-05 06:30 UTC: timed out"
    assert desk.settle(record(BROKEN, days=1)) == []
    assert desk.settle(record(FINE, days=2))[0].startswith("over: arxiv fails since 2025-11-05")
    assert desk.settle(record(FINE, days=3)) == []


def test_a_day_of_rest_proves_that_a_source_answers_but_not_that_it_moves(desk: Desk) -> None:
    resting = Answer(source="arxiv", said="nothing", silence="arXiv has nothing on Saturdays")
    stale = Answer(source="arxiv", said="same", expected=True, same_since=DAY - timedelta(days=1))
    assert desk.settle(record(stale))[0] == "arxiv does not move since 2025-11-04"
    assert desk.settle(record(resting, days=1)) == []
    assert desk.settle(record(FINE, days=2))[0].startswith("over: ")
    desk.settle(record(BROKEN, days=3))
    assert desk.settle(record(resting, days=4))[0].startswith("over: arxiv fails")


def test_who_could_not_be_told_is_told_after_the_next_run(desk: Desk) -> None:
    desk.ear.is_deaf = True
    assert desk.settle(record(BROKEN)) == []
    assert desk.complaints == ["the operator could not be told: nobody there"]
    desk.ear.is_deaf = False
    assert len(desk.settle(record(BROKEN, days=1))) == 2


def test_a_run_that_failed_is_told_of_until_one_succeeds(desk: Desk) -> None:
    failed = record(verdict="failed", words="failed at the step 'compose': no template", notes=())
    assert "failed at the step 'compose'" in desk.settle(failed)[0]
    assert desk.settle(replace(failed, day=DAY + timedelta(days=1))) == []
    assert desk.settle(record(FINE, days=2))[0].startswith("over: the run of 2025-11-05 failed")


def test_an_earlier_day_that_is_run_late_tells_nothing(desk: Desk) -> None:
    desk.settle(record(FINE, days=3))
    assert desk.settle(record(BROKEN)) == []


@pytest.mark.parametrize(
    ("one", "keys"),
    [
        (record(FINE), []),
        (record(BROKEN), ["broken arxiv"]),
        (record(Answer(source="arxiv", said="nothing", expected=True), notes=()), ["empty"]),
        (record(Answer(source="journal", said="nothing"), notes=()), []),
        (record(Answer(source="arxiv", said="nothing", silence="a holiday"), notes=()), []),
        (
            record(Answer(source="arxiv", said="same", expected=True, same_since=date(2025, 11, 4))),
            ["stale arxiv"],
        ),
        (record(notes=(replace(NOTE, verdict="checks failed", faults=("no link",)),)), ["checks"]),
        (record(notes=(replace(NOTE, verdict="not sent", exit_code=6, reason="gone"),)), ["mail"]),
        (record(notes=(replace(NOTE, exit_code=7),)), []),
    ],
)
def test_what_is_a_trouble_and_what_is_none(one: RunRecord, keys: list[str]) -> None:
    assert [trouble.key for trouble in troubles_of(one)] == keys


def test_the_operator_gets_a_mail_whatever_a_source_said() -> None:
    backend = MemoryBackend()
    channel = MailChannel(
        recipient=Mailbox(address="ops@example.org"), letterhead=LETTERHEAD, backend=backend, signer=None
    )
    lines = ("arxiv fails: ü\r\nBcc: x@example.org", "=?utf-8?q?=0D=0ABcc:_y@example.org?=")
    alert = Alert(
        subject="Digest: a trouble", lines=lines, newsletter="Digest", day="2025-11-05", verdict="sent", at=AT
    )
    channel.tell(alert)
    [mail] = backend.delivered
    assert mail.recipient == "ops@example.org"
    head, _, body = mail.message.partition(b"\r\n\r\n")
    assert b"Subject: Digest: a trouble\r\n" in head
    assert b"Bcc" not in head
    assert body.count(b"\r\n") >= 2


class Post:
    """What was posted, or a refusal that names the address."""

    def __init__(self, refusal: str | None = None) -> None:
        self.refusal = refusal
        self.bodies: list[bytes] = []

    def post(self, url: str, body: bytes, /, *, headers: dict[str, str] | None = None) -> None:
        assert headers == {"Content-Type": "application/json"}
        if self.refusal:
            raise SourceError(f"{url}: {self.refusal}")
        self.bodies.append(body)


def test_a_webhook_that_refuses_is_told_without_its_address() -> None:
    channel = WebhookChannel(url="https://hooks.example.org/T0/secret", poster=Post("404 Not Found"))
    alert = Alert(subject="s", lines=(), newsletter="Digest", day="2025-11-05", verdict="sent", at=AT)
    with pytest.raises(SourceError, match="404 Not Found") as refused:
        channel.tell(alert)
    assert "secret" not in refused.value.message
