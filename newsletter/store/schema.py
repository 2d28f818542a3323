"""The tables as they are now. How a database gets there stands in `store.migrations`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from newsletter.store.columns import Moment, Slugs
from newsletter.store.ledger_values import STATES
from newsletter.subscriber import RHYTHMS, STATUSES

# The newest migration; a test holds it to the scripts.
REVISION = "0006"
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

frozen_issues = Table(
    "frozen_issues",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("slug", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("cadence", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),
    Column("letterhead", Text, nullable=False),
    Column("dated", Moment, nullable=False),
    Column("frozen_at", Moment, nullable=False),
    # How many were enrolled: what the books must add up to.
    Column("audience", Integer, nullable=False),
    Column("halted_at", Moment),
    Column("halt_reason", Text),
    Column("corrects", Number, ForeignKey("frozen_issues.id")),
    UniqueConstraint("slug", "revision"),
)

editions = Table(
    "editions",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("issue_id", Number, ForeignKey("frozen_issues.id"), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# Which edition a wish leads to; none: there is nothing in the issue for it. Nothing is NULL in a wish, so
# that a database can look it up: "" stands for all sections, and for the newsletter's language.
choices = Table(
    "choices",
    metadata,
    Column("issue_id", Number, ForeignKey("frozen_issues.id"), primary_key=True, autoincrement=False),
    Column("sections", Text, primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("edition_id", Number, ForeignKey("editions.id")),
)


def _some_deliveries(name: str, condition: str, *columns: str, on: str | None = None) -> Index:
    info = {"engine": on} if on else {}
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition), info=info)


# Foreign keys would be looked up for each of a million rows, and `subscriber_id` outlives its person.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("issue_id", Number, nullable=False),
    Column("subscriber_id", Number, nullable=False),
    Column("edition_id", Number),
    Column("state", String(10), nullable=False),
    Column("sender_id", Number),
    # Grows with each claim: what was meant for an earlier claim changes nothing.
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("not_before", Moment),
    Column("settled_at", Moment),
    Column("code", String(16), nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    # Not `IN`: SQLite makes its list anew for each row, which took half the time of a claim.
    CheckConstraint(" OR ".join(f"state = '{state}'" for state in STATES), name="state"),
    UniqueConstraint("issue_id", "subscriber_id"),
    # Rows leave these indexes when they are done: a claim costs the same whatever lies behind it. SQLite pays
    # for each entry that comes or goes about as much as for the row, so there a claim changes none: what is
    # claimed stands in one index with what may be.
    _some_deliveries(
        "ix_deliveries_open", "settled_at IS NULL AND not_before IS NULL", "issue_id", "id", on="sqlite"
    ),
    _some_deliveries(
        "ix_deliveries_fresh", "state = 'pending' AND not_before IS NULL", "issue_id", "id", on="postgresql"
    ),
    _some_deliveries(
        "ix_deliveries_put_off", "state = 'pending' AND not_before IS NOT NULL", "issue_id", "not_before"
    ),
    _some_deliveries("ix_deliveries_held", "state IN ('claimed', 'in_flight')", "sender_id", on="postgresql"),
    _some_deliveries("ix_deliveries_in_doubt", "state = 'in_doubt'", "issue_id", "id"),
)

# Who sends, or did. `lease_until` is in seconds of the clock that `boot` names: it starts anew with the
# machine, and no person sets it.
senders = Table(
    "senders",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("host", Text, nullable=False),
    Column("process", Integer, nullable=False),
    Column("boot", Text, nullable=False),
    Column("lease_until", Float, nullable=False),
    Column("has_ended", Boolean, nullable=False),
    # An id names a journal: it is never given again.
    sqlite_autoincrement=True,
)

# How many messages an account took in each fraction (`slot`) of a window of so many seconds.
quota_uses = Table(
    "quota_uses",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("window_seconds", Integer, primary_key=True, autoincrement=False),
    Column("slot", BigInteger, primary_key=True, autoincrement=False),
    Column("used", Integer, nullable=False),
)
