"""What the operator should know of a day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.store.run_values import Trouble
from newsletter.work.answers import is_stale, is_unexpectedly_empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newsletter.store.run_values import Answer, RunRecord

RUN, EMPTY, MAIL, CHECKS = "run", "empty", "mail", "checks"
_BROKEN, _STALE = "broken ", "stale "
_MAIL_SYSTEM = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became different since the operator was told last."""

    begun: tuple[Trouble, ...] = ()
    over: tuple[Trouble, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.begun or self.over)


def troubles_of(record: RunRecord) -> tuple[Trouble, ...]:
    """List what is wrong by the end of a run."""
    return tuple(_troubles(record))


def changes(open_ones: Mapping[str, Trouble], record: RunRecord) -> Changes:
    """Say which troubles began and which are over. Of a source that was not asked nothing is known."""
    now = {trouble.key: trouble for trouble in troubles_of(record)}
    over = [one for key, one in open_ones.items() if key not in now and _is_known(key, record)]
    begun = [one for key, one in now.items() if key not in open_ones]
    return Changes(begun=tuple(begun), over=tuple(over))


def _troubles(record: RunRecord) -> Iterator[Trouble]:
    if record.verdict == "failed":
        yield Trouble(key=RUN, words=f"the run of {record.day} {record.words}")
        return
    for answer in record.findings.answers:
        yield from _of_source(answer, record)
    notes = [note for note in record.findings.issues if note.papers]
    for note in notes:
        if note.verdict == "checks failed":
            yield Trouble(
                key=CHECKS, words=f"{note.slug} was not sent, because its check failed: {note.faults[0]}"
            )
        if note.exit_code == _MAIL_SYSTEM:
            yield Trouble(key=MAIL, words=f"{note.slug} could not be sent: {note.reason}")
    if not notes and any(map(is_unexpectedly_empty, record.findings.answers)):
        yield Trouble(key=EMPTY, words=f"there was no issue on {record.day}, though papers were expected")


def _of_source(answer: Answer, record: RunRecord) -> Iterator[Trouble]:
    if answer.said == "failed":
        since = f"{answer.broken_since:%Y-%m-%d %H:%M} UTC" if answer.broken_since else str(record.day)
        yield Trouble(
            key=_BROKEN + answer.source, words=f"{answer.source} fails since {since}: {answer.error}"
        )
    elif is_stale(answer, record.day):
        since = f" since {answer.same_since}" if answer.same_since else ""
        yield Trouble(key=_STALE + answer.source, words=f"{answer.source} does not move{since}")


def _is_known(key: str, record: RunRecord) -> bool:
    """Whether a run that names no such trouble proves that it is over."""
    if record.verdict == "failed":
        return False
    answers = {answer.source: answer for answer in record.findings.answers}
    if key.startswith(_BROKEN):
        return key.removeprefix(_BROKEN) in answers
    if key.startswith(_STALE):
        # a source at rest stands still with good reason, and one that fails does not tell
        answer = answers.get(key.removeprefix(_STALE))
        return answer is not None and answer.said != "failed" and answer.silence is None
    return True
