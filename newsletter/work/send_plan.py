"""What sending an issue comes to: whom it still has to reach, with which revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from newsletter.errors import UsageError

if TYPE_CHECKING:
    from newsletter.model import Letterhead
    from newsletter.store.ledger import Audience, FrozenIssue, IssueId, Ledger
    from newsletter.work.at_hand import AtHand

Wanted = Literal["send", "resume", "correction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One revision on its way: either `frozen` already, or to be frozen for an `audience`. `is_marked` says
    that its readers have a wrong one, so that the mail has to say that it corrects something."""

    audience: Audience
    frozen: FrozenIssue | None = None
    corrects: FrozenIssue | None = None
    is_marked: bool = False
    lifts_halt: bool = False


def plan(at_hand: AtHand, wanted: Wanted, letterhead: Letterhead | None = None) -> tuple[Step, ...]:
    """Decide what has to be done; `letterhead` is what a message would carry that is made now. Raises
    `UsageError` for what cannot be meant, with the ways out."""
    newest = at_hand.newest
    if newest is None:
        if wanted == "correction":
            raise UsageError(
                f"issue {at_hand.slug} was never sent, so there is nothing to correct",
                hint=f"`newsletter send {at_hand.slug}` sends it",
            )
        at_hand.must_be_stored()
        return (Step(audience="everybody"),)
    if newest.is_halted:
        return _after_halt(at_hand, newest, wanted, letterhead or newest.letterhead)
    at_hand.must_be_unchanged()
    if wanted == "correction":
        return (_correction_on_its_way(at_hand, newest),)
    return _going_on(at_hand.revisions)


def with_readers(steps: tuple[Step, ...], ledger: Ledger | None) -> tuple[Step, ...]:
    """Leave out what would be frozen for nobody: a wrong issue may have reached everybody."""
    return tuple(
        step
        for step in steps
        if not (ledger and step.corrects and step.audience == "missed")
        or readers_of(step.corrects, step.audience, ledger)
    )


def readers_of(wrong: FrozenIssue, audience: Audience, ledger: Ledger) -> int:
    """Count those who have a wrong issue, or whom it has not reached."""
    return ledger.books(wrong.id).counts["accepted" if audience == "corrected" else "pending"]


def _after_halt(
    at_hand: AtHand, newest: FrozenIssue, wanted: Wanted, letterhead: Letterhead
) -> tuple[Step, ...]:
    slug, halted = at_hand.slug, _without_followers(at_hand.revisions)
    if wanted == "correction":
        at_hand.must_be_stored()
        if not at_hand.has_changed and _reach(letterhead) == _reach(newest.letterhead):
            raise UsageError(
                f"{at_hand.folder}: still holds what was halted",
                hint="put right what was wrong, in newsletter.toml or in the issue, and build it again; "
                f"`newsletter send {slug} --resume` goes on if it was right after all",
            )
        return tuple(Step(audience="corrected", corrects=one, is_marked=True) for one in halted)
    if wanted == "resume":
        at_hand.must_be_unchanged()
        return tuple(Step(audience="everybody", frozen=one, lifts_halt=True) for one in halted)
    reason = f" ({newest.halt_reason})" if newest.halt_reason else ""
    raise UsageError(
        f"issue {slug} was halted at {newest.halted_at:%Y-%m-%d %H:%M} UTC{reason}",
        hint=f"`newsletter send {slug} --resume` goes on with it; if it was wrong, build it again, then "
        f"`newsletter send {slug} --correction` reaches everybody who has the wrong one",
    )


def _reach(letterhead: Letterhead) -> tuple[object, ...]:
    """Give what makes a message wrong that holds the right issue: where its links and answers go."""
    return letterhead.sender.address, letterhead.reply_to, letterhead.base_url


def _without_followers(revisions: tuple[FrozenIssue, ...]) -> list[FrozenIssue]:
    """List what was halted and neither goes on nor is put right by another revision."""
    corrected = {revision.corrects for revision in revisions}
    return [revision for revision in revisions if revision.is_halted and revision.id not in corrected]


def _correction_on_its_way(at_hand: AtHand, newest: FrozenIssue) -> Step:
    """Go on with a correction that was begun; one of something that still is being sent cannot be meant."""
    if newest.corrects is None:
        raise UsageError(
            f"issue {at_hand.slug} was not halted, so nobody knows yet who will have the wrong one",
            hint=f"`newsletter halt {at_hand.slug}` stops it everywhere and says how many have it by then",
        )
    return _followers(at_hand.revisions, newest.corrects)[0]


def _going_on(revisions: tuple[FrozenIssue, ...]) -> tuple[Step, ...]:
    """Finish what was begun; and give the right one to those whom a wrong one had not reached."""
    steps: list[Step] = []
    for revision in revisions:
        if not revision.is_halted:
            if revision.corrects is None:
                steps.append(Step(audience="everybody", frozen=revision))
            continue
        followers = _followers(revisions, revision.id)
        steps += [step for step in followers if step.frozen and not step.frozen.is_halted]
        if len(followers) == 1:
            marked = _is_marked(revisions, revision)
            steps.append(Step(audience="missed", corrects=revision, is_marked=marked))
    return tuple(steps)


def _followers(revisions: tuple[FrozenIssue, ...], wrong: IssueId) -> list[Step]:
    """List what was frozen to put a revision right: first for those who have it, then for the others."""
    frozen = [revision for revision in revisions if revision.corrects == wrong]
    audiences: tuple[Audience, ...] = ("corrected", "missed")
    return [Step(audience=who, frozen=one) for who, one in zip(audiences, frozen, strict=False)]


def _is_marked(revisions: tuple[FrozenIssue, ...], revision: FrozenIssue) -> bool:
    """Tell whether all its readers had a wrong one already, even those whom this revision did not reach."""
    if revision.corrects is None:
        return False
    first = _followers(revisions, revision.corrects)[0]
    return first.frozen == revision
