"""What a run would do: everything is fetched and composed, and nothing is kept, written or mailed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import StoreError
from newsletter.issues.compose import slug_of
from newsletter.store.issue_folder import digest_of
from newsletter.store.rehearsing import rehearsal
from newsletter.store.run_values import Findings, IssueNote
from newsletter.work.at_hand import AtHand, look_up
from newsletter.work.harvest import harvest
from newsletter.work.outlook import outlook
from newsletter.work.run_composing import compose_due, select
from newsletter.work.run_fetching import late_by_source, take_in
from newsletter.work.run_sending import checked
from newsletter.work.send_plan import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from newsletter.issues.due import Due
    from newsletter.store.database import Database
    from newsletter.store.issue_folder import StoredIssue
    from newsletter.store.run_values import VerdictKind
    from newsletter.work.harvest import Harvest
    from newsletter.work.outlook import Outlook
    from newsletter.work.run_fetching import Fetched
    from newsletter.work.run_parts import Parts, RunPolicy, RunWatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a run would find, and who would get which issue (None: it is frozen already, or empty)."""

    findings: Findings
    outlooks: tuple[Outlook, ...] = ()


def rehearse(
    database: Database,
    parts_on: Callable[[Database], Parts],
    day: date,
    policy: RunPolicy,
    watch: RunWatch,
) -> Foreseen:
    """Try a run. The database is looked at before and after the sources are asked, and not held meanwhile."""
    with tempfile.TemporaryDirectory() as scratch:
        with rehearsal(database, Path(scratch)) as tried:
            parts = parts_on(tried)
            late = late_by_source(parts, day, policy)
        found = harvest(parts.sources, day, late=late, parsers=parts.recipe.parsers, told=watch.said)
        with rehearsal(database, Path(scratch)) as tried:
            return _foreseen(parts_on(tried), found, day, policy)


def _foreseen(parts: Parts, found: Sequence[Harvest], day: date, policy: RunPolicy) -> Foreseen:
    fetched = take_in(found, parts.books, day=day, at=parts.clock.now())
    seen = [_one(due, fetched, parts, policy) for due in parts.due(day)]
    return Foreseen(
        findings=Findings(answers=fetched.answers, issues=tuple(note for note, _ in seen)),
        outlooks=tuple(one for _, one in seen if one),
    )


def _one(due: Due, fetched: Fetched, parts: Parts, policy: RunPolicy) -> tuple[IssueNote, Outlook | None]:
    slug = slug_of(due.day, due.cadence)
    note = IssueNote(slug=slug, cadence=due.cadence, papers=0, digest="", folder="")
    if frozen := parts.books.ledger.find(slug):
        books = parts.books.ledger.books(frozen.id)
        papers = len(parts.books.ledger.issue(frozen.id).entries)
        accepted = books.counts["accepted"]
        return replace(note, papers=papers, verdict="sent", audience=books.audience, accepted=accepted), None
    stored = _there(slug, parts) or _composed(due, fetched, parts, policy)
    if stored is None:
        return replace(note, verdict="quiet day"), None
    at_hand = AtHand(slug=slug, folder=None, stored=stored, revisions=())
    found = outlook(
        [Step(audience="everybody")],
        at_hand,
        parts.books.ledger,
        parts.desk.style,
        parts.desk.backend,
        at=parts.clock.now(),
        draws=True,
    )
    digest = digest_of(stored)
    is_approved = parts.books.approvals.of(slug, digest)
    kind: VerdictKind = "not sent" if is_approved else "waiting for approval"
    note = replace(note, papers=len(stored.issue.entries), digest=digest, verdict=kind)
    return checked(note, parts.check(stored)), found


def _there(slug: str, parts: Parts) -> StoredIssue | None:
    """Give what an earlier run of the day composed, as an editor left it."""
    try:
        return look_up(str(parts.issues / slug), parts.books.ledger, root=parts.issues).stored
    except StoreError:
        return None


def _composed(due: Due, fetched: Fetched, parts: Parts, policy: RunPolicy) -> StoredIssue | None:
    selection = select(parts.books.archive, due, policy, fetched.listed)
    return compose_due(due, selection, parts.recipe) if selection.papers else None
