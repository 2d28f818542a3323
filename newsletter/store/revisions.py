"""Which version a database's tables have, and the way to the newest one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, MetaData, String, Table, inspect, select

from newsletter.store.all_tables import metadata
from newsletter.store.engines import is_embedded
from newsletter.store.schema import APPLICATION_ID, REVISION

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

_SCRIPTS = Path(__file__).parent / "migrations"
_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """`name` is None for a database without tables of ours; `is_foreign` if another program's are there."""

    name: str | None
    is_foreign: bool = False

    @property
    def is_current(self) -> bool:
        """Whether it is this version's."""
        return self.name == REVISION and not self.is_foreign

    @property
    def is_known(self) -> bool:
        """Whether this version knows the way from there."""
        return self.name is None or self.name == REVISION or self.name in known_revisions()


def revision_of(connection: Connection) -> Revision:
    """Look, and change nothing."""
    tables = set(inspect(connection).get_table_names())
    marked = not is_embedded(connection) or _mark(connection) == APPLICATION_ID
    if _VERSION.name not in tables:
        # A server's database may be shared with other programs, if no table of theirs is named like ours.
        ours = tables if is_embedded(connection) else tables & set(metadata.tables)
        return Revision(name=None, is_foreign=bool(ours))
    names = connection.scalars(select(_VERSION.c.version_num)).all()
    return Revision(name=names[0] if names else None, is_foreign=not marked)


def migrate(connection: Connection, *, until: str = "head") -> None:
    """Run the scripts that are missing, in the transaction of the connection; up to the newest of them."""
    from alembic import command  # noqa: PLC0415 - an up-to-date database needs no Alembic

    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, until)
    if is_embedded(connection):
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def known_revisions() -> tuple[str, ...]:
    """List the revisions there are scripts for, newest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see `migrate`

    scripts = ScriptDirectory.from_config(_alembic())
    return tuple(script.revision for script in scripts.walk_revisions())


def _alembic() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see `migrate`

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _mark(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA application_id").scalar_one())
