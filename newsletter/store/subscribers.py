"""Subscribers in the database. Every change and the record of it share one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from newsletter.mailing.addresses import address_key
from newsletter.store.engines import forget_for_good, hold_erasures, insert_unless_there
from newsletter.store.fingerprints import begun_fingerprints, fingerprints
from newsletter.store.schema import erased, status_changes, subscribers
from newsletter.store.subscriber_rows import WISHES, as_row, as_subscriber
from newsletter.subscriber import LEFT, Erased, StatusChange, Subscriber, predecessors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.store.database import Database
    from newsletter.subscriber import AddressKey, Newcomer, Status, SubscriberId

_BATCH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether what was asked for was done; and who is there now (if it was not: who stands in its way)."""

    done: bool
    found: Subscriber | Erased | None


@dataclass(frozen=True, slots=True)
class SubscriberStore:
    """The people of one newsletter. `suppression_key` comes from outside the database, if there is one."""

    database: Database
    suppression_key: str | None = field(default=None, repr=False)

    def find(self, key: AddressKey) -> Subscriber | Erased | None:
        """Look a person up."""
        with self.database.reading() as connection:
            return _there(connection, key) or self._erased(connection, key)

    def numbered(self, subscriber: SubscriberId) -> Subscriber | None:
        """Look up the person with this number, which no one else ever had."""
        with self.database.reading() as connection:
            row = connection.execute(select(subscribers).where(subscribers.c.id == subscriber)).one_or_none()
            return as_subscriber(row) if row else None

    def history(self, subscriber: SubscriberId) -> tuple[StatusChange, ...]:
        """List the steps of a person's standing, the first one first."""
        wanted = select(status_changes).where(status_changes.c.subscriber_id == subscriber)
        with self.database.reading() as connection:
            rows = connection.execute(wanted.order_by(status_changes.c.id)).all()
        return tuple(StatusChange(at=row.at, status=row.status, reason=row.reason) for row in rows)

    def everybody(self, status: Status | None = None, limit: int | None = None) -> Iterator[Subscriber]:
        """Go through the people in the order they came, as they are at one moment."""
        wanted = select(subscribers).order_by(subscribers.c.id).limit(limit)
        if status:
            wanted = wanted.where(subscribers.c.status == status)
        with self.database.reading() as connection:
            streamed = connection.execution_options(stream_results=True, yield_per=_BATCH)
            for row in streamed.execute(wanted):
                yield as_subscriber(row)

    def counts(self) -> dict[Status, int]:
        """Say how many people have which status."""
        wanted = select(subscribers.c.status, func.count()).group_by(subscribers.c.status)
        with self.database.reading() as connection:
            return dict(connection.execute(wanted).all())

    def erased_count(self) -> int:
        """Say how many people were erased."""
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(erased)) or 0

    def add(
        self, person: Newcomer, key: AddressKey, *, at: datetime, reason: str, consents_anew: bool = False
    ) -> Answer:
        """Store a person. Who is there already stays as they are; who left or was erased comes back only
        if they themselves consented anew."""
        with self.database.writing() as connection:
            hold_erasures(connection)
            before = _there(connection, key) or self._erased(connection, key)
            match before:
                case Subscriber() if consents_anew and before.status in LEFT:
                    row = as_row(person, key)
                    connection.execute(update(subscribers).where(subscribers.c.id == before.id).values(row))
                case Subscriber():
                    return Answer(done=False, found=before)
                case Erased() if not consents_anew:
                    return Answer(done=False, found=before)
                case _:
                    self._forget_erasure(connection, key)
                    inserting = insert_unless_there(connection, subscribers).values(as_row(person, key))
                    if connection.execute(inserting).rowcount != 1:
                        return Answer(done=False, found=_there(connection, key))
            stored = _there(connection, key)
            if stored:
                _record(connection, stored.id, person.status, at, reason)
            return Answer(done=True, found=stored)

    def change_status(self, key: AddressKey, status: Status, *, at: datetime, reason: str) -> Answer:
        """Take one step, if it may follow from where the person stands; otherwise nothing changes."""
        changing = (
            update(subscribers)
            .where(subscribers.c.address_key == key, subscribers.c.status.in_(predecessors(status)))
            .values(status=status)
        )
        with self.database.writing() as connection:
            done = connection.execute(changing).rowcount == 1
            found = _there(connection, key)
            if found and done:
                _record(connection, found.id, status, at, reason)
            return Answer(done=done, found=found or self._erased(connection, key))

    def change_wishes(self, person: Subscriber) -> bool:
        """Store what a person wants by now, and nothing else of them: they may leave at the same moment.
        False if they are not here any more."""
        row = as_row(person, address_key(person.address))
        changing = update(subscribers).where(subscribers.c.id == person.id)
        with self.database.writing() as connection:
            changed = connection.execute(changing.values({name: row[name] for name in WISHES}))
            return changed.rowcount == 1

    def erase(self, key: AddressKey, *, at: datetime) -> Answer:
        """Forget a person but for the fingerprint of the address, whether they were here or not: who asks to
        be forgotten before anybody imported them is not to be imported later."""
        with self.database.writing() as connection:
            made = begun_fingerprints(connection, self.suppression_key)
            row = {"fingerprint": made.of(key), "erased_on": at.date()}
            is_new = connection.execute(insert_unless_there(connection, erased).values(row)).rowcount == 1
            person = connection.scalar(select(subscribers.c.id).where(subscribers.c.address_key == key))
            if person is not None:
                connection.execute(delete(status_changes).where(status_changes.c.subscriber_id == person))
                connection.execute(delete(subscribers).where(subscribers.c.id == person))
            found = self._erased(connection, key)
        with self.database.alone() as connection:
            forget_for_good(connection)
        return Answer(done=is_new or person is not None, found=found)

    def _erased(self, connection: Connection, key: AddressKey) -> Erased | None:
        made = fingerprints(connection, self.suppression_key)
        if made is None:
            return None
        day = connection.scalar(select(erased.c.erased_on).where(erased.c.fingerprint == made.of(key)))
        return Erased(on=day) if day else None

    def _forget_erasure(self, connection: Connection, key: AddressKey) -> None:
        made = fingerprints(connection, self.suppression_key)
        if made:
            connection.execute(delete(erased).where(erased.c.fingerprint == made.of(key)))


def _there(connection: Connection, key: AddressKey) -> Subscriber | None:
    row = connection.execute(select(subscribers).where(subscribers.c.address_key == key)).one_or_none()
    return as_subscriber(row) if row else None


def _record(
    connection: Connection, subscriber: SubscriberId, status: Status, at: datetime, reason: str
) -> None:
    row: dict[str, Any] = {"subscriber_id": subscriber, "at": at, "status": status, "reason": reason}
    connection.execute(insert(status_changes), row)
