"""Figures of the list and the ledger that tell whether something is wrong, looked up without a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, literal_column, select, text

from newsletter.model import Mailbox
from newsletter.store.engines import is_embedded
from newsletter.store.schema import deliveries, frozen_issues, status_changes, subscribers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

_BATCH = 5_000
_ACTIVE = subscribers.c.status == literal_column("'active'")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVitals:
    """Who is on the list. `domains` counts the active addresses by domain; `alike` how many active people may
    be there twice, `roles` how many addresses belong to an office, `beyond_ascii` how many need SMTPUTF8."""

    statuses: Mapping[str, int] = field(hash=False)
    domains: Mapping[str, int] = field(hash=False)
    undated_consents: int = 0
    alike: int = 0
    roles: int = 0
    beyond_ascii: int = 0

    @property
    def active(self) -> int:
        """How many people get mail."""
        return self.statuses.get("active", 0)


def list_vitals(
    connection: Connection, *, likeness: Callable[[str], str], is_role: Callable[[str], bool]
) -> ListVitals:
    """Go through the list once; addresses with the same `likeness` may belong to one person."""
    statuses = connection.execute(select(subscribers.c.status, func.count()).group_by(subscribers.c.status))
    undated = select(func.count()).where(_ACTIVE, subscribers.c.consent_at.is_(None))
    domains: Counter[str] = Counter()
    seen: set[int] = set()
    alike = roles = beyond_ascii = 0
    streamed = connection.execution_options(stream_results=True, yield_per=_BATCH)
    for address in streamed.scalars(select(subscribers.c.address).where(_ACTIVE)):
        domains[address.rpartition("@")[2].lower()] += 1
        likely = hash(likeness(address))
        alike += likely in seen
        seen.add(likely)
        roles += is_role(address)
        beyond_ascii += not address.isascii()
    return ListVitals(
        statuses=dict(statuses.all()),
        domains=domains,
        undated_consents=connection.scalar(undated) or 0,
        alike=alike,
        roles=roles,
        beyond_ascii=beyond_ascii,
    )


def longest_mailbox(connection: Connection) -> Mailbox | None:
    """Give the longest address among active people, with the longest name, which need not be theirs."""
    address = select(subscribers.c.address).where(_ACTIVE).order_by(func.length(subscribers.c.address).desc())
    name = select(subscribers.c.name).where(_ACTIVE).order_by(func.length(subscribers.c.name).desc())
    found = connection.scalar(address.limit(1))
    return Mailbox(address=found, name=connection.scalar(name.limit(1)) or "") if found else None


def has_accepted(connection: Connection) -> bool:
    """Tell whether any delivery was ever accepted."""
    accepted = select(deliveries.c.id).where(deliveries.c.state == "accepted").limit(1)
    return connection.scalar(accepted) is not None


def accepted_since(connection: Connection, since: datetime) -> int:
    """Count the deliveries that were accepted since then."""
    which = deliveries.c.state == "accepted", deliveries.c.settled_at >= since
    return connection.scalar(select(func.count()).select_from(deliveries).where(*which)) or 0


def left_since(connection: Connection, since: datetime) -> Mapping[str, int]:
    """Count who took which standing since then."""
    wanted = select(status_changes.c.status, func.count()).where(status_changes.c.at >= since)
    return dict(connection.execute(wanted.group_by(status_changes.c.status)).all())


def standing(connection: Connection) -> tuple[int, int]:
    """Name the state that everybody's standing is in: it differs after any change of one."""
    counted = select(func.count(), func.coalesce(func.max(status_changes.c.id), 0))
    count, newest = connection.execute(counted.select_from(status_changes)).one()
    return count, newest


def in_doubt(connection: Connection) -> Mapping[str, int]:
    """Count the deliveries in doubt by the slug of their issue."""
    joined = deliveries.join(frozen_issues, frozen_issues.c.id == deliveries.c.issue_id)
    wanted = select(frozen_issues.c.slug, func.count()).select_from(joined)
    doubtful = wanted.where(deliveries.c.state == literal_column("'in_doubt'"))
    return dict(connection.execute(doubtful.group_by(frozen_issues.c.slug)).all())


def newest_moment(connection: Connection) -> datetime | None:
    """Give the latest time that was ever written down."""
    columns = (deliveries.c.settled_at, frozen_issues.c.frozen_at, status_changes.c.at)
    moments = [connection.scalar(select(func.max(column))) for column in columns]
    return max((moment for moment in moments if moment), default=None)


def server_time(connection: Connection) -> datetime | None:
    """Ask a database server for its time; an embedded database has none of its own."""
    if is_embedded(connection):
        return None
    now: datetime | None = connection.scalar(text("SELECT clock_timestamp()"))
    return now
