"""The tables of the daily run: its days, what is known of each source, open troubles, approvals."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Integer, String, Table, Text

from newsletter.store.columns import Moment
from newsletter.store.run_values import RUN_STEPS, VERDICTS
from newsletter.store.schema import metadata, one_of

runs = Table(
    "runs",
    metadata,
    Column("day", Date, primary_key=True),
    Column("begun_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("step", String(16), nullable=False),
    Column("verdict", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("exit_code", Integer, nullable=False),
    # JSON of `run_values.Findings`.
    Column("findings", Text, nullable=False),
    CheckConstraint(one_of("step", RUN_STEPS), name="step"),
    CheckConstraint(one_of("verdict", VERDICTS), name="verdict"),
)

source_states = Table(
    "source_states",
    metadata,
    Column("source", String(80), primary_key=True),
    Column("answered_on", Date),
    Column("moved_on", Date),
    Column("fingerprint", String(64)),
    Column("broken_since", Moment),
    Column("error", Text),
)

troubles = Table(
    "troubles",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("words", Text, nullable=False),
    Column("since", Moment, nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("slug", String(64), primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("approved_at", Moment, nullable=False),
)
