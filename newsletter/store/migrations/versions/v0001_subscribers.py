"""Subscribers, their standing over time, and what remains of the erased."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_STATUS = "status IN ('pending', 'active', 'paused', 'unsubscribed', 'bounced', 'complained')"


def upgrade() -> None:
    """Make the first tables."""
    _make_subscribers()
    op.create_table(
        "status_changes",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column(
            "subscriber_id",
            _NUMBER,
            sa.ForeignKey("subscribers.id", name=op.f("fk_status_changes_subscriber_id"), ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint(_STATUS, name=op.f("ck_status_changes_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_changes")),
    )
    op.create_index("ix_status_changes_subscriber_id", "status_changes", ["subscriber_id"])
    op.create_table(
        "erased",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("erased_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_erased")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )


def _make_subscribers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("address_key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("sections", sa.Text),
        sa.Column("cadence", sa.String(16), nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("hour", sa.SmallInteger, nullable=False),
        sa.Column("language", sa.String(35)),
        sa.Column("consent_source", sa.Text, nullable=False),
        sa.Column("consent_at", _MOMENT),
        sa.CheckConstraint(_STATUS, name=op.f("ck_subscribers_status")),
        sa.CheckConstraint("cadence IN ('daily', 'weekdays', 'weekly')", name=op.f("ck_subscribers_cadence")),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_subscribers_hour")),
        sa.CheckConstraint("length(address) BETWEEN 3 AND 254", name=op.f("ck_subscribers_address")),
        sa.CheckConstraint("length(consent_source) > 0", name=op.f("ck_subscribers_consent_source")),
        sa.UniqueConstraint("address_key", name=op.f("uq_subscribers_address_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscribers_status", "subscribers", ["status"])


def downgrade() -> None:
    """Never: a step back would drop people's data; restore a backup instead."""
    raise NotImplementedError
