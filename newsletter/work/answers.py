"""What a source's answer means, beside what it answered before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.store.run_values import Answer, SourceState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from newsletter.model import Paper

# A source without a calendar, such as a journal, counts as stale when it stood still for longer.
STALE_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of asking a source for a day: papers, as often as its documents have them; how many records
    could not be read; and the `error` that ended it, if one did. `is_stale` says that it answered all the
    same, with what it had before. `silence` says why nothing was expected; `has_calendar` that it would say
    so. `missed` is the late day for which it failed, with `late_error`."""

    source: str
    papers: tuple[Paper, ...] = ()
    problems: int = 0
    error: str | None = None
    is_stale: bool = False
    silence: str | None = None
    has_calendar: bool = False
    late_days: tuple[date, ...] = ()
    missed: date | None = None
    late_error: str | None = None

    @property
    def count(self) -> int:
        """How many different papers came."""
        return len({paper.key for paper in self.papers})


def fingerprint(papers: Iterable[Paper]) -> str:
    """Tell whether a source says the same again: by ids and versions, not by votes that are counted."""
    named = sorted({f"{sorted(paper.ids.items())} {paper.version}" for paper in papers})
    return hashlib.sha256("\n".join(named).encode("utf-8")).hexdigest()


def judged(
    reply: Reply, state: SourceState, *, day: date, at: datetime, new: int = 0, updated: int = 0
) -> tuple[Answer, SourceState]:
    """Say what a reply means for a day, and what is known of the source from now on. `new` and `updated`
    count papers by the archive. Harmless to repeat for a day."""
    answer = Answer(
        source=reply.source,
        said="nothing",
        papers=reply.count,
        new=new,
        updated=updated,
        problems=reply.problems,
        silence=reply.silence,
        expected=reply.has_calendar and reply.silence is None,
        late_days=reply.late_days,
    )
    if reply.is_stale:
        stale = replace(answer, said="same", error=reply.error, same_since=state.moved_on)
        return stale, replace(state, broken_since=None, error=None)
    if reply.error is not None:
        since = state.broken_since or at
        failed = replace(answer, said="failed", error=reply.error, broken_since=since)
        return failed, replace(state, broken_since=since, error=reply.error)
    stood_still = replace(state, broken_since=None, error=None)
    answered = day if reply.missed is None else reply.missed - timedelta(days=1)
    known = replace(stood_still, answered_on=_later(state.answered_on, answered))
    if not reply.papers:
        return replace(answer, same_since=state.moved_on), known
    mark = fingerprint(reply.papers)
    if mark == state.fingerprint and state.moved_on is not None and state.moved_on < day:
        same = replace(answer, said="same", same_since=state.moved_on)
        # what a source did not have yet is asked for again
        return same, stood_still if is_stale(same, day) else known
    if state.moved_on is None or state.moved_on <= day:
        known = replace(known, fingerprint=mark, moved_on=day)
    return replace(answer, said="news"), known


def is_stale(answer: Answer, day: date) -> bool:
    """Whether a source stood still when it should have moved, or one without a calendar had nothing for so
    long that it should have."""
    if answer.said not in ("same", "nothing") or answer.silence is not None:
        return False
    if answer.error is not None or answer.same_since is None:
        return answer.error is not None
    if answer.expected:
        return answer.said == "same"
    return day - answer.same_since > timedelta(days=STALE_DAYS)


def is_unexpectedly_empty(answer: Answer) -> bool:
    """Whether a source had nothing on a day on which, by its calendar, it should have."""
    return answer.said == "nothing" and answer.expected


def _later(one: date | None, other: date) -> date:
    return other if one is None else max(one, other)
