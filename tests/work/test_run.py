"""The daily run: each step once a day, however often it runs, and a verdict for every day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from newsletter.backends.memory import MemoryBackend
from newsletter.errors import RenderError, SourceError, StaleSource, StoreError
from newsletter.issues.editing import Edits
from newsletter.rendering.checks.findings import Finding
from newsletter.store.approvals import ApprovalStore
from newsletter.store.database import Database
from newsletter.store.ledger import Ledger
from newsletter.store.papers import PaperArchive
from newsletter.store.run_lock import running_alone
from newsletter.store.run_values import AlreadyRunning
from newsletter.store.runs import RunStore
from newsletter.work import run as run_module
from newsletter.work import run_sending
from newsletter.work.approving import approve
from newsletter.work.at_hand import look_up
from newsletter.work.editing import edit
from newsletter.work.late_days import CatchUpPolicy
from newsletter.work.run_rehearsal import rehearse
from tests.work.newsroom import (
    THINGS,
    Newsroom,
    Resting,
    StoppedError,
    paper,
    per_reader,
    repeated,
    run_until,
    text_of,
)

ISSUES = Path("issues")
THURSDAY = date(2025, 11, 6)
FRIDAY, SATURDAY, MONDAY = (THURSDAY + timedelta(days=days) for days in (1, 2, 4))


@pytest.fixture
def mails() -> MemoryBackend:
    return MemoryBackend()


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mails: MemoryBackend) -> Newsroom:
    """A newsletter with one reader and one source."""
    monkeypatch.chdir(tmp_path)
    made = Newsroom(tmp_path, mails)
    made.add("ann")
    made.source("hf").days = {THURSDAY: [paper(1), paper(2, "Languages")], FRIDAY: [paper(3)]}
    return made


def shown(mails: MemoryBackend, reader: str = "ann") -> list[set[str]]:
    return [set(one) for one in per_reader(mails.delivered).get(reader, [])]


def test_a_day_is_fetched_composed_and_sent(newsroom: Newsroom, mails: MemoryBackend) -> None:
    record = newsroom.run(THURSDAY)
    assert (record.verdict, record.exit_code, record.step) == ("sent", 0, "done")
    assert record.words == "sent to 1 of 1 reader: 2 papers"
    assert shown(mails) == [{"P001", "P002"}]


def test_a_day_that_is_run_again_says_so_and_mails_nobody(newsroom: Newsroom, mails: MemoryBackend) -> None:
    first = newsroom.run(THURSDAY)
    asked = list(newsroom.source("hf").asked)
    again = newsroom.run(THURSDAY, hour=9)
    assert again.findings == first.findings
    assert again.exit_code == 0
    assert any("sent already" in line for line in newsroom.watch.heard)
    assert newsroom.source("hf").asked == asked
    assert len(mails.delivered) == 1


def test_a_source_that_fails_stops_nobody_and_is_named_to_readers_who_shall_know(
    newsroom: Newsroom, mails: MemoryBackend
) -> None:
    newsroom.source("arxiv").days = {THURSDAY: SourceError("no answer")}
    record = newsroom.run(THURSDAY, tell_readers=True)
    assert record.verdict == "sent"
    assert "arxiv fails since 2025-11-06 06:30 UTC: no answer" in record.words
    assert b"Missing this time" in mails.delivered[0].message
    assert [alert.lines[0] for alert in newsroom.ear.heard] == [
        "arxiv fails since 2025-11-06 06:30 UTC: no answer"
    ]


def test_a_strangers_source_may_raise_anything(newsroom: Newsroom) -> None:
    newsroom.source("plugin").days = {THURSDAY: ZeroDivisionError("by\x1b[31m zero")}
    record = newsroom.run(THURSDAY)
    assert record.verdict == "sent"
    assert "ZeroDivisionError: by[31m zero" in record.words


def test_without_a_single_answer_the_exit_code_says_so(newsroom: Newsroom) -> None:
    newsroom.source("hf").days = {THURSDAY: SourceError("no answer")}
    record = newsroom.run(THURSDAY)
    assert (record.verdict, record.exit_code) == ("broken source", 3)


def test_a_day_of_rest_is_quiet_and_tells_why(newsroom: Newsroom, mails: MemoryBackend) -> None:
    newsroom.sources = {"arxiv": Resting()}
    record = newsroom.run(SATURDAY)
    assert (record.verdict, record.words) == ("quiet day", "quiet day: it rests on weekends")
    assert not mails.delivered
    assert not newsroom.ear.heard


def test_a_feed_that_did_not_move_makes_the_day_stale_and_is_told_once(newsroom: Newsroom) -> None:
    feed = [paper(1), paper(2)]
    newsroom.sources = {"arxiv": Resting()}
    newsroom.source("arxiv").days = dict.fromkeys((THURSDAY, FRIDAY, SATURDAY, MONDAY), feed)
    verdicts = [newsroom.run(day).verdict for day in (THURSDAY, FRIDAY, SATURDAY)]
    assert verdicts == ["sent", "stale source", "quiet day"]
    assert newsroom.run(MONDAY).words == "stale source: arxiv did not move since 2025-11-06"
    assert len(newsroom.ear.heard) == 1


def test_a_source_that_says_itself_that_it_is_stale_is_asked_for_that_day_again(newsroom: Newsroom) -> None:
    source = newsroom.source("hf")
    source.days[FRIDAY] = StaleSource("still shows Thursday")
    newsroom.run(THURSDAY)
    assert (
        newsroom.run(FRIDAY).words == "stale source: hf did not move since 2025-11-06: still shows Thursday"
    )
    source.days[FRIDAY] = [paper(3)]
    source.days[SATURDAY] = [paper(4)]
    assert newsroom.run(SATURDAY).words == "sent to 1 of 1 reader: 2 papers"


def test_a_quiet_morning_may_become_a_day_with_papers(newsroom: Newsroom, mails: MemoryBackend) -> None:
    newsroom.source("hf").days = {}
    assert newsroom.run(THURSDAY).verdict == "quiet day"
    newsroom.source("hf").days = {THURSDAY: [paper(1)]}
    assert newsroom.run(THURSDAY, hour=9).verdict == "sent"
    assert shown(mails) == [{"P001"}]


class TestMissedDays:
    @pytest.fixture(autouse=True)
    def gap(self, newsroom: Newsroom) -> None:
        """Monday comes after three days without a run."""
        newsroom.run(THURSDAY)
        newsroom.source("hf").days |= {SATURDAY: [paper(4)], MONDAY: [paper(5)]}

    def test_their_papers_come_with_todays(self, newsroom: Newsroom, mails: MemoryBackend) -> None:
        record = newsroom.run(MONDAY)
        assert shown(mails)[1] == {"P003", "P004", "P005"}
        late = record.findings.answers[0].late_days
        assert late == tuple(THURSDAY + timedelta(days=days) for days in (1, 2, 3))

    def test_they_are_left_where_that_is_the_rule(self, newsroom: Newsroom, mails: MemoryBackend) -> None:
        newsroom.run(MONDAY, catching_up=CatchUpPolicy(catch_up="skip"))
        assert shown(mails)[1] == {"P005"}

    def test_they_are_left_where_they_are_too_old(self, newsroom: Newsroom, mails: MemoryBackend) -> None:
        newsroom.run(MONDAY, catching_up=CatchUpPolicy(max_late_days=2))
        assert shown(mails)[1] == {"P004", "P005"}


def test_a_late_day_that_failed_is_asked_for_again(newsroom: Newsroom, mails: MemoryBackend) -> None:
    newsroom.run(THURSDAY)
    newsroom.source("hf").days |= {FRIDAY: SourceError("no answer"), SATURDAY: [paper(4)]}
    record = newsroom.run(SATURDAY)
    assert record.findings.answers[0].late_days == ()
    assert any("2025-11-07" in line and "no answer" in line for line in newsroom.watch.heard)
    newsroom.source("hf").days |= {FRIDAY: [paper(3)], MONDAY: [paper(5)]}
    newsroom.run(MONDAY)
    assert shown(mails) == [{"P001", "P002"}, {"P004"}, {"P003", "P005"}]


class TestRepeats:
    @pytest.fixture(autouse=True)
    def both_days(self, newsroom: Newsroom) -> None:
        newsroom.run(THURSDAY)
        newsroom.source("hf").days[FRIDAY] = [paper(1, version=2), paper(3)]

    def test_a_new_version_of_a_paper_is_no_new_paper(self, newsroom: Newsroom, mails: MemoryBackend) -> None:
        newsroom.run(FRIDAY)
        assert shown(mails) == [{"P001", "P002"}, {"P003"}]
        with newsroom.database() as database:
            stored = look_up(FRIDAY.isoformat(), Ledger(database), root=ISSUES).must_be_stored()
        assert [one.reason for one in stored.issue.left_out] == ["shown before, in 2025-11-06"]

    def test_it_is_shown_again_where_that_is_wished(self, newsroom: Newsroom, mails: MemoryBackend) -> None:
        newsroom.run(FRIDAY, repeat=True)
        assert shown(mails)[1] == {"P001", "P003"}
        with newsroom.database() as database:
            stored = look_up(FRIDAY.isoformat(), Ledger(database), root=ISSUES).must_be_stored()
        flags = {entry.paper.ids["arxiv"]: entry.paper.flags for entry in stored.issue.entries}
        assert flags == {"2511.00001": ("updated",), "2511.00003": ()}

    def test_what_changed_since_it_was_shown_is_called_updated_until_that_was_shown(
        self, newsroom: Newsroom, mails: MemoryBackend
    ) -> None:
        newsroom.source("hf").days[FRIDAY] = [paper(1, version=2), paper(2, "Languages")]
        newsroom.source("hf").days[MONDAY] = [paper(1, version=2), paper(8)]
        for day in (FRIDAY, MONDAY):
            newsroom.run(day, repeat=True)
        assert shown(mails)[1:] == [{"P001", "P002"}, {"P001", "P008"}]
        assert [text_of(mail.message).count("Updated to v2") for mail in mails.delivered] == [0, 1, 0]

    def test_a_paper_of_another_source_is_the_same_paper(
        self, newsroom: Newsroom, mails: MemoryBackend
    ) -> None:
        newsroom.source("arxiv").days = {FRIDAY: [paper(2, "Languages"), paper(7)]}
        newsroom.run(FRIDAY)
        assert shown(mails)[1] == {"P003", "P007"}
        assert not repeated([frozenset(one) for one in shown(mails)])


def test_an_issue_that_is_never_sent_swallows_no_paper(newsroom: Newsroom, mails: MemoryBackend) -> None:
    assert newsroom.run(THURSDAY, sends=False).verdict == "not sent"
    newsroom.run(FRIDAY)
    assert shown(mails) == [{"P001", "P002", "P003"}]


def test_an_issue_that_a_later_one_overtook_is_composed_without_its_papers(
    newsroom: Newsroom, mails: MemoryBackend
) -> None:
    newsroom.run(THURSDAY, sends=False)
    newsroom.source("hf").days[THURSDAY] = [paper(1), paper(2, "Languages"), paper(9)]
    newsroom.run(FRIDAY)
    assert newsroom.run(THURSDAY, hour=9).verdict == "sent"
    assert shown(mails) == [{"P001", "P002", "P003"}, {"P009"}]


def test_what_an_editor_hid_does_not_come_back_the_next_day(newsroom: Newsroom, mails: MemoryBackend) -> None:
    newsroom.run(THURSDAY, sends=False)
    with newsroom.database() as database:
        at_hand = look_up(THURSDAY.isoformat(), Ledger(database), root=ISSUES)
        hidden = next(e.paper for e in at_hand.must_be_stored().issue.entries if "P002" in e.paper.title)
        edit(at_hand, Edits(hidden=(hidden.key,)), newsroom.app.recipe())
    newsroom.run(THURSDAY, hour=9)
    newsroom.run(FRIDAY)
    assert shown(mails) == [{"P001"}, {"P003"}]


def test_readers_whose_mailbox_is_unknown_are_told_of(newsroom: Newsroom) -> None:
    newsroom.backend = MemoryBackend(MemoryBackend.Options(unknown=("ann@example.org",)))
    record = newsroom.run(THURSDAY)
    assert (record.verdict, record.exit_code) == ("sent", 7)
    assert record.words == "sent to 0 of 1 reader: 2 papers (1 refused)"


def test_what_was_composed_and_not_sent_goes_out_with_the_next_run_of_its_day(
    newsroom: Newsroom, mails: MemoryBackend
) -> None:
    newsroom.run(THURSDAY, sends=False)
    newsroom.source("hf").days[THURSDAY] = [paper(8)]
    assert newsroom.run(THURSDAY, hour=9).verdict == "sent"
    assert shown(mails) == [{"P001", "P002"}]


def test_an_issue_halted_before_anybody_had_it_gives_its_papers_back(
    newsroom: Newsroom, mails: MemoryBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_goes(*_: object, **__: object) -> None:
        raise StoppedError

    with monkeypatch.context() as patched:
        patched.setattr(run_sending, "go_on", nothing_goes)
        with pytest.raises(StoppedError):
            newsroom.run(THURSDAY)
    with newsroom.database() as database:
        ledger = Ledger(database)
        frozen = ledger.find(THURSDAY.isoformat())
        assert frozen is not None
        ledger.halt(frozen.id, at=newsroom.clock.now(), reason="wrong")
    newsroom.run(FRIDAY)
    assert shown(mails) == [{"P001", "P002", "P003"}]


def test_an_issue_that_was_changed_by_hand_is_never_overwritten(
    newsroom: Newsroom, mails: MemoryBackend, tmp_path: Path
) -> None:
    newsroom.run(THURSDAY, sends=False)
    page = tmp_path / "issues" / "2025-11-06" / "issue.html"
    page.write_text("mine", "utf-8")
    for _ in range(3):
        with pytest.raises(StoreError, match=r"issue\.html: was changed") as caught:
            newsroom.run(THURSDAY, hour=9)
        assert "newsletter run" in str(caught.value.hint)
    assert page.read_text("utf-8") == "mine"
    assert not mails.delivered
    assert newsroom.source("hf").asked.count(THURSDAY) == 1


def test_what_becomes_of_the_folder_does_not_matter_to_an_issue_that_is_frozen(
    newsroom: Newsroom, mails: MemoryBackend, tmp_path: Path
) -> None:
    newsroom.run(THURSDAY)
    (tmp_path / "issues" / "2025-11-06" / "issue.html").write_text("mine", "utf-8")
    assert newsroom.run(THURSDAY, hour=9).verdict == "sent"
    assert len(mails.delivered) == 1


class TestApproval:
    @pytest.fixture(autouse=True)
    def asked_for(self, newsroom: Newsroom) -> None:
        newsroom.configure("[run]\napproval = true\n")

    def approve(self, newsroom: Newsroom, day: date) -> None:
        with newsroom.database() as database:
            at_hand = look_up(day.isoformat(), Ledger(database), root=ISSUES)
            approve(at_hand, ApprovalStore(database), at=newsroom.clock.now())

    def test_an_issue_waits_until_it_is_approved(self, newsroom: Newsroom, mails: MemoryBackend) -> None:
        record = newsroom.run(THURSDAY)
        assert (record.verdict, record.exit_code) == ("waiting for approval", 0)
        assert not mails.delivered
        self.approve(newsroom, THURSDAY)
        assert newsroom.run(THURSDAY, hour=9).verdict == "sent"
        assert shown(mails) == [{"P001", "P002"}]

    def test_what_was_changed_since_is_not_approved(
        self, newsroom: Newsroom, mails: MemoryBackend, tmp_path: Path
    ) -> None:
        newsroom.run(THURSDAY)
        self.approve(newsroom, THURSDAY)
        for path in (tmp_path / "issues" / "2025-11-06").iterdir():
            path.unlink()
        newsroom.source("hf").days[THURSDAY] = [paper(8)]
        assert newsroom.run(THURSDAY, hour=9).verdict == "waiting for approval"
        assert not mails.delivered


def test_errors_that_a_check_finds_stop_the_issue_until_they_are_mended(
    newsroom: Newsroom, mails: MemoryBackend
) -> None:
    newsroom.faults = (Finding(severity="error", check="size", message="too large", hint="cut it"),)
    record = newsroom.run(THURSDAY)
    assert (record.verdict, record.exit_code) == ("checks failed", 8)
    assert not mails.delivered
    assert "its check failed: too large" in newsroom.ear.heard[0].lines[0]
    newsroom.faults = ()
    assert newsroom.run(THURSDAY, hour=9).verdict == "sent"
    assert newsroom.ear.heard[1].lines[0].startswith("over: ")
    assert shown(mails) == [{"P001", "P002"}]


def test_a_mail_system_that_is_down_is_told_and_the_next_run_sends(
    newsroom: Newsroom, mails: MemoryBackend
) -> None:
    newsroom.backend = MemoryBackend(MemoryBackend.Options(is_down=True))
    record = newsroom.run(THURSDAY)
    assert (record.verdict, record.exit_code) == ("not sent", 6)
    assert "could not be sent" in newsroom.ear.heard[0].lines[0]
    newsroom.backend = mails
    newsroom.run(FRIDAY)
    assert shown(mails) == [{"P001", "P002"}, {"P003"}]


def test_one_run_at_a_time(newsroom: Newsroom) -> None:
    with newsroom.database() as database, running_alone(database), pytest.raises(AlreadyRunning):
        newsroom.run(THURSDAY)


def test_a_failure_is_the_verdict_and_is_told(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_template(*_: object, **__: object) -> None:
        raise RenderError("no template")

    with monkeypatch.context() as patched:
        patched.setattr(run_module, "compose_due", no_template)
        with pytest.raises(RenderError):
            newsroom.run(THURSDAY)
    [record] = newsroom.records()
    assert (record.verdict, record.exit_code) == ("failed", 4)
    assert record.words == "failed at the step 'compose': no template"
    assert newsroom.run(THURSDAY, hour=9).verdict == "sent"
    assert [alert.lines[0][:8] for alert in newsroom.ear.heard] == ["the run ", "over: th"]


def test_a_rehearsal_foresees_and_changes_nothing(
    newsroom: Newsroom, mails: MemoryBackend, tmp_path: Path
) -> None:
    newsroom.run(THURSDAY)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with newsroom.database() as database:
        found = rehearse(database, newsroom.parts, FRIDAY, newsroom.policy(), newsroom.watch)
        assert RunStore(database).find(FRIDAY) is None
        assert PaperArchive(database).of_days(FRIDAY, FRIDAY) == ()
    [note] = found.findings.issues
    assert note.papers == 1
    assert found.outlooks[0].mails == 1
    assert len(mails.delivered) == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_run_on_a_server_is_the_same(newsroom: Newsroom, mails: MemoryBackend, database: Database) -> None:
    newsroom.url = database.engine.url.set(drivername="postgresql").render_as_string(False)
    newsroom.add("ann")
    with newsroom.database() as opened:
        foreseen = rehearse(opened, newsroom.parts, THURSDAY, newsroom.policy(), newsroom.watch)
    assert foreseen.outlooks[0].mails == 1
    assert newsroom.run(THURSDAY).verdict == "sent"
    assert newsroom.run(FRIDAY).verdict == "sent"
    assert newsroom.run(FRIDAY, hour=9).verdict == "sent"
    assert shown(mails) == [{"P001", "P002"}, {"P003"}]


def assert_all_is_as_if_nothing_had_happened(newsroom: Newsroom, mails: MemoryBackend) -> None:
    record = newsroom.run(THURSDAY, hour=9)
    assert record.verdict == "sent"
    assert record.words == "sent to 1 of 1 reader: 2 papers"
    assert shown(mails) == [{"P001", "P002"}]
    newsroom.run(FRIDAY)
    assert shown(mails)[1] == {"P003"}


def test_a_run_that_is_killed_time_and_again_ends_like_any_other(
    newsroom: Newsroom, mails: MemoryBackend
) -> None:
    numbers = [
        number
        for number in range(1, THINGS)
        if run_until(newsroom, THURSDAY, number, is_after=number % 2 == 0)
    ]
    assert len(numbers) >= 5
    assert_all_is_as_if_nothing_had_happened(newsroom, mails)


@pytest.mark.slow
@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("number", range(1, THINGS + 1))
def test_a_run_that_is_killed_at_any_step_is_run_again(
    newsroom: Newsroom, mails: MemoryBackend, number: int, is_after: bool
) -> None:
    assert run_until(newsroom, THURSDAY, number, is_after=is_after)
    assert_all_is_as_if_nothing_had_happened(newsroom, mails)


def test_the_papers_of_a_week_without_an_issue_come_in_the_next_weekly_one(
    newsroom: Newsroom, mails: MemoryBackend
) -> None:
    newsroom.add("kim", cadence="weekly")
    newsroom.source("hf").days = {
        MONDAY + timedelta(days=7 * week - 2): [paper(week)] for week in range(1, 4)
    }
    newsroom.run(MONDAY + timedelta(days=5))
    newsroom.run(MONDAY + timedelta(days=7))
    newsroom.run(MONDAY + timedelta(days=12))
    newsroom.run(MONDAY + timedelta(days=19))
    newsroom.run(MONDAY + timedelta(days=21))
    assert shown(mails, "kim") == [{"P001"}, {"P002", "P003"}]


def test_a_run_after_a_halt_tells_how_many_have_what_was_halted(
    newsroom: Newsroom, mails: MemoryBackend
) -> None:
    newsroom.run(THURSDAY)
    with newsroom.database() as database:
        ledger = Ledger(database)
        frozen = ledger.find(THURSDAY.isoformat())
        assert frozen is not None
        ledger.halt(frozen.id, at=newsroom.clock.now(), reason="wrong")
    record = newsroom.run(THURSDAY, hour=9)
    assert record.verdict == "partly sent"
    assert record.words.startswith("sent to 1 of 1 reader so far: 2 papers; issue 2025-11-06 was halted at")
    assert len(mails.delivered) == 1


def test_a_rehearsal_looks_at_the_issue_that_is_there_and_at_what_it_waits_for(newsroom: Newsroom) -> None:
    newsroom.configure("[run]\napproval = true\n")
    newsroom.run(THURSDAY)
    with newsroom.database() as database:
        at_hand = look_up(THURSDAY.isoformat(), Ledger(database), root=ISSUES)
        edit(at_hand, Edits(subject="As I want it"), newsroom.app.recipe())
        seen = rehearse(database, newsroom.parts, THURSDAY, newsroom.policy(), newsroom.watch)
        assert [outlook.subject for outlook in seen.outlooks] == ["As I want it"]
        assert [note.verdict for note in seen.findings.issues] == ["waiting for approval"]
        at_hand = look_up(THURSDAY.isoformat(), Ledger(database), root=ISSUES)
        approve(at_hand, ApprovalStore(database), at=newsroom.clock.now())
        seen = rehearse(database, newsroom.parts, THURSDAY, newsroom.policy(), newsroom.watch)
        assert [note.verdict for note in seen.findings.issues] == ["not sent"]
