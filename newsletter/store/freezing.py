"""Freezing an issue: what is sent, and a row for everybody it is sent to, in one transaction."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, assert_never

from sqlalchemy import Text, and_, case, func, insert, literal, null, select, type_coerce, update

from newsletter.errors import StoreError
from newsletter.store.columns import Slugs
from newsletter.store.engines import hold_freezing, plan_with_figures
from newsletter.store.frozen import as_frozen, packed, written_letterhead
from newsletter.store.ledger_values import NewWishes, Wish
from newsletter.store.moves import GONE
from newsletter.store.reader_hours import hours_ahead
from newsletter.store.schema import choices, deliveries, editions, frozen_issues, subscribers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, FromClause, Subquery

    from newsletter.model import Cadence, Edition
    from newsletter.store.ledger_values import Freezing, FrozenIssue, IssueId
    from newsletter.subscriber import Rhythm

NOTHING_THERE = "nothing in their sections"
INSTEAD = "the corrected issue goes to them instead"
_SATURDAY = 5
_SECTIONS = func.coalesce(type_coerce(subscribers.c.sections, Text), "")
_LANGUAGE = func.coalesce(subscribers.c.language, "")
_IS_ACTIVE = subscribers.c.status == "active"


def rhythms_of(cadence: Cadence, day: date, *, has_weekdays_issue: bool = False) -> tuple[Rhythm, ...]:
    """Say whose rhythm takes an issue: "weekdays" are Monday to Friday, unless they have an issue of their
    own on that day."""
    match cadence:
        case "daily":
            is_theirs = day.weekday() < _SATURDAY and not has_weekdays_issue
            return ("daily", "weekdays") if is_theirs else ("daily",)
        case "weekdays":
            return ("weekdays",)
        case "weekly":
            return ("weekly",)
        case _:
            assert_never(cadence)


def active_readers(connection: Connection, cadence: Cadence, day: date) -> ColumnElement[bool]:
    """Say who is enrolled in an issue of a day."""
    theirs = select(frozen_issues.c.id).where(
        frozen_issues.c.cadence == "weekdays", frozen_issues.c.day == day
    )
    has_weekdays_issue = connection.scalar(theirs.limit(1)) is not None
    rhythms = rhythms_of(cadence, day, has_weekdays_issue=has_weekdays_issue)
    return and_(_IS_ACTIVE, subscribers.c.cadence.in_(rhythms))


def wishes_in(connection: Connection, people: FromClause, condition: ColumnElement[bool]) -> tuple[Wish, ...]:
    """List the distinct wishes of people."""
    wanted = select(subscribers.c.sections, subscribers.c.language).select_from(people).where(condition)
    return tuple(Wish(row.sections, row.language) for row in connection.execute(wanted.distinct()))


def freeze(
    connection: Connection, freezing: Freezing, drawn: Mapping[Wish, Edition | None], at: datetime
) -> FrozenIssue:
    """Do it, in the transaction of the connection. See `Ledger.freeze`."""
    hold_freezing(connection)
    issue = freezing.issue
    same = frozen_issues.c.slug == issue.slug, frozen_issues.c.revision == issue.revision
    known = connection.execute(select(frozen_issues).where(*same)).one_or_none()
    if known:
        return as_frozen(known)
    _refuse_a_second_mail(connection, freezing)
    people, condition = _audience(connection, freezing)
    is_here = and_(condition, _IS_ACTIVE)
    missing = tuple(wish for wish in wishes_in(connection, people, is_here) if _plain(wish) not in drawn)
    if missing:
        raise NewWishes(missing)
    number = _enter(connection, freezing, at)
    _enter_choices(connection, number, drawn)
    day = issue.day if freezing.keeps_hours and freezing.corrects is None else None
    enrolled = _enrol(connection, number, people, condition, at, hours_of=day)
    if freezing.audience == "missed":
        _drop_missed(connection, freezing.corrects, at)
    changing = update(frozen_issues).where(frozen_issues.c.id == number).values(audience=enrolled)
    connection.execute(changing)
    plan_with_figures(connection, "deliveries")
    return as_frozen(connection.execute(select(frozen_issues).where(frozen_issues.c.id == number)).one())


def _refuse_a_second_mail(connection: Connection, freezing: Freezing) -> None:
    """Raise `StoreError` where somebody could get two mails, or the wrong one after its correction."""
    slug = freezing.issue.slug
    if freezing.corrects is None:
        earlier = select(func.max(frozen_issues.c.revision)).where(frozen_issues.c.slug == slug)
        revision = connection.scalar(earlier)
        if freezing.audience != "everybody":
            raise StoreError("only a correction has an audience of its own")
        _refuse_a_second_issue_of_a_day(connection, freezing)
        if revision is not None:
            raise StoreError(
                f"{slug}: revision {revision} was frozen already; nobody is to have both",
                hint=f"`newsletter halt {slug}`, then `newsletter send {slug} --correction`",
            )
        return
    old = connection.execute(
        select(frozen_issues).where(frozen_issues.c.id == freezing.corrects)
    ).one_or_none()
    if old is None or old.slug != slug or freezing.audience == "everybody":
        raise StoreError(f"{slug}: a correction names an issue of that slug, and whom it goes to")
    if old.halted_at is None:
        raise StoreError(
            f"{slug}: revision {old.revision} is still being sent",
            hint=f"`newsletter halt {slug}` first",
        )
    _refuse_open_ends(connection, freezing.corrects, slug, old.revision)


def _refuse_a_second_issue_of_a_day(connection: Connection, freezing: Freezing) -> None:
    """Raise `StoreError` for an issue of "weekdays" readers where they are enrolled in that day's already."""
    if freezing.issue.cadence != "weekdays":
        return
    same_day = frozen_issues.c.day == freezing.issue.day, frozen_issues.c.cadence == "daily"
    daily = connection.scalar(select(frozen_issues.c.slug).where(*same_day).limit(1))
    if daily is not None:
        raise StoreError(
            f"{freezing.issue.slug}: its readers are enrolled in {daily} already; nobody is to have both",
            hint="an issue for weekdays is frozen before the daily one of its day",
        )


