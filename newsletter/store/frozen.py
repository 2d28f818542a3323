"""Frozen issues and their editions, as they were when they were frozen."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select, update

from newsletter.codec import decode, encode
from newsletter.errors import StoreError
from newsletter.model import Letterhead
from newsletter.store.ledger_values import FrozenIssue
from newsletter.store.schema import frozen_issues

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from newsletter.store.ledger_values import IssueId

T = TypeVar("T")


def packed(value: object) -> bytes:
    """Compress the JSON of a value of the model."""
    return zlib.compress(json.dumps(encode(value), separators=(",", ":")).encode("ascii"))


def unpacked(kind: type[T], content: bytes) -> T:
    """Read what `packed` made. Raises `StoreError`."""
    try:
        return decode(kind, json.loads(zlib.decompress(content)))
    except (ValueError, zlib.error) as error:
        raise StoreError(f"a frozen {kind.__name__.lower()} cannot be read: {error}") from error


def written_letterhead(letterhead: Letterhead) -> str:
    """Write it as JSON."""
    return json.dumps(encode(letterhead))


def as_frozen(row: Row[Any]) -> FrozenIssue:
    """Read a row of the table `frozen_issues`."""
    return FrozenIssue(
        id=row.id,
        slug=row.slug,
        revision=row.revision,
        cadence=row.cadence,
        day=row.day,
        digest=row.digest,
        letterhead=decode(Letterhead, json.loads(row.letterhead)),
        dated=row.dated,
        frozen_at=row.frozen_at,
        audience=row.audience,
        halted_at=row.halted_at,
        halt_reason=row.halt_reason,
        corrects=row.corrects,
    )


def newest(
    connection: Connection, slug: str | None = None, revision: int | None = None, limit: int = 1
) -> tuple[FrozenIssue, ...]:
    """List frozen issues, the newest first, of a slug and a revision if they are named."""
    columns = [column for column in frozen_issues.c if column.name != "content"]
    wanted = select(*columns).order_by(frozen_issues.c.id.desc()).limit(limit)
    if slug is not None:
        wanted = wanted.where(frozen_issues.c.slug == slug)
    if revision is not None:
        wanted = wanted.where(frozen_issues.c.revision == revision)
    return tuple(as_frozen(row) for row in connection.execute(wanted))


def halt(connection: Connection, issue: IssueId, *, at: datetime, reason: str) -> bool:
    """Stop an issue; false if it was halted."""
    running = frozen_issues.c.id == issue, frozen_issues.c.halted_at.is_(None)
    halting = update(frozen_issues).where(*running).values(halted_at=at, halt_reason=reason)
    return connection.execute(halting).rowcount == 1


def unhalt(connection: Connection, issue: IssueId) -> bool:
    """Let it go on; false if it was not halted. Raises `StoreError` if it was corrected."""
    correction = select(frozen_issues.c.revision).where(frozen_issues.c.corrects == issue).limit(1)
    revision = connection.scalar(correction)
    if revision is not None:
        raise StoreError(f"revision {revision} corrects this one: nobody is to have it after that")
    halted = frozen_issues.c.id == issue, frozen_issues.c.halted_at.is_not(None)
    going_on = update(frozen_issues).where(*halted).values(halted_at=None, halt_reason=None)
    return connection.execute(going_on).rowcount == 1
