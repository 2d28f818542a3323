"""The daily run: fetch, archive, compose, check, approve, send; each step once a day, however often it runs.

What is done is not done again: an issue that is frozen is what gets sent, one that was composed stays as it
is until it is sent or its folder is removed, and the archive knows a paper that comes twice. So a run that
was killed at any step is simply run again. A paper counts as shown from the moment its issue is frozen: an
issue that never got that far has swallowed nothing, and its papers go into the next one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import EXIT_BUG, EXIT_DONE, NewsletterError, StoreError, UsageError
from newsletter.issues.compose import slug_of
from newsletter.mailing.headers import header_text
from newsletter.store.issue_folder import DATA, digest_of, write_issue
from newsletter.store.run_lock import running_alone
from newsletter.store.run_values import Findings, IssueNote, RunRecord
from newsletter.work.approving import must_look_as_approved
from newsletter.work.at_hand import AtHand, frozen_at_hand, look_up
from newsletter.work.build import edits_of
from newsletter.work.run_composing import compose_due, select, shown_before
from newsletter.work.run_fetching import Fetched, ask_sources, take_in
from newsletter.work.run_sending import checked, count_as_shown, go_on, send_due
from newsletter.work.verdicts import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from newsletter.issues.due import Due
    from newsletter.store.ledger import FrozenIssue
    from newsletter.store.run_values import Answer, RunStep
    from newsletter.work.run_parts import Parts, RunPolicy, RunWatch

# So many frozen issues are looked at: were they counted as shown, is anybody left to get them?
_RECENT = 12
# Mails of an earlier day that were put off still go out, until it is this old.
_LATEST = timedelta(days=3)


def run(parts: Parts, day: date, policy: RunPolicy, watch: RunWatch) -> RunRecord:
    """Run a day, as far as it was not run yet, and give its verdict.

    Raises `AlreadyRunning` while another run is under way. Whatever else is raised is noted as the verdict,
    and the operator is told.
    """
    with running_alone(parts.books.database):
        one = _Run(parts, day, policy, watch)
        try:
            record = one.carry_out()
        except Exception as error:
            with suppress(StoreError):  # what went wrong first is told
                parts.alerting.settle(one.failed(error), at=parts.clock.now(), said=watch.said)
            raise
        parts.alerting.settle(record, at=parts.clock.now(), said=watch.said)
        return record


@dataclass(frozen=True, slots=True)
class Made:
    """An issue of the day that is there, and what is noted of it."""

    note: IssueNote
    at_hand: AtHand


class _Run:
    def __init__(self, parts: Parts, day: date, policy: RunPolicy, watch: RunWatch) -> None:
        self.parts, self.day, self.policy, self.watch = parts, day, policy, watch
        self.books = parts.books
        self.earlier = self.books.runs.find(day)
        findings = self.earlier.findings if self.earlier else Findings()
        self.record = RunRecord(day=day, begun_at=parts.clock.now(), findings=findings)

    def carry_out(self) -> RunRecord:
        """Take the steps."""
        frozen = self.books.ledger.issues(_RECENT)
        count_as_shown(frozen, self.books)
        due = self.parts.due(self.day)
        made = {one: found for one in due if (found := self._there(one))}
        if len(made) < len(due) or not self.record.findings.answers:
            made |= self._make([one for one in due if one not in made])
        ready = [self._checked(made[one]) for one in due if one in made]
        self._finish_earlier(frozen)
        for one in ready:
            self._note(self._sent(one))
        return self._end()

    def failed(self, error: Exception) -> RunRecord:
        """Note that the run ended with an error."""
        ours = error if isinstance(error, NewsletterError) else None
        said = ours.message if ours else f"{type(error).__name__}: {error}"
        return self._saved(
            verdict="failed",
            words=f"failed at the step {self.record.step!r}: {header_text(said)[:300]}",
            exit_code=ours.exit_code if ours else EXIT_BUG,
            ended_at=self.parts.clock.now(),
        )

    def _there(self, due: Due) -> Made | None:
        """Give an issue that was made already. One whose check failed is made anew, if nobody changed it."""
        slug = slug_of(due.day, due.cadence)
        at_hand = self._at_hand(slug)
        if at_hand is None:
            return None
        note = self._noted_before(slug)
        if (
            at_hand.newest is None
            and note
            and note.verdict == "checks failed"
            and _digest(at_hand) == note.digest
        ):
            return None
        if at_hand.newest is None and self._is_overtaken(due, at_hand):
            self.watch.said(f"{slug} is composed anew: a later issue showed some of its papers")
            return None
        return Made(_fresh_note(due, at_hand, self._papers_in(at_hand)), at_hand)

    def _at_hand(self, slug: str) -> AtHand | None:
        """Look an issue up. Of one that is frozen, the folder may be in any state. Raises `StoreError` for a
        folder that somebody changed; one that a run was writing when it ended is as if it were not there."""
        try:
            return self._looked_up(self._folder(slug))
        except StoreError as error:
            if self.books.ledger.find(slug):
                return frozen_at_hand(slug, self.books.ledger)
            folder = self._folder(slug)
            if self._was_torn() or not (folder / DATA).exists():
                return None
            hint = f"remove {folder}, and `newsletter run` composes the issue anew"
            raise StoreError(error.message, hint=hint) from error

    def _looked_up(self, folder: Path) -> AtHand:
        return look_up(str(folder), self.books.ledger, root=self.parts.issues)

    def _folder(self, slug: str) -> Path:
        return self.parts.issues / slug

    def _was_torn(self) -> bool:
        return self.earlier is not None and self.earlier.step == "compose"

    def _is_overtaken(self, due: Due, at_hand: AtHand) -> bool:
        """Tell whether papers of an issue that never went out were shown in one of a later day."""
        keys = [entry.paper.key for entry in at_hand.must_be_stored().issue.entries]
        shown = shown_before(self.books.archive, keys, due)
        return any(one.day > due.day for one in shown.values())

    def _papers_in(self, at_hand: AtHand) -> int:
        if at_hand.stored:
            return len(at_hand.stored.issue.entries)
        return len(self.books.ledger.issue(at_hand.newest.id).entries) if at_hand.newest else 0

    def _make(self, due: Sequence[Due]) -> dict[Due, Made]:
        """Fetch, and compose what is due."""
        self._saved(step="fetch")
        found = ask_sources(self.parts, self.day, self.policy, self.watch)
        fetched = take_in(found, self.books, day=self.day, at=self.parts.clock.now())
        kept = tuple(note for note in self.record.findings.issues if note.papers)
        self._saved(step="compose", findings=Findings(answers=fetched.answers, issues=kept))
        made = {one: issue for one in due if (issue := self._composed(one, fetched))}
        self._saved(step="check")
        return made

    def _composed(self, due: Due, fetched: Fetched) -> Made | None:
        selection = select(self.books.archive, due, self.policy, fetched.listed)
        slug = slug_of(due.day, due.cadence)
        if not selection.papers:
            self._note(
                IssueNote(slug=slug, cadence=due.cadence, papers=0, digest="", folder="", verdict="quiet day")
            )
            return None
        self.watch.said(f"composing {slug} of {len(selection.papers):,} papers")
        unreached = _failed(fetched.answers) if self.policy.tell_readers else ()
        folder = self._folder(slug)
        stored = compose_due(due, selection, self.parts.recipe, unreached=unreached, edits=edits_of(folder))
        write_issue(folder, stored, overwrite=self._was_torn() or not (folder / DATA).exists())
        at_hand = self._looked_up(folder)
        made = Made(_fresh_note(due, at_hand, len(selection.papers)), at_hand)
        self._note(made.note)
        return made

    def _checked(self, made: Made) -> Made:
        """Check what is not frozen yet, on the bytes that readers get."""
        if made.at_hand.newest is not None:
            return made
        stored = made.at_hand.must_be_stored()
        note = checked(made.note, self.parts.check(stored))
        self._note(note)
        return replace(made, note=note)

    def _sent(self, made: Made) -> IssueNote:
        """Send an issue if nothing stands against it."""
        note, newest = made.note, made.at_hand.newest
        if done := self._sent_before(note.slug, newest):
            self.watch.said(f"{note.slug} was sent already; nothing is left to do")
            return done
        if note.verdict == "checks failed":
            return note
        if newest is None and (first := self._goes_first(note)):
            return replace(note, verdict="not sent", reason=f"{first} goes first, and could not yet")
        if newest is None and not self.books.approvals.of(note.slug, note.digest):
            self._saved(step="approve")
            return replace(note, verdict="waiting for approval")
        if other := self._other_looks(made.at_hand):
            return replace(note, verdict="not sent", reason=other.message, exit_code=other.exit_code)
        self._saved(step="send")
        return send_due(note, made.at_hand, self.parts, self.policy, self.watch)

    def _other_looks(self, at_hand: AtHand) -> UsageError | None:
        """Say why some readers would not get what was approved, if they would not."""
        if at_hand.stored is None:
            return None
        issue, ledger = at_hand.stored.issue, self.books.ledger
        try:
            wishes = ledger.wishes(issue.cadence, issue.day)
            must_look_as_approved(at_hand, self.books.approvals, self.parts.desk.style, wishes)
        except UsageError as error:
            return error
        return None

    def _sent_before(self, slug: str, newest: FrozenIssue | None) -> IssueNote | None:
        """Give what was noted of an issue of which nothing is left to send."""
        before = self._noted_before(slug)
        if newest is None or newest.is_halted or before is None or before.verdict != "sent":
            return None
        return None if self.books.ledger.is_waiting(newest.id) else replace(before, exit_code=EXIT_DONE)

    def _goes_first(self, note: IssueNote) -> str | None:
        """Name the issue that must be frozen before this one, or its readers would be enrolled in this."""
        others = (one for one in self.record.findings.issues if one.cadence == "weekdays" and one.papers)
        waiting = (one.slug for one in others if self.books.ledger.find(one.slug) is None)
        return next(waiting, None) if note.cadence == "daily" else None

    def _finish_earlier(self, frozen: Sequence[FrozenIssue]) -> None:
        """Go on with mails of the days before that were put off."""
        for one in self._unfinished(frozen) if self.policy.sends else ():
            self.watch.said(f"going on with {one.slug}, which has not reached everybody yet")
            go_on(one, self.parts, self.watch)

    def _unfinished(self, frozen: Sequence[FrozenIssue]) -> Iterator[FrozenIssue]:
        for one in reversed(frozen):
            is_recent = self.parts.clock.now() - one.frozen_at < _LATEST
            if (
                one.day < self.day
                and is_recent
                and not one.is_halted
                and self.books.ledger.is_waiting(one.id)
            ):
                yield one

    def _end(self) -> RunRecord:
        found = verdict(self.record.findings, self.day)
        return self._saved(
            step="done",
            verdict=found.kind,
            words=found.words,
            exit_code=found.exit_code,
            ended_at=self.parts.clock.now(),
        )

    def _noted_before(self, slug: str) -> IssueNote | None:
        return next((note for note in self.record.findings.issues if note.slug == slug), None)

    def _note(self, note: IssueNote) -> None:
        """Keep what is known of an issue, in the place of what was."""
        notes = {one.slug: one for one in self.record.findings.issues} | {note.slug: note}
        self._saved(findings=replace(self.record.findings, issues=tuple(notes.values())))

    def _saved(self, *, step: RunStep | None = None, **changes: object) -> RunRecord:
        step = step or self.record.step
        self.record = replace(self.record, step=step, **changes)  # type: ignore[arg-type]
        self.books.runs.save(self.record)
        return self.record


def _fresh_note(due: Due, at_hand: AtHand, papers: int) -> IssueNote:
    return IssueNote(
        slug=at_hand.slug,
        cadence=due.cadence,
        papers=papers,
        digest=_digest(at_hand),
        folder=str(at_hand.folder or Path()),
    )


def _digest(at_hand: AtHand) -> str:
    if at_hand.stored:
        return digest_of(at_hand.stored)
    return at_hand.newest.digest if at_hand.newest else ""


def _failed(answers: Sequence[Answer]) -> tuple[str, ...]:
    return tuple(answer.source for answer in answers if answer.said == "failed")
