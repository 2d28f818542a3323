"""The hour at which each reader wants their mail, as rows to join people with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import (
    ARRAY,
    DateTime,
    Integer,
    Text,
    and_,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    type_coerce,
    update,
)

from newsletter.issues.hours import moment_of
from newsletter.store.columns import Moment
from newsletter.store.engines import is_embedded
from newsletter.store.ledger_values import HoursLeft
from newsletter.store.schema import deliveries, subscribers

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection, FromClause, Select, Subquery

    from newsletter.store.ledger_values import IssueId

_MOMENT = Moment()


def _waiting(issue: IssueId) -> ColumnElement[bool]:
    """Say which rows nobody has ever claimed because the hour of their reader has not come. A row that was
    put off has been claimed before, which its fence tells."""
    row = deliveries.c
    is_put_off = row.state == literal_column("'pending'"), row.not_before.is_not(None)  # as in its index
    return and_(row.issue_id == issue, *is_put_off, row.fence == 0)


def hours_ahead(
    connection: Connection, people: FromClause, condition: ColumnElement[bool], day: date, at: datetime
) -> Subquery | None:
    """Give the columns `timezone`, `hour` and `not_before`: a row for each pair that somebody has whose hour
    on that day is still to come. None if there is no such pair.

    Time zones are reckoned with here, once per pair; the database only looks them up.
    """
    pairs = select(subscribers.c.timezone, subscribers.c.hour).select_from(people).where(condition)
    moments = [
        (timezone, hour, moment)
        for timezone, hour in connection.execute(pairs.distinct())
        if timezone is not None and (moment := moment_of(day, hour, timezone)) > at
    ]
    if not moments:
        return None
    rows = _embedded_rows(connection, moments) if is_embedded(connection) else _server_rows(moments)
    return rows.subquery("hours")


def hours_left(connection: Connection, issue: IssueId) -> HoursLeft:
    """Count who is left for a later hour."""
    row = deliveries.c
    counting = select(func.count(), func.min(row.not_before), func.max(row.not_before)).where(_waiting(issue))
    people, first, last = connection.execute(counting).one()
    return HoursLeft(people=people, first=first, last=last)


def release(connection: Connection, issue: IssueId) -> int:
    """Let everybody have it now whose hour has not come; say how many there were."""
    return connection.execute(update(deliveries).where(_waiting(issue)).values(not_before=None)).rowcount


def _embedded_rows(
    connection: Connection, moments: list[tuple[str, int, datetime]]
) -> Select[str, int, datetime]:
    dialect = connection.dialect
    bound = [(timezone, hour, _MOMENT.as_bound(moment, dialect)) for timezone, hour, moment in moments]
    listed = func.json_each(json.dumps(bound)).table_valued("value")
    timezone, hour, not_before = (func.json_extract(listed.c.value, f"$[{place}]") for place in range(3))
    # With the types of the columns that they are compared with: else SQLite makes no index of these rows,
    # and goes through all of them for each person.
    return select(
        cast(timezone, Text).label("timezone"),
        cast(hour, Integer).label("hour"),
        type_coerce(not_before, Moment).label("not_before"),
    )


def _server_rows(moments: list[tuple[str, int, datetime]]) -> Select[str, int, datetime]:
    timezones, hours, times = (list(part) for part in zip(*moments, strict=True))
    listed = func.unnest(
        literal(timezones, ARRAY(Text)),
        literal(hours, ARRAY(Integer)),
        literal(times, ARRAY(DateTime(timezone=True))),
    ).table_valued(column("timezone", Text), column("hour", Integer), column("not_before", Moment))
    listed = listed.render_derived(name="pairs")
    return select(listed.c.timezone, listed.c.hour, listed.c.not_before)
