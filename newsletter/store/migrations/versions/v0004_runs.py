"""The days of the daily run, what is known of each source, open troubles, and approvals."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_STEP = "step IN ('fetch', 'compose', 'check', 'approve', 'send', 'done')"
_VERDICT = (
    "verdict IN ('sent', 'partly sent', 'nobody', 'not sent', 'waiting for approval', 'checks failed', "
    "'quiet day', 'stale source', 'broken source', 'failed', 'unfinished', 'missed')"
)


def upgrade() -> None:
    """Make the tables of the daily run."""
    op.create_table(
        "runs",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("exit_code", sa.Integer, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.CheckConstraint(_STEP, name=op.f("ck_runs_step")),
        sa.CheckConstraint(_VERDICT, name=op.f("ck_runs_verdict")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_runs")),
    )
    op.create_table(
        "source_states",
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("answered_on", sa.Date),
        sa.Column("moved_on", sa.Date),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("broken_since", _MOMENT),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_states")),
    )
    op.create_table(
        "troubles",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_troubles")),
    )
    op.create_table(
        "approvals",
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("approved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("slug", "digest", name=op.f("pk_approvals")),
    )


def downgrade() -> None:
    """Never: a step back would drop people's data; restore a backup instead."""
    raise NotImplementedError