def _refuse_open_ends(connection: Connection, old: IssueId, slug: str, revision: int) -> None:
    open_states = ("claimed", "in_flight", "in_doubt")
    counting = select(deliveries.c.state, func.count()).where(
        deliveries.c.issue_id == old, deliveries.c.state.in_(open_states)
    )
    counts: dict[str, int] = dict(connection.execute(counting.group_by(deliveries.c.state)).all())
    if in_doubt := counts.pop("in_doubt", 0):
        raise StoreError(
            f"{slug}: of {in_doubt} it is not known whether they have revision {revision}",
            hint=f"`newsletter reconcile {slug}` settles them",
        )
    if counts:
        raise StoreError(
            f"{slug}: {sum(counts.values())} of revision {revision} are in the hands of a sender",
            hint="it stops within seconds: try again; `newsletter send` takes over from one that died",
        )


def _audience(connection: Connection, freezing: Freezing) -> tuple[FromClause, ColumnElement[bool]]:
    """Say from where, and which, people are enrolled."""
    if freezing.corrects is None:
        return subscribers, active_readers(connection, freezing.issue.cadence, freezing.issue.day)
    state = "accepted" if freezing.audience == "corrected" else "pending"
    old = deliveries.outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
    return old, and_(deliveries.c.issue_id == freezing.corrects, deliveries.c.state == state)


def _enter(connection: Connection, freezing: Freezing, at: datetime) -> IssueId:
    issue = freezing.issue
    row: dict[str, Any] = {
        "slug": issue.slug,
        "revision": issue.revision,
        "cadence": issue.cadence,
        "day": issue.day,
        "content": packed(issue),
        "digest": freezing.digest,
        "letterhead": written_letterhead(freezing.letterhead),
        "dated": freezing.dated,
        "frozen_at": at,
        "audience": 0,
        "corrects": freezing.corrects,
    }
    number: IssueId = connection.execute(
        insert(frozen_issues).values(row).returning(frozen_issues.c.id)
    ).scalar_one()
    return number


def _enter_choices(connection: Connection, issue: IssueId, drawn: Mapping[Wish, Edition | None]) -> None:
    numbers: dict[Edition | None, int | None] = {None: None}
    for edition in drawn.values():
        if edition not in numbers:
            row = {"issue_id": issue, "content": packed(edition)}
            numbers[edition] = connection.scalar(insert(editions).values(row).returning(editions.c.id))
    rows = {
        _plain(wish): {
            "issue_id": issue,
            "sections": _sections_text(wish),
            "language": wish.language or "",
            "edition_id": numbers[edition],
        }
        for wish, edition in drawn.items()
    }
    if rows:
        connection.execute(insert(choices), [*rows.values()])


def _enrol(
    connection: Connection,
    issue: IssueId,
    people: FromClause,
    condition: ColumnElement[bool],
    at: datetime,
    *,
    hours_of: date | None,
) -> int:
    """Make all rows at once, edition by edition, so that a sender has few of them in hand at a time; those
    without an edition have nothing to wait for. `hours_of` is the day on which readers' hours are kept: then
    what is due at one time lies together, and a claim writes a few pages and not one for each row."""
    person = subscribers.c.id if people is subscribers else deliveries.c.subscriber_id
    chosen = and_(
        choices.c.issue_id == issue, choices.c.sections == _SECTIONS, choices.c.language == _LANGUAGE
    )
    hours = hours_ahead(connection, people, condition, hours_of, at) if hours_of else None
    is_left = choices.c.edition_id.is_(None)
    why = case((_IS_ACTIVE, NOTHING_THERE), else_=GONE)
    rows = (
        select(
            literal(issue),
            person,
            choices.c.edition_id,
            case((is_left, "suppressed"), else_="pending"),
            case((is_left, literal(at, deliveries.c.settled_at.type)), else_=null()),
            case((is_left, why), else_=""),
            null() if hours is None else case((is_left, null()), else_=hours.c.not_before),
        )
        .select_from(_with_hours(people.outerjoin(choices, chosen), hours))
        .where(condition)
        .order_by(*([] if hours is None else [hours.c.not_before]), choices.c.edition_id, person)
    )
    names = ["issue_id", "subscriber_id", "edition_id", "state", "settled_at", "reason", "not_before"]
    # Drivers count inserted rows, but SQLAlchemy does not pass that on unasked.
    enrolling = insert(deliveries).from_select(names, rows).execution_options(preserve_rowcount=True)
    return connection.execute(enrolling).rowcount


def _with_hours(people: FromClause, hours: Subquery | None) -> FromClause:
    if hours is None:
        return people
    same = subscribers.c.timezone == hours.c.timezone, subscribers.c.hour == hours.c.hour
    return people.outerjoin(hours, and_(*same))


def _drop_missed(connection: Connection, old: IssueId | None, at: datetime) -> None:
    missed = update(deliveries).where(deliveries.c.issue_id == old, deliveries.c.state == "pending")
    connection.execute(missed.values(state="dropped", settled_at=at, reason=INSTEAD))


def _plain(wish: Wish) -> Wish:
    """Give a wish the form in which it comes from the database."""
    return Wish(tuple(sorted(set(wish.sections))) if wish.sections else None, wish.language or None)


def _sections_text(wish: Wish) -> str:
    return Slugs.text_of(wish.sections) or ""
