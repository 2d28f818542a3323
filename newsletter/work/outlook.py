"""What a send is going to be, before it begins: how many people, what they get, how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.delivery.pacing import least_time, shown, windows
from newsletter.errors import UsageError
from newsletter.mailing.addresses import masked
from newsletter.model import Limits
from newsletter.ports import RateLimited
from newsletter.store.pace import pace
from newsletter.store.prospects import prospects
from newsletter.store.quotas import Quotas
from newsletter.work.drawing import Drawing
from newsletter.work.freezing import content_of
from newsletter.work.send_plan import readers_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from newsletter.delivery.pacing import Window
    from newsletter.model import Cadence, Edition, SectionSlug
    from newsletter.ports import MailBackend
    from newsletter.store.ledger import Audience, Ledger
    from newsletter.work.at_hand import AtHand
    from newsletter.work.drawing import Style
    from newsletter.work.send_plan import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """People who get the same edition: `sections` None means all there are, and `is_empty` that there is
    nothing in them today, so that no mail goes out. `addresses` are a few of theirs, masked."""

    sections: tuple[SectionSlug, ...] | None
    language: str
    people: int
    addresses: tuple[str, ...]
    is_empty: bool = False
    edition: Edition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """How long mails take at least, from the first to the last; `limit` is what slows them most, and `used`
    of it is gone already. Without any limit, nobody knows."""

    lasts: timedelta
    limit: Window | None
    used: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of a send: whom it is for, which revision it sends (None: one yet to be frozen), which one it
    puts right, and how many people are left of how many. `waiting` are those of them whose hour has not come,
    the last until `last_hour`."""

    audience: Audience
    revision: int | None
    corrects: int | None
    left: int
    of: int
    waiting: int = 0
    last_hour: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A send that has not begun. `shares` are known where nothing is frozen yet; `keeps_hours`: then each
    waits for the hour they chose, so that nobody knows how many go now."""

    issue: str
    cadence: Cadence
    day: date
    subject: str
    stages: tuple[Stage, ...]
    shares: tuple[Share, ...]
    time: Time
    keeps_hours: bool = False

    @property
    def mails(self) -> int:
        """How many mails go out now, as far as anybody knows."""
        return sum(stage.left - stage.waiting for stage in self.stages)

    @property
    def is_for_nobody(self) -> bool:
        """Whether nothing is frozen, and nobody would get it if it were."""
        return not self.shares and all(stage.of == 0 and stage.revision is None for stage in self.stages)

    def must_end_within(self, hours: float) -> None:
        """Raise `UsageError` for what takes longer than that."""
        if self.time.lasts <= timedelta(hours=hours):
            return
        limit = self.time.limit
        allowed = f"{limit.mails:,} per {limit.name}" if limit else "the limits"
        takes, given = shown(self.time.lasts), shown(timedelta(hours=hours))
        over = f"{takes} at least" if takes != given else f"just over {takes}"
        raise UsageError(
            f"{self.mails:,} mails take {over} ({allowed}), more than the {given} of finish_within_hours",
            hint="begin all the same with --anyway, or raise finish_within_hours in the [sending] table",
        )


def outlook(
    steps: Sequence[Step],
    at_hand: AtHand,
    ledger: Ledger | None,
    style: Style,
    backend: MailBackend,
    *,
    at: datetime,
    draws: bool,
    is_for_now: bool = False,
    keeps_hours: bool = False,
) -> Outlook:
    """Look ahead; changes nothing. `draws`: the editions, too, which takes a second or so each; `is_for_now`:
    nobody will wait for their hour; `keeps_hours`: everybody will, if it is frozen now."""
    content = content_of(at_hand, ledger)
    drawing = Drawing(content.issue, style, whole=content.whole)
    is_first = at_hand.newest is None
    found = _shares(ledger, drawing, draws=draws) if is_first else ()
    stages = tuple(_stage(step, at_hand, ledger, found, at=None if is_for_now else at) for step in steps)
    return Outlook(
        issue=at_hand.slug,
        cadence=content.issue.cadence,
        day=content.issue.day,
        subject=content.whole.subject if content.whole else content.issue.title,
        stages=stages,
        shares=found,
        time=_time_for(sum(stage.left - stage.waiting for stage in stages), backend, ledger, at=at),
        keeps_hours=keeps_hours and is_first,
    )


def _stage(
    step: Step, at_hand: AtHand, ledger: Ledger | None, found: Sequence[Share], *, at: datetime | None
) -> Stage:
    left, of = _people(step, ledger, found)
    speed = pace(ledger.database, step.frozen.id, at=at) if ledger and step.frozen and at else None
    return Stage(
        audience=step.audience,
        revision=step.frozen.revision if step.frozen else None,
        corrects=_corrected(step, at_hand),
        left=left,
        of=of,
        waiting=speed.waiting if speed else 0,
        last_hour=speed.last_hour if speed else None,
    )


def _corrected(step: Step, at_hand: AtHand) -> int | None:
    wrong = step.corrects.id if step.corrects else step.frozen.corrects if step.frozen else None
    return next((one.revision for one in at_hand.revisions if one.id == wrong), None)


def _people(step: Step, ledger: Ledger | None, found: Sequence[Share]) -> tuple[int, int]:
    """Say how many people a step still has to reach, of how many it is for."""
    if ledger and step.frozen:
        books = ledger.books(step.frozen.id)
        left = books.counts["pending"] + books.counts["claimed"] + books.counts["in_flight"]
        return left, books.audience
    if ledger and step.corrects:
        people = readers_of(step.corrects, step.audience, ledger)
        return people, people
    mailed = sum(share.people for share in found if not share.is_empty)
    return mailed, mailed


def _shares(ledger: Ledger | None, drawing: Drawing, *, draws: bool) -> tuple[Share, ...]:
    """Say who would get which edition of an issue that is not frozen yet, the largest share first."""
    issue = drawing.issue
    if ledger is None:
        return ()
    merged: dict[object, Share] = {}
    for one in prospects(ledger.database, issue.cadence, issue.day):
        kind = drawing.kind(one.wish)
        before = merged.get(kind)
        merged[kind] = Share(
            sections=None if kind is None or kind[0] is None else tuple(sorted(kind[0])),
            language=kind[1] if kind else issue.language,
            people=one.people + (before.people if before else 0),
            addresses=before.addresses if before else tuple(map(masked, one.addresses)),
            is_empty=kind is None,
            edition=before.edition if before else drawing.draw(kind) if draws and kind else None,
        )
    return tuple(sorted(merged.values(), key=lambda share: (share.is_empty, -share.people)))


def _time_for(mails: int, backend: MailBackend, ledger: Ledger | None, *, at: datetime) -> Time:
    """Foresee how long so many mails take under the limits of the backend's account."""
    service = backend if isinstance(backend, RateLimited) else None
    limits = service.limits if service else None
    if service is None or limits is None or not mails:
        return Time(lasts=timedelta(), limit=None)
    used = Quotas(ledger.database).used(service.account, at=at) if ledger else {}

    def alone(window: Window) -> timedelta:
        return least_time(mails, Limits(**{f"per_{window.name}": window.mails}), used)

    slowest = max(windows(limits), key=alone)
    return Time(lasts=least_time(mails, limits, used), limit=slowest, used=used.get(slowest.name, 0))
