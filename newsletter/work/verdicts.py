"""The verdict on a day, in words: what was sent to how many, or why nothing was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import EXIT_DONE, SourceError
from newsletter.work.answers import is_stale

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from newsletter.store.run_values import Answer, Findings, IssueNote, VerdictKind

_MAX_ERROR_CHARS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class DayVerdict:
    """How a day ended, why, and the exit code of its run."""

    kind: VerdictKind
    words: str
    exit_code: int = EXIT_DONE


# Of two issues on one day, the verdict is that of the one that came less far.
_WORST_FIRST: tuple[VerdictKind, ...] = (
    "failed",
    "unfinished",
    "checks failed",
    "not sent",
    "partly sent",
    "waiting for approval",
    "sent",
    "nobody",
)


def verdict(findings: Findings, day: date) -> DayVerdict:
    """Judge a day by what its sources answered and how far its issues came."""
    if any(note.papers for note in findings.issues):
        return _of_issues(findings, day)
    return _without_an_issue(findings.answers, day)


def every_source_failed(answers: Sequence[Answer]) -> bool:
    """Whether nobody answered."""
    return bool(answers) and all(answer.said == "failed" for answer in answers)


def _of_issues(findings: Findings, day: date) -> DayVerdict:
    issues = [note for note in findings.issues if note.papers]
    kind = min((note.verdict for note in issues), key=_rank)
    told = [_outcome(note, named=len(findings.issues) > 1) for note in issues]
    told += [f"{note.slug}: no paper for it" for note in findings.issues if not note.papers]
    told += [told_of(answer, day) for answer in findings.answers if _is_trouble(answer, day)]
    return DayVerdict(kind=kind, words="; ".join(told), exit_code=max(note.exit_code for note in issues))


def _rank(kind: VerdictKind) -> int:
    return _WORST_FIRST.index(kind) if kind in _WORST_FIRST else len(_WORST_FIRST)


def _outcome(note: IssueNote, *, named: bool) -> str:
    said = _said_of(note)
    return f"{note.slug}: {said}" if named else said


def _said_of(note: IssueNote) -> str:
    papers = _counted(note.papers, "paper")
    match note.verdict:
        case "sent":
            return f"sent to {_people(note)}: {papers}{_beside(note)}"
        case "partly sent":
            why = f"; {note.reason}" if note.reason else ""
            return f"sent to {_people(note)} so far: {papers}{_beside(note)}{why}"
        case "nobody":
            return f"nobody to send to: no active subscriber takes this issue of {papers}"
        case "waiting for approval":
            return f"waiting for approval: {papers}; `newsletter approve {note.slug}`, then run again"
        case "checks failed":
            others = f", and {len(note.faults) - 1} more" if len(note.faults) > 1 else ""
            return f"checks failed, so nothing was sent: {note.faults[0]}{others}"
        case "not sent":
            return f"not sent: {note.reason or 'as was wished'}; {papers}"
        case _:
            return f"left off: {note.reason or 'the run ended before the issue was sent'}"


def _people(note: IssueNote) -> str:
    mailed = note.audience - note.suppressed
    return f"{note.accepted:,} of {_counted(mailed, 'reader')}"


def _beside(note: IssueNote) -> str:
    """Tell of mails that are not where they should be, and of readers who get none."""
    odd = {
        "refused": note.refused,
        "in doubt": note.in_doubt,
        "to go out later": note.left,
        "at the hour they chose": note.waiting,
    }
    said = [f"{count:,} {name}" for name, count in odd.items() if count]
    if note.suppressed:
        said.append(f"nothing in the sections of {note.suppressed:,} more")
    return f" ({', '.join(said)})" if said else ""


def _without_an_issue(answers: Sequence[Answer], day: date) -> DayVerdict:
    told = "; ".join(told_of(answer, day) for answer in answers)
    if not answers:
        return DayVerdict(kind="quiet day", words="quiet day: no source is switched on")
    if any(answer.said == "failed" for answer in answers):
        code = SourceError.exit_code if every_source_failed(answers) else EXIT_DONE
        return DayVerdict(kind="broken source", words=f"broken source: {told}", exit_code=code)
    if any(is_stale(answer, day) for answer in answers):
        return DayVerdict(kind="stale source", words=f"stale source: {told}")
    if any(answer.new for answer in answers):
        told = f"no issue is due; {told}"
    return DayVerdict(kind="quiet day", words=f"quiet day: {told}")


def _is_trouble(answer: Answer, day: date) -> bool:
    return answer.said == "failed" or is_stale(answer, day)


def told_of(answer: Answer, day: date) -> str:
    """Say in words what a source answered."""
    name = answer.source
    match answer.said:
        case "failed":
            since = f"{answer.broken_since:%Y-%m-%d %H:%M} UTC" if answer.broken_since else "now"
            return f"{name} fails since {since}: {(answer.error or 'no reason')[:_MAX_ERROR_CHARS]}"
        case "same" | "nothing" if is_stale(answer, day):
            since = f" since {answer.same_since}" if answer.same_since else ""
            told = f": {answer.error[:_MAX_ERROR_CHARS]}" if answer.error else ""
            return f"{name} did not move{since}{told}"
        case "same":
            return f"{name} has had nothing new since {answer.same_since}{_why(answer)}"
        case "news" if answer.new or answer.updated:
            return f"{name} has {_counted(answer.new, 'new paper')}{_updates(answer)}"
        case "news":
            return f"{name} has only papers that are known"
        case _ if answer.silence:
            return answer.silence
        case _:
            return f"{name} answered with no paper"


def _why(answer: Answer) -> str:
    return f" ({answer.silence})" if answer.silence else ""


def _updates(answer: Answer) -> str:
    return f" and {_counted(answer.updated, 'new version')}" if answer.updated else ""


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
