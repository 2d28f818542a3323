"""The tables as they are now. How a database gets there stands in `store.migrations`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

from newsletter.store.columns import Moment, Slugs
from newsletter.subscriber import RHYTHMS, STATUSES

# The newest migration; a test holds it to the scripts.
REVISION = "0001"
# Marks an SQLite file as ours ("NEWS"), so that another program's database is never written to.
APPLICATION_ID = 0x4E455753

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column of the very type INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


def one_of(column: str, values: tuple[str, ...]) -> str:
    """Write the condition that a column holds one of some words of ours."""
    words = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({words})"


subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("sections", Slugs),
    Column("cadence", String(16), nullable=False),
    Column("timezone", Text, nullable=False),
    Column("hour", SmallInteger, nullable=False),
    Column("language", String(35)),
    Column("consent_source", Text, nullable=False),
    Column("consent_at", Moment),
    CheckConstraint(one_of("status", STATUSES), name="status"),
    CheckConstraint(one_of("cadence", RHYTHMS), name="cadence"),
    CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    CheckConstraint("length(address) BETWEEN 3 AND 254", name="address"),
    CheckConstraint("length(consent_source) > 0", name="consent_source"),
    Index("ix_subscribers_status", "status"),
    # An id that was given once is never given again, or a newcomer would inherit an erased person's mail.
    sqlite_autoincrement=True,
)

status_changes = Table(
    "status_changes",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("subscriber_id", Number, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint(one_of("status", STATUSES), name="status"),
    Index("ix_status_changes_subscriber_id", "subscriber_id"),
)

erased = Table(
    "erased",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("erased_on", Date, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
