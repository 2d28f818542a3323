"""What a person approved: an issue as it was, by its digest, so that a changed one is not approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from newsletter.store.engines import insert_or_replace
from newsletter.store.schema_runs import approvals as table

if TYPE_CHECKING:
    from newsletter.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A state of an issue that somebody approved."""

    slug: str
    digest: str
    revision: int
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalStore:
    """Keeps approvals."""

    database: Database

    def of(self, slug: str, digest: str, /) -> bool:
        """Whether exactly this was approved."""
        wanted = select(table.c.digest).where(table.c.slug == slug, table.c.digest == digest)
        with self.database.reading() as connection:
            return connection.scalar(wanted) is not None

    def standing(self, slug: str, /) -> Approval | None:
        """Give the approval of an issue that counts, of whichever state of it."""
        wanted = select(table).where(table.c.slug == slug).order_by(table.c.approved_at.desc()).limit(1)
        with self.database.reading() as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        return Approval(**row) if row else None

    def approve(self, slug: str, digest: str, *, revision: int, at: datetime) -> None:
        """Keep that this was approved; an earlier approval of another state of the issue ends."""
        row = {"slug": slug, "digest": digest, "revision": revision, "approved_at": at}
        with self.database.writing() as connection:
            connection.execute(delete(table).where(table.c.slug == slug, table.c.digest != digest))
            connection.execute(insert_or_replace(connection, table, row))

    def withdraw(self, slug: str) -> bool:
        """Take an approval back; false if there was none."""
        with self.database.writing() as connection:
            return connection.execute(delete(table).where(table.c.slug == slug)).rowcount > 0
