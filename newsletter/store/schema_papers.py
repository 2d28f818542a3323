"""The tables of the archive: papers, what each source said of them, and which issue showed them.

Beside them stands `paper_words`, by which texts are searched: it is of another kind on each engine (see
`store.paper_words`).
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text

from newsletter.store.columns import Moment
from newsletter.store.schema import Number, metadata

papers = Table(
    "papers",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    # The day it came first, and its place among those of that day.
    Column("day", Date, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("place", Integer, nullable=False),
    Column("version", Integer),
    # What can be searched; all of it can be made again of the sightings.
    Column("title", Text, nullable=False),
    Column("authors", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Index("ix_papers_day", "day", "arrived_at", "place"),
)

paper_sightings = Table(
    "paper_sightings",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("paper_id", Number, ForeignKey("papers.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("day", Date, nullable=False),
    Column("place", Integer, nullable=False),
    # The paper as that source described it (see `store.paper_rows`).
    Column("content", Text, nullable=False),
    Index("ix_paper_sightings_paper_id", "paper_id"),
)

# Every name a paper has: its ids, its titles' hashes, and (scheme "key") the keys it ever had.
paper_names = Table(
    "paper_names",
    metadata,
    Column("value", Text, primary_key=True),
    Column("scheme", String(64), primary_key=True),
    Column("paper_id", Number, ForeignKey("papers.id"), primary_key=True, autoincrement=False),
    Index("ix_paper_names_paper_id", "paper_id"),
)

paper_showings = Table(
    "paper_showings",
    metadata,
    Column("cadence", String(16), primary_key=True),
    Column("slug", String(64), primary_key=True),
    Column("paper_id", Number, ForeignKey("papers.id"), primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("version", Integer),
    Column("section", Text),
    Column("place", Integer, nullable=False),
    Index("ix_paper_showings_paper_id", "paper_id"),
)

ARCHIVE = (papers, paper_sightings, paper_names, paper_showings)
