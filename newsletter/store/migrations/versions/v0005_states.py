"""The states of a delivery, said in the words that SQLite checks fastest."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BEFORE = (
    "state IN ('pending', 'claimed', 'in_flight', 'accepted', 'refused', 'suppressed', 'in_doubt', 'dropped')"
)
_NOW = (
    "state = 'pending' OR state = 'claimed' OR state = 'in_flight' OR state = 'accepted' OR "
    "state = 'refused' OR state = 'suppressed' OR state = 'in_doubt' OR state = 'dropped'"
)
_MADE_BY = "SELECT sql FROM sqlite_master WHERE tbl_name = 'deliveries' AND type = ? AND sql IS NOT NULL"


def upgrade() -> None:
    """SQLite makes the list of a check anew for each row: half of what a claim cost. A check cannot be
    altered there, so the rows move to a table that is made as the old one was. A server has no such list."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    [table] = connection.exec_driver_sql(_MADE_BY, ("table",)).scalars()
    indexes = connection.exec_driver_sql(_MADE_BY, ("index",)).scalars().all()
    connection.exec_driver_sql("ALTER TABLE deliveries RENAME TO deliveries_before")
    connection.exec_driver_sql(table.replace(_BEFORE, _NOW))
    connection.exec_driver_sql("INSERT INTO deliveries SELECT * FROM deliveries_before")
    connection.exec_driver_sql("DROP TABLE deliveries_before")
    for index in indexes:
        connection.exec_driver_sql(index)


def downgrade() -> None:
    """Never: a step back would drop people's data; restore a backup instead."""
    raise NotImplementedError
