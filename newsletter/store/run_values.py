"""What is kept of the daily run: what each source answered, what became of each issue, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from newsletter.errors import StoreError
from newsletter.model import Cadence

# "news" has papers it did not have before, "same" only those it had.
Said = Literal["news", "same", "nothing", "failed"]

VerdictKind = Literal[
    "sent",
    "partly sent",
    "nobody",
    "not sent",
    "waiting for approval",
    "checks failed",
    "quiet day",
    "stale source",
    "broken source",
    "failed",
    "unfinished",
    "missed",
]
VERDICTS: tuple[VerdictKind, ...] = get_args(VerdictKind)

# The steps of a day, in their order; a run that was stopped goes on where it was.
RunStep = Literal["fetch", "compose", "check", "approve", "send", "done"]
RUN_STEPS: tuple[RunStep, ...] = get_args(RunStep)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source answered for a day.

    `new` papers were not in the archive. `silence` says why nothing was expected; `expected` that the source
    has a calendar, by which there should be something. `same_since` is the day on which a source that said
    the "same" or "nothing" last had something new. `problems` counts records that could not be read. `error`
    and `broken_since` tell of a failure; papers that came before it count. `late_days` are earlier days it
    was asked for as well.
    """

    source: str
    said: Said
    papers: int = 0
    new: int = 0
    updated: int = 0
    problems: int = 0
    silence: str | None = None
    expected: bool = False
    same_since: date | None = None
    error: str | None = None
    broken_since: datetime | None = None
    late_days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is known of a source from earlier runs: the last day it answered for, the last day on which it
    moved, what it said then (a fingerprint), and since when it fails, if it does."""

    source: str
    answered_on: date | None = None
    moved_on: date | None = None
    fingerprint: str | None = None
    broken_since: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueNote:
    """How far an issue of the day came. `digest` is that of what was composed; `faults` are the errors that a
    check found, `warnings` are counted; `accepted` of `audience` have it, `left` may get it yet, and
    `waiting` did not have their hour yet. Without papers there is no issue, only this note."""

    slug: str
    cadence: Cadence
    papers: int
    digest: str
    folder: str
    verdict: VerdictKind = "unfinished"
    faults: tuple[str, ...] = ()
    warnings: int = 0
    audience: int = 0
    accepted: int = 0
    refused: int = 0
    in_doubt: int = 0
    suppressed: int = 0
    left: int = 0
    waiting: int = 0
    reason: str | None = None
    exit_code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a run found out so far."""

    answers: tuple[Answer, ...] = ()
    issues: tuple[IssueNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """The run of a day: the last one, if there were several. `verdict` and `words` say how it ended; one that
    did not end is "unfinished" at its `step`."""

    day: date
    begun_at: datetime
    ended_at: datetime | None = None
    step: RunStep = "fetch"
    verdict: VerdictKind = "unfinished"
    words: str = ""
    exit_code: int = 0
    findings: Findings = Findings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that the operator is told of once when it begins, and once when it is over. `key` tells one
    from the other."""

    key: str
    words: str


class AlreadyRunning(StoreError):  # noqa: N818 - says what is so, as a sentence does
    """Another run is under way."""
