"""Frozen issues, their deliveries, who sends them, and how much of a quota is used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_STATE = (
    "state IN ('pending', 'claimed', 'in_flight', 'accepted', 'refused', 'suppressed', 'in_doubt', 'dropped')"
)


def upgrade() -> None:
    """Make the tables of the ledger."""
    _make_issues()
    _make_deliveries()
    op.create_table(
        "senders",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("process", sa.Integer, nullable=False),
        sa.Column("boot", sa.Text, nullable=False),
        sa.Column("lease_until", sa.Float, nullable=False),
        sa.Column("has_ended", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_senders")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "quota_uses",
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("window_seconds", sa.Integer, nullable=False),
        sa.Column("slot", sa.BigInteger, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("account", "window_seconds", "slot", name=op.f("pk_quota_uses")),
    )


def _make_issues() -> None:
    op.create_table(
        "frozen_issues",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("cadence", sa.String(16), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("letterhead", sa.Text, nullable=False),
        sa.Column("dated", _MOMENT, nullable=False),
        sa.Column("frozen_at", _MOMENT, nullable=False),
        sa.Column("audience", sa.Integer, nullable=False),
        sa.Column("halted_at", _MOMENT),
        sa.Column("halt_reason", sa.Text),
        sa.Column(
            "corrects", _NUMBER, sa.ForeignKey("frozen_issues.id", name=op.f("fk_frozen_issues_corrects"))
        ),
        sa.UniqueConstraint("slug", "revision", name=op.f("uq_frozen_issues_slug")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_issues")),
    )
    op.create_table(
        "editions",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        _of_issue("editions"),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
    )
    op.create_table(
        "choices",
        _of_issue("choices"),
        sa.Column("sections", sa.Text, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("edition_id", _NUMBER, sa.ForeignKey("editions.id", name=op.f("fk_choices_edition_id"))),
        sa.PrimaryKeyConstraint("issue_id", "sections", "language", name=op.f("pk_choices")),
    )


def _of_issue(table: str) -> sa.Column[int]:
    parent = sa.ForeignKey("frozen_issues.id", name=op.f(f"fk_{table}_issue_id"))
    return sa.Column("issue_id", _NUMBER, parent, nullable=False)


def _make_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("issue_id", _NUMBER, nullable=False),
        sa.Column("subscriber_id", _NUMBER, nullable=False),
        sa.Column("edition_id", _NUMBER),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("sender_id", _NUMBER),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("not_before", _MOMENT),
        sa.Column("settled_at", _MOMENT),
        sa.Column("code", sa.String(16), nullable=False, server_default=""),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.CheckConstraint(_STATE, name=op.f("ck_deliveries_state")),
        sa.UniqueConstraint("issue_id", "subscriber_id", name=op.f("uq_deliveries_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    _index_some("fresh", "state = 'pending' AND not_before IS NULL", "issue_id", "id")
    _index_some("put_off", "state = 'pending' AND not_before IS NOT NULL", "issue_id", "not_before")
    _index_some("held", "state IN ('claimed', 'in_flight')", "sender_id")
    _index_some("in_doubt", "state = 'in_doubt'", "issue_id", "id")


def _index_some(name: str, condition: str, *columns: str) -> None:
    where = sa.text(condition)
    op.create_index(
        f"ix_deliveries_{name}", "deliveries", [*columns], sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    """Never: a step back would drop people's data; restore a backup instead."""
    raise NotImplementedError
