"""Freezing an issue: every edition is drawn and stored, and everybody who gets it is enrolled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsletter.store.issue_folder import digest_of
from newsletter.store.ledger import Freezing, NewWishes
from newsletter.work.drawing import Drawing, Drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsletter.model import Edition, Issue, Letterhead
    from newsletter.store.ledger import FrozenIssue, Ledger
    from newsletter.work.at_hand import AtHand
    from newsletter.work.drawing import Style
    from newsletter.work.send_plan import Step

    # Hears how many wishes are drawn, of how many.
    DrawingProgress = Callable[[int, int], None]

# Readers choose new sets of sections while theirs are drawn; so often at most is that made good.
_ATTEMPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is to be frozen: an issue, its digest, and its edition of everything where that is known."""

    issue: Issue
    digest: str
    whole: Edition | None = None


def content_of(at_hand: AtHand, ledger: Ledger | None) -> Content:
    """Take what the folder holds; without one, what was frozen last."""
    if ledger and at_hand.newest and at_hand.stored is None:
        return Content(issue=ledger.issue(at_hand.newest.id), digest=at_hand.newest.digest)
    stored = at_hand.must_be_stored()
    return Content(issue=stored.issue, digest=digest_of(stored), whole=stored.editions[0])


def freeze(
    step: Step,
    at_hand: AtHand,
    ledger: Ledger,
    *,
    letterhead: Letterhead,
    style: Style,
    at: datetime,
    progress: DrawingProgress,
    keeps_hours: bool = False,
) -> FrozenIssue:
    """Freeze what a step needs; `keeps_hours`: each reader gets it at their own hour. Harmless if somebody
    else did so meanwhile: theirs counts."""
    content = content_of(at_hand, ledger)
    revision = at_hand.newest.revision + 1 if at_hand.newest else 1
    issue = replace(content.issue, revision=revision)
    freezing = Freezing(
        issue=issue,
        letterhead=letterhead,
        dated=at.replace(microsecond=0),
        digest=content.digest,
        corrects=step.corrects.id if step.corrects else None,
        audience=step.audience,
        keeps_hours=keeps_hours,
    )
    drawing = Drawing(issue, style, whole=content.whole, is_correction=step.is_marked)
    return _freeze(freezing, drawing, ledger, at=at, progress=progress)


def _freeze(
    freezing: Freezing, drawing: Drawing, ledger: Ledger, *, at: datetime, progress: DrawingProgress
) -> FrozenIssue:
    drawn = Drawn()
    wishes = ledger.wishes(freezing.issue.cadence, freezing.issue.day)
    for attempt in range(_ATTEMPTS):
        total = len(drawn) + len(wishes)
        drawing.add_to(drawn, wishes, lambda done, total=total: progress(done, total))  # type: ignore[misc]
        try:
            return ledger.freeze(freezing, drawn, at=at)
        except NewWishes as new:
            if attempt == _ATTEMPTS - 1:
                raise
            wishes = new.wishes
    raise AssertionError
