"""Papers, what each source said of them, what issues showed, and an index of their words."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of the archive."""
    op.create_table(
        "papers",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("arrived_at", _MOMENT, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("abstract", sa.Text, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_papers_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
    )
    op.create_index("ix_papers_day", "papers", ["day", "arrived_at", "place"])
    _make_sightings()
    _make_names()
    _make_showings()
    _index_words()


def _make_sightings() -> None:
    op.create_table(
        "paper_sightings",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        _of_paper("paper_sightings"),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sightings")),
    )
    op.create_index("ix_paper_sightings_paper_id", "paper_sightings", ["paper_id"])


def _make_names() -> None:
    op.create_table(
        "paper_names",
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("scheme", sa.String(64), nullable=False),
        _of_paper("paper_names"),
        sa.PrimaryKeyConstraint("value", "scheme", "paper_id", name=op.f("pk_paper_names")),
    )
    op.create_index("ix_paper_names_paper_id", "paper_names", ["paper_id"])


def _make_showings() -> None:
    op.create_table(
        "paper_showings",
        sa.Column("cadence", sa.String(16), nullable=False),
        sa.Column("slug", sa.String(64), nullable=False),
        _of_paper("paper_showings"),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("version", sa.Integer),
        sa.Column("section", sa.Text),
        sa.Column("place", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("cadence", "slug", "paper_id", name=op.f("pk_paper_showings")),
    )
    op.create_index("ix_paper_showings_paper_id", "paper_showings", ["paper_id"])


def _of_paper(table: str) -> sa.Column[int]:
    parent = sa.ForeignKey("papers.id", name=op.f(f"fk_{table}_paper_id"))
    return sa.Column("paper_id", _NUMBER, parent, nullable=False)


def _index_words() -> None:
    """Each engine searches texts in a way of its own."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE paper_words USING fts5(title, authors, abstract, terms, content='papers',"
            " content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"
        )
        return
    op.execute(
        "CREATE TABLE paper_words (paper_id BIGINT PRIMARY KEY REFERENCES papers (id) ON DELETE CASCADE,"
        " words TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX ix_paper_words_words ON paper_words USING gin (words)")


def downgrade() -> None:
    """Never: a step back would drop what was collected; restore a backup instead."""
    raise NotImplementedError
