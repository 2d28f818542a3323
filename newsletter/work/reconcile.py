"""Deliveries in doubt: what they are, and how a person or a log settles them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.mailing.addresses import address_key
from newsletter.mailing.message_ids import MessageIds, message_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from newsletter.store.ledger import Doubt, FrozenIssue, IssueId, Ledger, Settlement
    from newsletter.work.relay_events import Fate, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A delivery in doubt, with the Message-ID by which the mail system knows it."""

    frozen: FrozenIssue
    doubt: Doubt
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a log says about deliveries in doubt; `contradicted` counts what names one for another person."""

    fates: Mapping[int, Fate] = field(hash=False)
    contradicted: int

    @property
    def counts(self) -> Mapping[Fate, int]:
        """How many there are of each fate."""
        return Counter(self.fates.values())


def doubtful(revisions: Iterable[FrozenIssue], ledger: Ledger) -> tuple[Doubtful, ...]:
    """List what is in doubt of an issue, in all its revisions."""
    return tuple(one for frozen in revisions for one in _of_revision(frozen, ledger))


def _of_revision(frozen: FrozenIssue, ledger: Ledger) -> Iterator[Doubtful]:
    ids = MessageIds(frozen.letterhead, frozen.slug, frozen.revision)
    for doubt in ledger.in_doubt(frozen.id):
        named = message_id(frozen.letterhead, ids.of(str(doubt.subscriber)))
        yield Doubtful(frozen=frozen, doubt=doubt, message_id=named)


def chosen(doubts: Collection[Doubtful], only: Collection[int]) -> tuple[Doubtful, ...]:
    """Take those with the numbers a person named; all, if none. Raises `UsageError` for another number."""
    known = {one.doubt.delivery for one in doubts}
    if unknown := sorted(set(only) - known):
        raise UsageError(
            f"no delivery in doubt has the number {unknown[0]}",
            hint="`newsletter reconcile ISSUE` lists them with their numbers",
        )
    return tuple(one for one in doubts if not only or one.doubt.delivery in only)


def proof(doubts: Iterable[Doubtful], sightings: Iterable[Sighting]) -> Proof:
    """Say what became of which delivery. A message seen for somebody else proves nothing: anybody may write a
    Message-ID."""
    by_id = {one.message_id: one.doubt for one in doubts}
    fates: dict[int, Fate] = {}
    contradicted = 0
    for sighting in sightings:
        doubt = by_id.get(sighting.message_id)
        if doubt is None:
            continue
        if _is_for_another(doubt, sighting):
            contradicted += 1
        elif _RANK[sighting.fate] >= _RANK.get(fates.get(doubt.delivery), -1):
            fates[doubt.delivery] = sighting.fate
    return Proof(fates=fates, contradicted=contradicted)


# What a log says last need not be what came last: a mail that was returned was never delivered for good.
_RANK: dict[Fate | None, int] = {"waiting": 0, "delivered": 1, "returned": 2}


def _is_for_another(doubt: Doubt, sighting: Sighting) -> bool:
    if not doubt.address or not sighting.recipients:
        return False
    return address_key(doubt.address) not in map(address_key, sighting.recipients)


def settle(
    ledger: Ledger, doubts: Iterable[Doubtful], verdict: Settlement, *, at: datetime, reason: str
) -> int:
    """Settle them; say how many were still in doubt."""
    by_issue: dict[IssueId, list[int]] = {}
    for one in doubts:
        by_issue.setdefault(one.frozen.id, []).append(one.doubt.delivery)
    return sum(
        ledger.settle_doubts(issue, numbers, verdict, at=at, reason=reason)
        for issue, numbers in by_issue.items()
    )


def settle_by(ledger: Ledger, doubts: Collection[Doubtful], found: Proof, *, at: datetime) -> int:
    """Settle what a log named: the mail system had accepted it, whatever it did with it afterwards."""
    settled = 0
    for fate in found.counts:
        named = [one for one in doubts if found.fates.get(one.doubt.delivery) == fate]
        reason = f"in the log of the mail system: {fate}"
        settled += settle(ledger, named, "accepted", at=at, reason=reason)
    return settled
