"""What the ledger is asked with, and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple, NewType, get_args

from newsletter.errors import StoreError
from newsletter.model import Cadence, Issue, Letterhead, SectionSlug
from newsletter.subscriber import SubscriberId

IssueId = NewType("IssueId", int)
EditionId = NewType("EditionId", int)
SenderId = NewType("SenderId", int)

State = Literal["pending", "claimed", "in_flight", "accepted", "refused", "suppressed", "in_doubt", "dropped"]
Audience = Literal["everybody", "corrected", "missed"]
Settlement = Literal["accepted", "pending", "dropped"]

STATES: tuple[State, ...] = get_args(State)
# What a delivery never leaves by itself.
FINAL: tuple[State, ...] = ("accepted", "refused", "suppressed", "dropped")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody chose to read: sections in the order of their slugs (None: all there are), and a
    language (None: the newsletter's)."""

    sections: tuple[SectionSlug, ...] | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezing:
    """An issue that is about to be frozen. `dated` goes into every message; `digest` tells whether a folder
    is what was frozen.

    `keeps_hours`: each reader gets it at the hour they chose, where they live, on the issue's day; whose hour
    is over by then gets it at once. A correction keeps no hours.

    A correction names the issue it `corrects`, of the same slug, and goes to those who have that one
    ("corrected") or to those it had not reached ("missed").
    """

    issue: Issue
    letterhead: Letterhead
    dated: datetime
    digest: str
    corrects: IssueId | None = None
    audience: Audience = "everybody"
    keeps_hours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenIssue:
    """A revision of an issue that is being sent or was; `audience` is how many people were enrolled."""

    id: IssueId
    slug: str
    revision: int
    cadence: Cadence
    day: date
    digest: str
    letterhead: Letterhead
    dated: datetime
    frozen_at: datetime
    audience: int
    halted_at: datetime | None = None
    halt_reason: str | None = None
    corrects: IssueId | None = None

    @property
    def is_halted(self) -> bool:
        """Whether nobody may send it now."""
        return self.halted_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many deliveries of a state share a status code and a reason."""

    state: State
    code: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What became of an issue's audience. `counts` has every state; `tallies`, the largest first, say why
    deliveries are not accepted; `settled_at` is the latest time at which one was settled."""

    audience: int
    counts: Mapping[State, int] = field(hash=False)
    tallies: tuple[Tally, ...] = ()
    settled_at: datetime | None = None

    @property
    def is_balanced(self) -> bool:
        """Whether everybody enrolled is in exactly one state."""
        return self.audience == sum(self.counts.values())

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do, by a sender or by a person."""
        return not any(count for state, count in self.counts.items() if state not in FINAL)

    def balance(self) -> None:
        """Raise `StoreError` where the states do not add up to the audience."""
        if not self.is_balanced:
            there = sum(self.counts.values())
            raise StoreError(
                f"the books do not balance: {self.audience} were enrolled, {there} are there",
                hint="`newsletter db check` looks for damage",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursLeft:
    """How many people of an issue nobody has tried yet because it was not their hour, and when it is that of
    the first and of the last of them."""

    people: int = 0
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A delivery that may or may not have been accepted; `address` is None if its person was erased."""

    delivery: int
    subscriber: SubscriberId
    address: str | None
    attempt: int
    since: datetime
    reason: str


class Claim(NamedTuple):
    """A delivery that this sender alone may try now; `attempt` counts from 1. One is made for each mail, so
    it is the cheapest there is."""

    delivery: int
    subscriber: SubscriberId
    address: str
    name: str
    edition: EditionId
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What a claim gave. `suppressed` people were found to have left; `exhausted` says that nothing more is
    due now, and without it there are rows; an issue that `is_halted` gives nothing."""

    rows: tuple[Claim, ...] = ()
    suppressed: int = 0
    exhausted: bool = False
    is_halted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a delivery after an attempt. A `pending` one is tried again, not before a time."""

    state: State
    not_before: datetime | None = None
    code: str = ""
    reason: str = ""


# Nearly always there is no more to say.
ACCEPTED = Verdict(state="accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What senders that are gone left behind: how many there were, how many of their outcomes were found
    written down, how many deliveries are in doubt, and how many went back."""

    senders: int = 0
    outcomes: int = 0
    in_doubt: int = 0
    returned: int = 0


class NewWishes(StoreError):  # noqa: N818 - says what is so, as a sentence does
    """Somebody chose what nobody drew an edition for; draw these, and freeze again."""

    def __init__(self, wishes: tuple[Wish, ...]) -> None:
        super().__init__(
            f"{len(wishes)} sets of sections have no edition yet",
            hint="somebody chose them just now: send again",
        )
        self.wishes = wishes


class Halted(StoreError):  # noqa: N818 - says what is so, as a sentence does
    """The issue was halted: nothing of it may be sent."""


class LeaseLost(StoreError):  # noqa: N818 - says what is so, as a sentence does
    """This sender no longer has what it claimed: somebody else may be sending it."""


class BeingSent(StoreError):  # noqa: N818 - says what is so, as a sentence does
    """A sender of an older version is at work: its tables stay as they are."""
