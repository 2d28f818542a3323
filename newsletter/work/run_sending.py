"""The last step of a run: an issue that is ready goes out, as far as it may."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.errors import EXIT_FOUND_ERRORS, MailError, UsageError
from newsletter.issues.editing import HIDDEN
from newsletter.mailing.headers import header_text
from newsletter.store.papers import Shown
from newsletter.work.outlook import outlook
from newsletter.work.send_plan import plan, with_readers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from newsletter.delivery.report import DeliveryReport
    from newsletter.model import Cadence, Issue
    from newsletter.rendering.checks import Finding
    from newsletter.store.ledger import FrozenIssue, Ledger, State
    from newsletter.store.papers import PaperArchive
    from newsletter.store.run_values import IssueNote, VerdictKind
    from newsletter.work.at_hand import AtHand
    from newsletter.work.run_parts import Books, Parts, RunPolicy, RunWatch
    from newsletter.work.send_plan import Step


def checked(note: IssueNote, findings: Sequence[Finding]) -> IssueNote:
    """Note what a check found; errors stop the issue."""
    faults = tuple(header_text(finding.message) for finding in findings if finding.severity == "error")
    warnings = sum(finding.severity == "warning" for finding in findings)
    note = replace(note, faults=faults, warnings=warnings)
    if not faults:
        return note
    return replace(note, verdict="checks failed", exit_code=EXIT_FOUND_ERRORS)


def send_due(note: IssueNote, at_hand: AtHand, parts: Parts, policy: RunPolicy, watch: RunWatch) -> IssueNote:
    """Send an issue to everybody who has not had it, and note how far that came."""
    ledger, desk = parts.books.ledger, parts.desk
    try:
        steps = with_readers(plan(at_hand, "send"), ledger)
    except UsageError as error:
        noted = _as_far_as_it_came(note, at_hand, ledger)
        return replace(noted, reason=error.message, exit_code=error.exit_code)
    found = outlook(steps, at_hand, ledger, desk.style, desk.backend, at=parts.clock.now(), draws=False)
    if found.is_for_nobody:
        return replace(note, verdict="nobody")
    if not policy.sends:
        return replace(note, verdict="not sent", reason="as was wished")
    if policy.asks_doctor and (objection := parts.objections(note.slug)):
        is_mail = objection.exit_code == MailError.exit_code
        kind: VerdictKind = "not sent" if is_mail else "checks failed"
        faults, code = objection.faults, objection.exit_code
        return replace(note, verdict=kind, faults=faults, reason=faults[0], exit_code=code)
    if not watch.may_send(found):
        return replace(note, verdict="not sent", reason="somebody said no")
    try:
        if policy.finish_within_hours is not None:
            found.must_end_within(policy.finish_within_hours)
    except UsageError as error:
        return replace(note, verdict="not sent", reason=error.message, exit_code=error.exit_code)
    return _carried_out(note, steps, at_hand, parts=parts, policy=policy, watch=watch)


def _as_far_as_it_came(note: IssueNote, at_hand: AtHand, ledger: Ledger) -> IssueNote:
    """Note who has an issue that does not go on."""
    if at_hand.newest is None:
        return replace(note, verdict="not sent")
    books = ledger.books(at_hand.newest.id)
    accepted = books.counts["accepted"]
    kind: VerdictKind = "partly sent" if accepted else "not sent"
    suppressed = books.counts["suppressed"]
    return replace(note, verdict=kind, audience=books.audience, accepted=accepted, suppressed=suppressed)


def go_on(frozen: FrozenIssue, parts: Parts, watch: RunWatch) -> DeliveryReport:
    """Send what is left of an issue that was frozen."""
    with watch.delivering() as watching:
        return parts.desk.deliver(frozen, watching, watch.stop)


def count_as_shown(frozen: Sequence[FrozenIssue], books: Books) -> None:
    """Let the archive know what issues show, from the moment they are frozen on; or that one shows nothing,
    because it was halted before anybody had it. Revisions of an issue count together."""
    by_slug: dict[str, list[FrozenIssue]] = {}
    for one in frozen:
        by_slug.setdefault(one.slug, []).append(one)
    for slug, revisions in by_slug.items():
        cadence, day = revisions[0].cadence, revisions[0].day
        out = [one for one in revisions if not one.is_halted or _may_be_out(one, books)]
        if not out:
            books.archive.forget_issue(cadence, slug)
            continue
        told = [shown for one in out for shown in _dealt_with(books.ledger.issue(one.id))]
        _show(books.archive, slug, cadence, day, told)


def _dealt_with(issue: Issue) -> Iterator[Shown]:
    """List the papers that an issue shows, and those that an editor did not want in it."""
    for entry in issue.entries:
        paper = entry.paper
        yield Shown(key=paper.key, version=paper.version, section=entry.placement.section)
    for one in issue.left_out:
        if one.reason == HIDDEN:
            yield Shown(key=one.key)


def _show(archive: PaperArchive, slug: str, cadence: Cadence, day: date, told: Sequence[Shown]) -> None:
    """Keep what an issue shows, unless that was done; what is not in the archive was built by hand."""
    by_key = {one.key: one for one in told}
    before = archive.shown(by_key, cadence)
    if len(before) == len(by_key) and any(one.slug == slug for one in before.values()):
        return
    if archive.papers(by_key):
        archive.show(cadence, slug, day, [one for key, one in by_key.items() if archive.papers([key])])


def _may_be_out(frozen: FrozenIssue, books: Books) -> bool:
    counts = books.ledger.books(frozen.id).counts
    return any(counts[state] for state in ("accepted", "claimed", "in_flight", "in_doubt", "dropped"))


def _carried_out(
    note: IssueNote,
    steps: Sequence[Step],
    at_hand: AtHand,
    *,
    parts: Parts,
    policy: RunPolicy,
    watch: RunWatch,
) -> IssueNote:
    reports: list[DeliveryReport] = []
    waiting = 0
    for step in steps:
        with watch.drawing() as progress:
            frozen = parts.desk.frozen(step, at_hand, progress, keeps_hours=policy.keeps_hours)
        count_as_shown([*at_hand.revisions, frozen], parts.books)
        reports.append(go_on(frozen, parts, watch))
        waiting += parts.books.ledger.hours_left(frozen.id).people
        at_hand = at_hand.with_revision(frozen)
        if reports[-1].ending in ("failed", "halted", "interrupted"):
            break
    return _noted(note, reports, waiting)


def _noted(note: IssueNote, reports: Sequence[DeliveryReport], waiting: int) -> IssueNote:
    def total(*states: State) -> int:
        return sum(report.books.counts[state] for report in reports for state in states)

    left, accepted = total("pending", "claimed", "in_flight") - waiting, total("accepted")
    failure = next((report.failure for report in reports if report.failure), None)
    return replace(
        note,
        verdict="sent" if not left else "partly sent" if accepted else "not sent",
        audience=sum(report.books.audience for report in reports),
        accepted=accepted,
        refused=total("refused"),
        in_doubt=total("in_doubt"),
        suppressed=total("suppressed"),
        left=left,
        waiting=waiting,
        reason=failure.message if failure else _REASONS.get(reports[-1].ending),
        exit_code=max(report.exit_code for report in reports),
    )


_REASONS = {
    "halted": "it was halted",
    "interrupted": "the run was interrupted",
    "put_off": "the mail system put them off",
    "shared": "another sender has the rest",
}
