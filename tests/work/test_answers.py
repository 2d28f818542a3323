"""What a source's answer means beside what it answered before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.store.run_values import Answer, SourceState
from newsletter.work.answers import Reply, fingerprint, is_stale, is_unexpectedly_empty, judged
from tests.conftest import make_paper

DAY = date(2025, 11, 6)
AT = datetime(2025, 11, 6, 6, 30, tzinfo=UTC)
PAPERS = (make_paper(1), make_paper(2))
NEW = SourceState(source="arxiv")


def ask(reply: Reply, state: SourceState, days: int = 0) -> tuple[Answer, SourceState]:
    return judged(reply, state, day=DAY + timedelta(days=days), at=AT + timedelta(days=days))


def reply(**changes: object) -> Reply:
    values: dict[str, object] = {"source": "arxiv", "papers": PAPERS, "has_calendar": True}
    return Reply(**(values | changes))  # type: ignore[arg-type]


def test_a_source_that_is_asked_for_the_first_time_has_news() -> None:
    answer, state = ask(reply(), NEW)
    assert answer.said == "news"
    assert (state.answered_on, state.moved_on) == (DAY, DAY)


def test_a_source_that_says_the_same_a_day_later_is_stale() -> None:
    _, state = ask(reply(), NEW)
    answer, state = ask(reply(), state, days=1)
    assert (answer.said, answer.same_since) == ("same", DAY)
    assert is_stale(answer, DAY + timedelta(days=1))
    assert state.moved_on == DAY


def test_asking_again_on_the_same_day_changes_nothing() -> None:
    first, state = ask(reply(), NEW)
    assert ask(reply(), state) == (first, state)


def test_votes_and_the_order_are_no_news_but_a_new_version_is() -> None:
    voted = tuple(replace(paper, upvotes=9) for paper in reversed(PAPERS))
    assert fingerprint(voted) == fingerprint(PAPERS)
    assert fingerprint((replace(PAPERS[0], version=2), PAPERS[1])) != fingerprint(PAPERS)


def test_a_source_that_rests_on_weekends_is_not_stale_then() -> None:
    _, state = ask(reply(), NEW)
    answer, _ = ask(reply(silence="arXiv has nothing on Saturdays"), state, days=1)
    assert answer.said == "same"
    assert not is_stale(answer, DAY + timedelta(days=1))


@pytest.mark.parametrize(("days", "stale"), [(1, False), (14, False), (15, True)])
def test_a_source_without_a_calendar_is_stale_after_a_fortnight(days: int, stale: bool) -> None:
    _, state = ask(reply(has_calendar=False), NEW)
    answer, _ = ask(reply(has_calendar=False), state, days=days)
    assert is_stale(answer, DAY + timedelta(days=days)) is stale


@pytest.mark.parametrize(("days", "stale"), [(14, False), (15, True)])
def test_a_source_without_a_calendar_that_has_nothing_for_a_fortnight_is_stale(
    days: int, stale: bool
) -> None:
    _, state = ask(reply(has_calendar=False), NEW)
    answer, state = ask(reply(has_calendar=False, papers=()), state, days=days)
    assert answer.said == "nothing"
    assert is_stale(answer, DAY + timedelta(days=days)) is stale
    assert state.moved_on == DAY


def test_a_source_that_never_had_anything_is_not_stale() -> None:
    answer, _ = ask(reply(has_calendar=False, papers=()), NEW)
    assert not is_stale(answer, DAY + timedelta(days=100))


def test_a_source_that_says_itself_that_it_stands_still_is_stale_and_asked_again_for_the_day() -> None:
    before = replace(NEW, answered_on=DAY - timedelta(days=1), moved_on=DAY - timedelta(days=1))
    answer, state = ask(reply(papers=(), error="it still shows Wednesday", is_stale=True), before)
    assert is_stale(answer, DAY)
    assert state.answered_on == DAY - timedelta(days=1)


def test_a_failure_is_counted_from_the_first_one_until_an_answer_comes() -> None:
    first, state = ask(reply(papers=(), error="timed out"), NEW)
    second, state = ask(reply(papers=(), error="refused"), state, days=1)
    assert first.broken_since == second.broken_since == AT
    assert state.answered_on is None
    answer, state = ask(reply(), state, days=2)
    assert (answer.said, state.broken_since, state.error) == ("news", None, None)


def test_nothing_on_a_day_with_announcements_is_unexpected() -> None:
    nothing, _ = ask(reply(papers=()), NEW)
    resting, _ = ask(reply(papers=(), silence="holiday"), NEW)
    unknown, _ = ask(reply(papers=(), has_calendar=False), NEW)
    assert [is_unexpectedly_empty(answer) for answer in (nothing, resting, unknown)] == [True, False, False]


def test_an_earlier_day_that_is_run_late_does_not_turn_back_what_is_known() -> None:
    _, state = ask(reply(), NEW, days=3)
    _, after = ask(reply(papers=PAPERS[:1]), state)
    assert after == state
