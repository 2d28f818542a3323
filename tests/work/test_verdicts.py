"""Every day has a verdict, in words that say why."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from newsletter.store.run_values import Answer, Findings, IssueNote, RunRecord
from newsletter.work.missed import history
from newsletter.work.verdicts import verdict

DAY = date(2025, 11, 7)
SINCE = datetime(2025, 11, 5, 6, 30, tzinfo=UTC)
NEWS = Answer(source="hf", said="news", papers=3, new=3)
QUIET = Answer(source="arxiv", said="nothing", silence="arXiv has nothing on Saturdays")
BROKEN = Answer(source="arxiv", said="failed", error="timed out", broken_since=SINCE)
STALE = Answer(source="arxiv", said="same", papers=9, expected=True, same_since=date(2025, 11, 5))


def note(**changes: object) -> IssueNote:
    values: dict[str, object] = {
        "slug": "2025-11-07",
        "cadence": "daily",
        "papers": 34,
        "digest": "d",
        "folder": "issues/2025-11-07",
        "verdict": "sent",
        "audience": 12,
        "accepted": 12,
    }
    return IssueNote(**(values | changes))  # type: ignore[arg-type]


def judge(*answers: Answer, notes: tuple[IssueNote, ...] = ()) -> tuple[str, str, int]:
    found = verdict(Findings(answers=answers, issues=notes), DAY)
    return found.kind, found.words, found.exit_code


def test_a_sent_issue_says_to_how_many() -> None:
    assert judge(NEWS, notes=(note(),)) == ("sent", "sent to 12 of 12 readers: 34 papers", 0)


def test_a_source_that_failed_beside_a_sent_issue_is_named() -> None:
    kind, words, code = judge(NEWS, BROKEN, notes=(note(),))
    assert (kind, code) == ("sent", 0)
    assert words.endswith("34 papers; arxiv fails since 2025-11-05 06:30 UTC: timed out")


def test_a_quiet_day_says_which_sources_had_nothing() -> None:
    nothing = Answer(source="hf", said="nothing")
    assert judge(QUIET, nothing) == (
        "quiet day",
        "quiet day: arXiv has nothing on Saturdays; hf answered with no paper",
        0,
    )


def test_a_source_that_stands_still_makes_an_empty_day_stale() -> None:
    assert judge(STALE, QUIET)[:2] == (
        "stale source",
        "stale source: arxiv did not move since 2025-11-05; arXiv has nothing on Saturdays",
    )


def test_a_broken_source_explains_an_empty_day_with_since_when() -> None:
    assert judge(BROKEN, Answer(source="hf", said="nothing")) == (
        "broken source",
        "broken source: arxiv fails since 2025-11-05 06:30 UTC: timed out; hf answered with no paper",
        0,
    )


def test_when_every_source_failed_the_exit_code_says_so() -> None:
    assert judge(BROKEN)[2] == 3
    assert judge(BROKEN, BROKEN)[2] == 3


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"verdict": "waiting for approval"}, "waiting for approval", "`newsletter approve 2025-11-07`"),
        ({"verdict": "checks failed", "faults": ("a", "b")}, "checks failed", "sent: a, and 1 more"),
        ({"verdict": "nobody"}, "nobody", "no active subscriber"),
        ({"verdict": "partly sent", "accepted": 9, "left": 3}, "partly sent", "9 of 12 readers"),
        ({"verdict": "not sent", "reason": "the server is gone"}, "not sent", "the server is gone"),
    ],
)
def test_an_issue_that_is_not_out_says_what_it_waits_for(
    changes: dict[str, object], kind: str, words: str
) -> None:
    found = judge(NEWS, notes=(note(**changes),))
    assert found[0] == kind
    assert words in found[1]


def test_of_two_issues_the_one_that_came_less_far_decides() -> None:
    weekly = note(slug="2025-W45", cadence="weekly", verdict="checks failed", faults=("a",), exit_code=8)
    kind, words, code = judge(NEWS, notes=(note(), weekly))
    assert (kind, code) == ("checks failed", 8)
    assert "2025-11-07: sent to 12" in words
    assert "2025-W45: checks failed" in words


def test_readers_without_papers_in_their_sections_are_told_of() -> None:
    assert (
        "sent to 9 of 9 readers: 34 papers (nothing in the sections of 3 more)"
        in judge(NEWS, notes=(note(accepted=9, suppressed=3),))[1]
    )


def test_days_without_a_run_are_missed() -> None:
    days = [date(2025, 11, 6), date(2025, 11, 3)]
    records = [RunRecord(day=day, begun_at=SINCE, verdict="sent", words="sent") for day in days]
    found = history(records, DAY, limit=10)
    assert [(str(one.day), one.verdict) for one in found] == [
        ("2025-11-06", "sent"),
        ("2025-11-05", "missed"),
        ("2025-11-04", "missed"),
        ("2025-11-03", "sent"),
    ]
    assert [one.verdict for one in history(records, date(2025, 11, 8), limit=2)] == ["missed", "sent"]


def test_a_long_time_without_a_run_is_told_in_one() -> None:
    records = [RunRecord(day=DAY, begun_at=SINCE, verdict="sent", words="sent")]
    found = history(records, date(2025, 12, 1), limit=10)
    assert [one.verdict for one in found] == ["missed", "sent"]
    assert "from 2025-11-08 to 2025-11-30 (23 days)" in found[0].words


def test_a_run_that_stopped_says_where() -> None:
    [found] = history([RunRecord(day=DAY, begun_at=SINCE, step="compose")], DAY, limit=5)
    assert "stopped, or is under way, at the step 'compose'" in found.words
